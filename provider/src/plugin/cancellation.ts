import { subscribe } from "node:diagnostics_channel";
import { NclueError } from "../kernel/errors";
import type { EngineLink } from "./engineLink";

/**
 * A signal that is aborted when the engine asks to stop (the first Ctrl-C), or is gone.
 *
 * The SDK answers the engine's `Cancel` without telling the provider. Node publishes each HTTP/2
 * stream that a server begins, and gRPC's method is its path; so this needs no change to the SDK.
 */
export function watchForCancel(): AbortController {
  const cancelled = new AbortController();
  subscribe("http2.server.stream.start", (message) => {
    const { headers } = message as { headers?: Record<string, unknown> };
    const path = headers?.[":path"];
    if (typeof path !== "string" || !path.endsWith(".ResourceProvider/Cancel")) return;
    cancelled.abort(stopped("the engine asked to stop"));
  });
  return cancelled;
}

/** Ends the process when the engine has vanished (killed, or out of memory): nobody else would. */
export async function endWithEngine(
  link: Pick<EngineLink, "gone">,
  cancelled: AbortController,
  exit: () => void,
): Promise<void> {
  await link.gone();
  cancelled.abort(stopped("the engine is gone"));
  exit();
}

function stopped(cause: string): NclueError {
  return new NclueError("cancelled", {
    doing: "",
    cause,
    remedy: "run the same command again: it goes on where this one stopped",
  });
}
