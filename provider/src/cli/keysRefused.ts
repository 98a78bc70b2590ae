import { isNclueError, NclueError } from "../kernel/errors";
import type { Account } from "../lifecycle/runContext";

/** Whether the service does not let these keys do it. */
export function isDenied(error: unknown): error is NclueError & { readonly code: "refused" } {
  return isNclueError(error, "refused") && error.facts.kind === "denied";
}

/** The same error without what only the keys of a stack's config need to be told. */
export function withoutStackAdvice(error: NclueError, { settings }: Account): NclueError {
  const { code, text, facts } = error;
  const advice =
    typeof facts.remedy === "string" ? facts.remedy : "check the keys and their rights";
  const remedy = `${advice}; the access key came from ${settings.keySource}`;
  return new NclueError(code, { ...text, remedy }, facts);
}
