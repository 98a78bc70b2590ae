import type { ChangeSignal } from "./changeSignal";
import type { LoggedRequest } from "./requestLog";

/** A request that waits, unanswered, until the test lets it continue. */
export interface HeldRequest {
  readonly id: string;
  /** Whether the service is still to handle it, or has handled it and the answer is held back. */
  readonly when: "before" | "after";
  readonly request: LoggedRequest;
  /** Lets it continue: the client gets the true answer. */
  release(): void;
  /** Cuts the connection; one held before is never handled. */
  drop(): void;
}

export interface Holds {
  /** Holds a request; resolves with the verdict. */
  hold(request: LoggedRequest, when: "before" | "after"): Promise<"release" | "drop">;
  list(): readonly HeldRequest[];
  dropAll(): void;
}

export function createHolds(changes: ChangeSignal): Holds {
  const held = new Map<string, HeldRequest>();
  let count = 0;
  return {
    hold(request, when) {
      count += 1;
      const id = `h${count}`;
      return new Promise((resolve) => {
        const end = (verdict: "release" | "drop") => () => {
          held.delete(id);
          resolve(verdict);
        };
        held.set(id, { id, when, request, release: end("release"), drop: end("drop") });
        changes.notify();
      });
    },
    list: () => [...held.values()],
    dropAll() {
      for (const request of [...held.values()]) request.drop();
    },
  };
}
