import { isTerminal } from "../domain/status";
import { humanDuration, printable } from "../kernel/text";
import { type Paint, paintStatus } from "./paint";
import { describeAge, describeLength, type RunFacts } from "./runFacts";
import { countRuns } from "./runTable";
import { drawTable } from "./table";

/** A run as it is watched. */
export interface WatchedFacts extends RunFacts {
  /** `gone` where the service does not know it any more. */
  readonly isGone: boolean;
  /** `null` where no look is due any more. */
  readonly nextLookMs: number | null;
}

const STATUS_WIDTH = "in_progress".length;
const AGE_WIDTH = "47h 59m".length;
const GAPS_WIDTH = 3 * "  ".length;
const NARROWEST_NOTE = 24;
const BAR_CELLS = 10;

/**
 * What the screen holds: a line a run, and one for all. No line is wider than the screen, and where
 * the rows are too few the finished runs are left out first.
 */
export function drawFrame(
  runs: readonly WatchedFacts[],
  { columns, rows, paint }: { columns: number; rows: number; paint: Paint },
): string {
  // The heads, the last line, what is left out, and the line of the cursor.
  const room = Math.max(1, rows - 4);
  const shown = runs.length <= room ? runs : [...runs].sort(unfinishedFirst).slice(0, room);
  const left = runs.length - shown.length;
  const widths = columnWidths(shown, columns);
  const lines = shown.map((run) =>
    [
      printable(run.name ?? run.runId),
      paintStatus(paint, statusOf(run)),
      describeAge(run.ageMs),
      describeNow(run, paint),
    ].slice(0, widths.length),
  );
  const heads = ["NAME", "STATUS", "AGE", ""].slice(0, widths.length);
  const isOver = runs.every((run) => run.isGone || isTerminal(run.status));
  const summary = describeAll(runs) + (isOver ? "" : " · Ctrl-C stops watching, runs go on");
  return [
    drawTable(heads, lines, paint, widths),
    ...(left === 0 ? [] : [paint("dim", `and ${left} more`)]),
    paint("dim", summary.slice(0, columns - 1)),
  ].join("\n");
}

/** `3 runs: 2 completed, 1 in_progress` */
export function describeAll(runs: readonly WatchedFacts[]): string {
  const counts = new Map<string, number>();
  for (const run of runs) counts.set(statusOf(run), (counts.get(statusOf(run)) ?? 0) + 1);
  const parts = [...counts].map(([status, count]) => `${count} ${status}`);
  return `${countRuns(runs.length)}: ${parts.join(", ")}`;
}

/** One line for where every line stays: `churn (f475…): in_progress · 3m 12s · usually 12–15m`. */
export function describeChange(run: WatchedFacts): string {
  const parts = [statusOf(run), describeAge(run.ageMs), describeLength(run)];
  const name = run.name === null ? "" : `${printable(run.name)} `;
  return `${name}(${printable(run.runId)}): ${parts.filter((part) => part !== "").join(" · ")}`;
}

export function statusOf({ isGone, status }: WatchedFacts): string {
  return isGone ? "gone" : printable(status ?? "unknown", 20);
}

function describeNow(run: WatchedFacts, paint: Paint): string {
  const length = describeLength(run);
  if (run.isGone || isTerminal(run.status)) return length;
  const look =
    run.nextLookMs === null
      ? ""
      : run.nextLookMs <= 0
        ? "looking"
        : `next look in ${humanDuration(run.nextLookMs)}`;
  const parts = [describeBar(run, paint), length, look];
  return parts.filter((part) => part !== "").join(" · ");
}

/** How far it would be if it took as long as such runs do at the most; never quite full. */
function describeBar({ ageMs, usualMs }: RunFacts, paint: Paint): string {
  if (ageMs === null || usualMs === null || usualMs.to === 0) return "";
  const full = Math.min(BAR_CELLS - 1, Math.floor((ageMs / usualMs.to) * BAR_CELLS));
  return paint("cyan", "▰".repeat(full)) + paint("dim", "▱".repeat(BAR_CELLS - full));
}

function columnWidths(runs: readonly WatchedFacts[], columns: number): readonly number[] {
  const names = runs.map((run) => displayWidth(printable(run.name ?? run.runId)));
  const fixed = STATUS_WIDTH + AGE_WIDTH + GAPS_WIDTH;
  const free = columns - 1 - fixed;
  const longest = Math.max(4, ...names);
  if (free - NARROWEST_NOTE < Math.min(longest, 8)) {
    return [Math.max(4, Math.min(longest, free)), STATUS_WIDTH, AGE_WIDTH];
  }
  const name = Math.min(longest, free - NARROWEST_NOTE);
  return [name, STATUS_WIDTH, AGE_WIDTH, free - name];
}

/** Korean and other wide letters take two cells. */
function displayWidth(text: string): number {
  return [...text].reduce((width, letter) => width + (letter >= "\u1100" ? 2 : 1), 0);
}

function unfinishedFirst(a: WatchedFacts, b: WatchedFacts): number {
  return rank(a) - rank(b);
}

function rank(run: WatchedFacts): number {
  if (run.status === "failed" || run.isGone) return 0;
  return isTerminal(run.status) ? 2 : 1;
}
