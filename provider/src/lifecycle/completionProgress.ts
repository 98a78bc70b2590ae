import { humanDuration } from "../kernel/text";
import type { RunRecord } from "../nclue/wire";
import type { RunContext } from "./runContext";
import { describeSilence, UsualDuration } from "./runProgress";

/** One line for all: how many have ended, how long a run usually takes, when the next look is due. */
export class CompletionProgress {
  private readonly startMs: number;
  private answeredMs: number;
  private readonly usual: UsualDuration;
  private readonly taskIds = new Set<string | null>();
  private ended = 0;
  private failed = 0;
  private shown = { atMs: Number.NEGATIVE_INFINITY, ended: 0 };

  constructor(
    private readonly ctx: RunContext,
    private readonly id: string,
    private readonly urn: string | undefined,
    private readonly total: number,
  ) {
    this.startMs = ctx.clock.monotonicMs();
    this.answeredMs = this.startMs;
    this.usual = new UsualDuration(ctx);
  }

  settle(isProblem: boolean): void {
    this.ended += 1;
    if (isProblem) this.failed += 1;
  }

  show({ taskId }: RunRecord, nextLookMs: number): void {
    const atMs = this.ctx.clock.monotonicMs();
    this.answeredMs = atMs;
    this.taskIds.add(taskId);
    if (this.isShown(atMs)) return;
    this.shown = { atMs, ended: this.ended };
    this.say([
      humanDuration(atMs - this.startMs),
      this.usual.describe(this.taskIds.size === 1 ? taskId : null),
      `next look in ${humanDuration(nextLookMs)}`,
    ]);
  }

  /** A look was not answered. */
  showTrouble(nextLookMs: number): void {
    const atMs = this.ctx.clock.monotonicMs();
    if (this.isShown(atMs)) return;
    this.shown = { atMs, ended: this.ended };
    this.say([describeSilence(this.ctx, this.answeredMs, nextLookMs)]);
  }

  private say(rest: readonly (string | undefined)[]): void {
    const failed = this.failed === 0 ? "" : `, ${this.failed} not completed`;
    const parts = [`${this.ended} of ${this.total} runs have ended${failed}`, ...rest];
    const text = parts.filter((part) => part !== undefined).join(" · ");
    // Where every line stays on the screen, each tenth of the runs is news.
    const tenth = Math.floor((this.ended * 10) / Math.max(1, this.total));
    this.ctx.log.progress({ urn: this.urn, key: this.id, status: `${tenth}${failed}`, text });
  }

  /** One look at a page tells of many runs, and two looks are at least a place of the queue apart. */
  private isShown(atMs: number): boolean {
    const placeMs = 1000 / this.ctx.account().settings.requestsPerSecond;
    return this.shown.ended === this.ended && atMs - this.shown.atMs < placeMs / 2;
  }
}
