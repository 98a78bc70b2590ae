import { isFailed, isTerminal } from "../domain/status";
import { humanDuration, printable } from "../kernel/text";
import { countJobs } from "./familyWords";
import { describeAge, describeLength, type JobFacts } from "./jobFacts";
import { type Paint, paintStatus } from "./paint";
import { cutCell, displayWidth, drawTable } from "./table";

/** A job as it is watched. */
export interface WatchedFacts extends JobFacts {
  /** `gone` where the service does not know it any more. */
  readonly isGone: boolean;
  /** `null` where no poll is due any more. */
  readonly nextPollMs: number | null;
}

const STATUS_WIDTH = "in_progress".length;
const AGE_WIDTH = "47h 59m".length;
const GAPS_WIDTH = 3 * "  ".length;
const NARROWEST_NOTE = 24;
const BAR_CELLS = 10;

/**
 * What the screen holds: a line for each job, and one for all. No line is wider than the screen, and where
 * the rows are too few the finished jobs are left out first.
 */
export function drawFrame(
  jobs: readonly WatchedFacts[],
  { columns, rows, paint }: { columns: number; rows: number; paint: Paint },
): string {
  // The heads, the last line, what is left out, and the line of the cursor.
  const room = Math.max(1, rows - 4);
  const shown = jobs.length <= room ? jobs : [...jobs].sort(unfinishedFirst).slice(0, room);
  const left = jobs.length - shown.length;
  const widths = columnWidths(shown, columns);
  const lines = shown.map((facts) =>
    [
      cutCell(nameOf(facts), widths[0] ?? 0),
      paintStatus(paint, statusOf(facts)),
      describeAge(facts.ageMs),
      describeNow(facts, paint),
    ].slice(0, widths.length),
  );
  const heads = ["NAME", "STATUS", "AGE", ""].slice(0, widths.length);
  const isOver = jobs.every(({ isGone, job }) => isGone || isTerminal(job.status));
  const summary = describeAll(jobs) + (isOver ? "" : " · Ctrl-C stops watching, not the jobs");
  return [
    drawTable(heads, lines, paint, widths),
    ...(left === 0 ? [] : [paint("dim", `and ${left} more`)]),
    paint("dim", summary.slice(0, columns - 1)),
  ].join("\n");
}

/** `3 task runs: 2 completed, 1 in_progress` */
export function describeAll(jobs: readonly WatchedFacts[]): string {
  const counts = new Map<string, number>();
  for (const facts of jobs) counts.set(statusOf(facts), (counts.get(statusOf(facts)) ?? 0) + 1);
  const parts = [...counts].map(([status, count]) => `${count} ${status}`);
  const families = jobs.map(({ family }) => family);
  return `${countJobs(jobs.length, families)}: ${parts.join(", ")}`;
}

/** One line for where every line stays: `churn (f475…): in_progress · 3m 12s · usually 12–15m`. */
export function describeChange(facts: WatchedFacts): string {
  const { name, id } = facts.job;
  const parts = [statusOf(facts), describeAge(facts.ageMs), describeLength(facts)];
  const shown = name === null ? "" : `${printable(name)} `;
  return `${shown}(${printable(id)}): ${parts.filter((part) => part !== "").join(" · ")}`;
}

export function statusOf({ isGone, job }: WatchedFacts): string {
  return isGone ? "gone" : printable(job.status ?? "unknown", 20);
}

function nameOf({ job }: WatchedFacts): string {
  return printable(job.name ?? job.id);
}

function describeNow(facts: WatchedFacts, paint: Paint): string {
  const length = describeLength(facts);
  if (facts.isGone || isTerminal(facts.job.status)) return length;
  const parts = [describeBar(facts, paint), length, describePoll(facts)];
  return parts.filter((part) => part !== "").join(" · ");
}

function describePoll({ nextPollMs }: WatchedFacts): string {
  if (nextPollMs === null) return "";
  return nextPollMs <= 0 ? "polling" : `next poll in ${humanDuration(nextPollMs)}`;
}

/** How far it would be if it took as long as the longest of its kind usually do; never quite full. */
function describeBar({ ageMs, usualMs }: JobFacts, paint: Paint): string {
  if (ageMs === null || usualMs === null || usualMs.to === 0) return "";
  const full = Math.min(BAR_CELLS - 1, Math.floor((ageMs / usualMs.to) * BAR_CELLS));
  return paint("cyan", "▰".repeat(full)) + paint("dim", "▱".repeat(BAR_CELLS - full));
}

function columnWidths(jobs: readonly WatchedFacts[], columns: number): readonly number[] {
  const names = jobs.map((facts) => displayWidth(nameOf(facts)));
  const fixed = STATUS_WIDTH + AGE_WIDTH + GAPS_WIDTH;
  const free = columns - 1 - fixed;
  const longest = Math.max(4, ...names);
  if (free - NARROWEST_NOTE < Math.min(longest, 8)) {
    return [Math.max(4, Math.min(longest, free)), STATUS_WIDTH, AGE_WIDTH];
  }
  const name = Math.min(longest, free - NARROWEST_NOTE);
  return [name, STATUS_WIDTH, AGE_WIDTH, free - name];
}

function unfinishedFirst(a: WatchedFacts, b: WatchedFacts): number {
  return rank(a) - rank(b);
}

function rank({ isGone, job }: WatchedFacts): number {
  if (isGone || isFailed(job.status)) return 0;
  return isTerminal(job.status) ? 2 : 1;
}
