/** Skips the test that runs, and shows why. Called as `skip(this, "no Go here")`. */
export function skip(context: Mocha.Context, reason: string): never {
  const { test } = context;
  if (test) test.title += ` — skipped: ${reason}`;
  return context.skip();
}
