import type { Family } from "../domain/family";
import type { Job } from "../domain/job";
import { usualDuration } from "../domain/usualDuration";
import { humanRange } from "../kernel/text";
import type { JobContext } from "./jobContext";

/** A wait that is not over by then is long enough for an estimate to be worth a request. */
const POLLS_BEFORE_LIST = 2;

/** How long jobs like one usually take, from the account's finished jobs that are known anyway. */
export class UsualTime {
  private polls = 0;

  constructor(
    private readonly ctx: JobContext,
    private readonly family: Family,
  ) {}

  /** `usually 12–15m`, where enough jobs like it are known; to be asked once a poll. */
  describe(job: Job | undefined): string | undefined {
    const { alike, name } = this.family;
    const jobs = this.ctx.clients().jobs[name];
    this.polls += 1;
    // A create has read the list already; a wait that is resumed, or a destroy's, does so for this.
    if (this.polls === POLLS_BEFORE_LIST) {
      jobs.known(this.ctx.cancelled).catch(() => {
        // Without the list there is no estimate, and nothing else is missing.
      });
    }
    const value = alike === undefined ? null : (job?.fields[alike] ?? null);
    if (value === null) return undefined;
    const usual = usualDuration(this.family, jobs.seen(), value);
    return usual === undefined ? undefined : `usually ${humanRange(usual.fromMs, usual.toMs)}`;
  }
}
