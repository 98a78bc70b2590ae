import type { RunRecordKeeping } from "../domain/plumbing";
import { NclueError, whileDoing } from "../kernel/errors";
import type { RunContext } from "./runContext";

/**
 * Decides whether a run that the service answers with 404 is really gone. Only the service itself
 * can say so: not its gateway, not another account, not another address.
 *
 * @throws NclueError `run-elsewhere` or the refusal itself, where the 404 proves nothing.
 */
export async function confirmGone(
  ctx: RunContext,
  runId: string,
  keeping: Pick<RunRecordKeeping, "endpoint" | "keyHash">,
  refusal: NclueError,
): Promise<void> {
  const { settings, listing } = ctx.account();
  const doing = `looking for task run ${runId}`;
  if (refusal.facts.fromGateway === true) throw whileDoing(doing, refusal);
  const elsewhere = describeElsewhere(keeping, settings);
  if (elsewhere !== undefined) {
    throw new NclueError("job-elsewhere", {
      doing,
      cause: `the service does not know it, but ${elsewhere}, so it may well exist`,
      remedy:
        "use the address and keys that the run was made with; if it is gone for certain, " +
        'forget it with "pulumi state delete <urn>"',
    });
  }
  const isListed = await listing.has(runId, ctx.cancelled).catch((error: unknown) => {
    throw whileDoing(doing, error);
  });
  if (isListed) {
    throw new NclueError("unreadable", {
      doing,
      cause: "the service lists it, but answers 404 when asked for it",
      remedy: "try again later",
    });
  }
}

function describeElsewhere(
  keeping: Pick<RunRecordKeeping, "endpoint" | "keyHash">,
  settings: { readonly endpoint: string; readonly keyHash: string },
): string | undefined {
  if (keeping.endpoint !== undefined && keeping.endpoint !== settings.endpoint) {
    return `it was made at ${keeping.endpoint} and this is ${settings.endpoint}`;
  }
  if (keeping.keyHash !== undefined && keeping.keyHash !== settings.keyHash) {
    return "it was made with another access key";
  }
  return undefined;
}
