import { NclueError } from "../kernel/errors";
import type { Clock } from "../kernel/ports";
import { Priority } from "./rateLimiter";
import type { RunPages } from "./runPages";

interface Walk {
  readonly ids: Promise<ReadonlySet<string>>;
  readonly askedMs: number;
}

/** How long a walk over the whole list stays good. */
const MAX_AGE_MS = 60_000;

/**
 * Whether a run is on the list at all. One walk over all of it answers the questions of a minute, but
 * for a run that it shows (which may have been deleted since) and for one that was made after it.
 */
export class RunListing {
  private walk: Walk | undefined;

  constructor(
    private readonly pages: RunPages,
    private readonly clock: Clock,
  ) {}

  /** @throws NclueError what reading the list throws, and `unreadable` where it proves nothing. */
  async has(runId: string, signal?: AbortSignal): Promise<boolean> {
    const now = this.clock.monotonicMs();
    const last = this.walkSince(now - MAX_AGE_MS + 1, signal);
    const isListed = (await last.ids).has(runId);
    if (!isListed || last.askedMs >= now) return isListed;
    return (await this.walkSince(now, signal).ids).has(runId);
  }

  /** A run was made: what was read before cannot know it. */
  outdate(): void {
    this.walk = undefined;
  }

  private walkSince(oldestMs: number, signal?: AbortSignal): Walk {
    if (this.walk !== undefined && this.walk.askedMs >= oldestMs) return this.walk;
    const walk = { ids: this.walkAll(signal), askedMs: this.clock.monotonicMs() };
    walk.ids.catch(() => {
      if (this.walk === walk) this.walk = undefined;
    });
    this.walk = walk;
    return walk;
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
