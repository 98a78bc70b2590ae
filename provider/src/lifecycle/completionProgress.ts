import { families } from "../domain/families";
import type { FieldValue } from "../domain/field";
import type { Job } from "../domain/job";
import { humanDuration } from "../kernel/text";
import type { JobContext } from "./jobContext";
import { describeSilence } from "./jobProgress";
import { UsualTime } from "./usualTime";

/** One line for all: how many have ended, how long a run usually takes, when the next poll is due. */
export class CompletionProgress {
  private readonly startMs: number;
  private answeredMs: number;
  private readonly usual: UsualTime;
  private readonly taskIds = new Set<FieldValue | null>();
  private ended = 0;
  private failed = 0;
  private shown = { atMs: Number.NEGATIVE_INFINITY, ended: 0 };

  constructor(
    private readonly ctx: JobContext,
    private readonly id: string,
    private readonly urn: string | undefined,
    private readonly total: number,
  ) {
    this.startMs = ctx.clock.monotonicMs();
    this.answeredMs = this.startMs;
    this.usual = new UsualTime(ctx, families.taskRun);
  }

  countEnd(isProblem: boolean): void {
    this.ended += 1;
    if (isProblem) this.failed += 1;
  }

  show(job: Job, nextPollMs: number): void {
    const atMs = this.ctx.clock.monotonicMs();
    this.answeredMs = atMs;
    this.taskIds.add(job.fields.taskId ?? null);
    if (this.isShown(atMs)) return;
    this.shown = { atMs, ended: this.ended };
    this.say([
      humanDuration(atMs - this.startMs),
      this.usual.describe(this.taskIds.size === 1 ? job : undefined),
      `next poll in ${humanDuration(nextPollMs)}`,
    ]);
  }

  /** A poll was not answered. */
  showUnseen(nextPollMs: number): void {
    const atMs = this.ctx.clock.monotonicMs();
    if (this.isShown(atMs)) return;
    this.shown = { atMs, ended: this.ended };
    this.say([describeSilence(this.ctx, this.answeredMs, nextPollMs)]);
  }

  /** The last text of the row: `39 of 40 runs completed in 1h 2m`. */
  showEnd(): void {
    const took = humanDuration(this.ctx.clock.monotonicMs() - this.startMs);
    const text = `${this.ended - this.failed} of ${this.total} runs completed in ${took}`;
    this.ctx.log.progress({ urn: this.urn, key: this.id, status: text, text, isLast: true });
  }

  private say(rest: readonly (string | undefined)[]): void {
    const failed = this.failed === 0 ? "" : `, ${this.failed} not completed`;
    const parts = [`${this.ended} of ${this.total} runs have ended${failed}`, ...rest];
    const text = parts.filter((part) => part !== undefined).join(" · ");
    // Where every line stays on the screen, each tenth of the runs is news.
    const tenth = Math.floor((this.ended * 10) / Math.max(1, this.total));
    const status = `${tenth}${failed}`;
    this.ctx.log.progress({ urn: this.urn, key: this.id, status, text });
  }

  /** One page shows many runs, and two reads are at least a rate-limit slot apart. */
  private isShown(atMs: number): boolean {
    const slotMs = 1000 / this.ctx.clients().settings.requestsPerSecond;
    return this.shown.ended === this.ended && atMs - this.shown.atMs < slotMs / 2;
  }
}
