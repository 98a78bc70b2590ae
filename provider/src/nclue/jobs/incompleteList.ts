import type { Family } from "../../domain/family";
import { NclueError } from "../../kernel/errors";

/** The list could not be read in full, so that absence from it proves nothing. */
export function incompleteList(family: Family, doing: string): NclueError {
  return new NclueError("unreadable", {
    doing,
    cause:
      `the list of ${family.nouns} changes while it is read, holds entries without an id, or holds ` +
      "more than are ever read, so it may be incomplete",
    remedy: "try again later, or delete jobs that are not needed",
  });
}
