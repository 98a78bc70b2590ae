import { NclueError } from "../kernel/errors";
import type { Clients } from "../lifecycle/jobContext";

/** The same error without what only the keys of a stack's config need to be told. */
export function withoutStackAdvice(
  { code, text, facts }: NclueError,
  { settings }: Pick<Clients, "settings">,
): NclueError {
  const advice = facts.remedy ?? "check the keys and their rights";
  const remedy = `${advice}; the access key came from ${settings.keySource}`;
  return new NclueError(code, { ...text, remedy }, facts);
}
