import type { Family } from "../domain/family";
import type { Job } from "../domain/job";
import { parseServiceTime } from "../domain/serviceTime";
import { isCompleted, isTerminal } from "../domain/status";
import { humanDuration } from "../kernel/text";
import type { JobContext } from "./jobContext";
import { UsualTime } from "./usualTime";

/** `no answer for 3m 2s · next poll in 30s` */
export function describeSilence(ctx: JobContext, sinceMs: number, nextPollMs: number): string {
  const silentMs = ctx.clock.monotonicMs() - sinceMs;
  return `no answer for ${humanDuration(silentMs)} · next poll in ${humanDuration(nextPollMs)}`;
}

/**
 * Puts what a poll has shown into one line: the status and for how long, the time in the queue, how
 * long jobs like it usually take, and when the next poll is due; at the end, what came of it.
 */
export class JobProgress {
  private readonly startMs: number;
  private status: string | null = null;
  private statusSinceMs: number;
  private queuedMs: number | undefined;
  private answeredMs: number;
  private readonly usual: UsualTime;

  constructor(
    private readonly ctx: JobContext,
    private readonly family: Family,
    private readonly urn: string | undefined,
  ) {
    this.usual = new UsualTime(ctx, family);
    this.startMs = ctx.clock.monotonicMs();
    this.statusSinceMs = this.startMs;
    this.answeredMs = this.startMs;
  }

  /** @param nextPollMs when the next poll is due; left out where there is none. */
  show(job: Job, nextPollMs?: number, note?: string): void {
    const now = this.ctx.clock.monotonicMs();
    this.answeredMs = now;
    if (job.status !== this.status) this.enter(job.status, now);
    const status = job.status ?? "unknown";
    const parts = [
      nextPollMs === undefined ? status : `${status} ${humanDuration(now - this.statusSinceMs)}`,
      this.queuedMs === undefined ? undefined : `queued ${humanDuration(this.queuedMs)}`,
      this.usual.describe(job),
      note,
      nextPollMs === undefined ? undefined : `next poll in ${humanDuration(nextPollMs)}`,
    ];
    this.say(job.id, status, parts);
  }

  /** A poll did not show the job: silence would be taken for a hanging process. */
  showUnseen(id: string, trouble: "no-answer" | "not-visible", nextPollMs: number): void {
    const status = this.status ?? (trouble === "not-visible" ? "registered" : "unknown");
    const nextPoll = `next poll in ${humanDuration(nextPollMs)}`;
    if (trouble === "not-visible") this.say(id, status, [status, "not visible yet", nextPoll]);
    else this.say(id, status, [status, describeSilence(this.ctx, this.answeredMs, nextPollMs)]);
  }

  /** `completed in 12m 3s · 120,345 lines` */
  showEnd(job: Job): void {
    const { measures } = this.family;
    const figures = Object.entries(measures).flatMap(([name, { words }]) => {
      const value = job.measures[name] ?? null;
      if (words === undefined || value === null) return [];
      return (value === 1 ? words.replace(/s$/, "") : words).replace("#", figure(value));
    });
    const status = job.status ?? "unknown";
    const text = isTerminal(job.status) ? `${status} in ${this.lengthOf(job)}` : status;
    const parts = [text, ...(isCompleted(job.status) ? figures : [])];
    const { urn } = this;
    this.ctx.log.progress({ urn, key: job.id, status, text: parts.join(" · "), isLast: true });
  }

  /** From its creation to its end by the service's clock; else as long as it was waited for. */
  private lengthOf({ createdAt, completedAt }: Job): string {
    const [start, end] = [parseServiceTime(createdAt), parseServiceTime(completedAt)];
    const isKnown = start !== undefined && end !== undefined && end >= start;
    return humanDuration(isKnown ? end - start : this.ctx.clock.monotonicMs() - this.startMs);
  }

  private say(id: string, status: string, parts: readonly (string | undefined)[]): void {
    const text = parts.filter((part) => part !== undefined).join(" · ");
    this.ctx.log.progress({ urn: this.urn, key: id, status, text });
  }

  private enter(status: string | null, now: number): void {
    const wasQueued = this.status === "registered" || this.status === "pending";
    if (wasQueued && status === "in_progress") this.queuedMs = now - this.startMs;
    // Before the first poll nothing is known of how long the status has lasted.
    const isFirst = this.status === null;
    this.statusSinceMs = isFirst && !isTerminal(status) ? this.startMs : now;
    this.status = status;
  }
}

/** `120,345`; a fraction as it is. */
function figure(value: string | number): string {
  return typeof value === "number" && Number.isInteger(value)
    ? value.toLocaleString("en-US")
    : String(value);
}
