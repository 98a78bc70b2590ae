import { NclueError } from "../kernel/errors";
import type { Clock } from "../kernel/ports";
import { Priority } from "./rateLimiter";
import type { RunPages } from "./runPages";

/** How long a walk over the whole list stays good. */
const MAX_AGE_MS = 60_000;

/** Whether a run is on the list at all: one walk over all of it answers the questions of a minute. */
export class RunListing {
  private walk: { ids: Promise<ReadonlySet<string>>; askedMs: number } | undefined;

  constructor(
    private readonly pages: RunPages,
    private readonly clock: Clock,
  ) {}

  /** @throws NclueError what reading the list throws, and `unreadable` where it proves nothing. */
  async has(runId: string, signal?: AbortSignal): Promise<boolean> {
    const now = this.clock.monotonicMs();
    if (this.walk === undefined || now - this.walk.askedMs >= MAX_AGE_MS) {
      const walk = { ids: this.walkAll(signal), askedMs: now };
      walk.ids.catch(() => {
        if (this.walk === walk) this.walk = undefined;
      });
      this.walk = walk;
    }
    return (await this.walk.ids).has(runId);
  }

  private async walkAll(signal?: AbortSignal): Promise<ReadonlySet<string>> {
    const ids = new Set<string>();
    const walk = this.pages.walk({ priority: Priority.read, signal });
    for (let step = await walk.next(); ; step = await walk.next()) {
      if (step.done === true) {
        if (step.value) return ids;
        throw new NclueError("unreadable", {
          doing: "reading the list of task runs",
          cause:
            "it holds entries without an id, or more runs than are ever read, any of which may be " +
            "the run that is looked for",
          remedy: "try again later, or delete runs that nobody needs",
        });
      }
      for (const run of step.value) ids.add(run.runId);
    }
  }
}
