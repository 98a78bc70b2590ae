import { printable } from "../kernel/text";
import { type Paint, paintStatus } from "./paint";
import { describeAge, describeLength, type RunFacts } from "./runFacts";
import { drawTable } from "./table";

/** Runs as a table for people; the id stands last, where a name of any length does not move it. */
export function drawRuns(runs: readonly RunFacts[], paint: Paint): string {
  const rows = runs.map((run) => [
    printable(run.name ?? ""),
    paintStatus(paint, run.status === null ? null : printable(run.status, 20)),
    describeAge(run.ageMs),
    describeLength(run),
    printable(run.taskName ?? run.taskId ?? ""),
    printable(run.runId),
  ]);
  return drawTable(["NAME", "STATUS", "AGE", "LENGTH", "TASK", "ID"], rows, paint);
}

/** `1 run`, `3 runs` */
export function countRuns(count: number): string {
  return count === 1 ? "1 run" : `${count} runs`;
}
