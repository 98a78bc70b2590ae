/**
 * Skips the test that runs, or from a `before` hook all tests of its suite, and shows why. Called as
 * `skip(this, "there is no Go here")`.
 */
export function skip(context: Mocha.Context, reason: string): never {
  const explain = (skipped: { title: string }) => {
    skipped.title += ` — skipped: ${reason}`;
  };
  const running: (Mocha.Runnable & { type?: string }) | undefined = context.test;
  if (running?.type === "hook") running.parent?.eachTest(explain);
  else if (running) explain(running);
  return context.skip();
}
