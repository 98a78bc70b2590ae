import { subscribe } from "node:diagnostics_channel";
import { NclueError } from "../kernel/errors";
import type { Clock } from "../kernel/ports";
import type { EngineLink } from "./engineLink";

const CANCEL = "/pulumirpc.ResourceProvider/Cancel";

/**
 * A signal that is aborted when the engine asks to stop (the first Ctrl-C), or is gone.
 *
 * The SDK answers the engine's `Cancel` and says nothing to the provider. Node publishes each HTTP/2
 * stream that a server begins, and gRPC's method is its path; so this needs no change to the SDK.
 */
export function watchForCancel(): AbortController {
  const cancelled = new AbortController();
  subscribe("http2.server.stream.start", (message) => {
    const { headers } = message as { headers?: Record<string, unknown> };
    if (headers?.[":path"] === CANCEL) cancelled.abort(stopped("the engine asked to stop"));
  });
  return cancelled;
}

/** What {@link endWithEngine} takes from the process. */
export interface EndingProcess {
  /** The kinds of whatever keeps the event loop alive. */
  activeResources(): readonly string[];
  exit(): void;
}

/**
 * Ends the process when the engine has vanished (killed, or out of memory): nobody else would.
 *
 * Our own waits are stopped at once. A user's own dynamic resources may be in the middle of theirs in
 * the same process, and nobody can tell us; but whatever they do keeps a socket, a timer, a file or
 * a child process open. The process ends when nothing of the kind is left.
 */
export async function endWithEngine(
  link: Pick<EngineLink, "gone" | "close">,
  clock: Clock,
  cancelled: AbortController,
  { activeResources, exit }: EndingProcess,
): Promise<void> {
  await link.gone();
  link.close();
  cancelled.abort(stopped("the engine is gone"));
  do await clock.sleep(CHECK_EVERY_MS);
  while (!activeResources().every((kind) => ALWAYS_OPEN.has(kind)));
  exit();
}

const CHECK_EVERY_MS = 500;

/** The server that the engine spoke to, and the standard streams. */
const ALWAYS_OPEN: ReadonlySet<string> = new Set(["TCPServerWrap", "PipeWrap", "TTYWrap"]);

function stopped(cause: string): NclueError {
  return new NclueError("cancelled", {
    doing: "",
    cause,
    remedy: "run the same command again: it resumes where this one stopped",
  });
}
