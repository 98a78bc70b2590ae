import { isTerminal } from "../domain/status";
import { usualDuration } from "../domain/usualDuration";
import { humanDuration, humanRange } from "../kernel/text";
import type { RunRecord } from "../nclue/wire";
import type { RunContext } from "./runContext";

/** A wait that is not over by then is long enough for an estimate to be worth a request. */
const LOOKS_BEFORE_LIST = 2;

/** How long runs of a task usually take, from the account's finished runs that are known anyway. */
export class UsualDuration {
  private looks = 0;

  constructor(private readonly ctx: RunContext) {}

  /** `usually 12–15m`, where enough runs of the task are known; to be asked once a look. */
  describe(taskId: string | null): string | undefined {
    const { directory } = this.ctx.account();
    this.looks += 1;
    // A create has looked at the list already; a wait that goes on, or a destroy's, does so for this.
    if (this.looks === LOOKS_BEFORE_LIST) {
      directory.known(this.ctx.cancelled).catch(() => {
        // Without the list there is no estimate, and nothing else is missing.
      });
    }
    const usual = taskId === null ? undefined : usualDuration(directory.seen(), taskId);
    return usual === undefined ? undefined : `usually ${humanRange(usual.fromMs, usual.toMs)}`;
  }
}

/** `no answer for 3m 2s · next look in 30s` */
export function describeSilence(ctx: RunContext, sinceMs: number, nextLookMs: number): string {
  const silentMs = ctx.clock.monotonicMs() - sinceMs;
  return `no answer for ${humanDuration(silentMs)} · next look in ${humanDuration(nextLookMs)}`;
}

/**
 * Puts what a look has shown into one line: the status and for how long, the time in the queue, how
 * long runs of the task usually take (from the account's finished runs that are known anyway), and
 * when the next look is due.
 */
export class RunProgress {
  private readonly startMs: number;
  private status: string | null = null;
  private statusSinceMs: number;
  private queuedMs: number | undefined;
  private answeredMs: number;
  private readonly usual: UsualDuration;

  constructor(
    private readonly ctx: RunContext,
    private readonly urn: string | undefined,
  ) {
    this.usual = new UsualDuration(ctx);
    this.startMs = ctx.clock.monotonicMs();
    this.statusSinceMs = this.startMs;
    this.answeredMs = this.startMs;
  }

  /** @param nextLookMs when the next look is due; left out where there is none. */
  show(run: RunRecord, nextLookMs?: number, note?: string): void {
    const now = this.ctx.clock.monotonicMs();
    this.answeredMs = now;
    if (run.status !== this.status) this.enter(run.status, now);
    const status = run.status ?? "unknown";
    const parts = [
      nextLookMs === undefined ? status : `${status} ${humanDuration(now - this.statusSinceMs)}`,
      this.queuedMs === undefined ? undefined : `queued ${humanDuration(this.queuedMs)}`,
      this.usual.describe(run.taskId),
      note,
      nextLookMs === undefined ? undefined : `next look in ${humanDuration(nextLookMs)}`,
    ];
    const text = parts.filter((part) => part !== undefined).join(" · ");
    this.ctx.log.progress({ urn: this.urn, key: run.runId, status, text });
  }

  /** A look was not answered: silence would be taken for a hanging process. */
  showTrouble(runId: string, nextLookMs: number): void {
    const status = this.status ?? "unknown";
    const text = `${status} · ${describeSilence(this.ctx, this.answeredMs, nextLookMs)}`;
    this.ctx.log.progress({ urn: this.urn, key: runId, status, text });
  }

  private enter(status: string | null, now: number): void {
    const wasQueued = this.status === "registered" || this.status === "pending";
    if (wasQueued && status === "in_progress") this.queuedMs = now - this.startMs;
    // Before the first look nothing is known of how long the status has lasted.
    const isFirst = this.status === null;
    this.statusSinceMs = isFirst && !isTerminal(status) ? this.startMs : now;
    this.status = status;
  }
}
