import { type Family, nameMeasure, parentFields } from "../domain/family";
import { printable } from "../kernel/text";
import type { Screen } from "./cli";
import { LIST_COMMANDS } from "./familyWords";
import { describeAge, describeLength, type JobFacts } from "./jobFacts";
import { paintStatus } from "./paint";
import { cutCell, displayWidth, drawTable, PIPED_COLUMNS } from "./table";

interface Column {
  readonly head: string;
  readonly text: (facts: JobFacts) => string;
  /** Where the screen is too narrow, the column with the highest rank is left out first. */
  readonly rank?: number;
}

const NAME: Column = { head: "NAME", text: ({ job }) => printable(job.name ?? "") };
const STATUS: Column = {
  head: "STATUS",
  text: ({ job }) => (job.status === null ? "unknown" : printable(job.status, 20)),
};
const AGE: Column = { head: "AGE", rank: 1, text: ({ ageMs }) => describeAge(ageMs) };
const LENGTH: Column = { head: "LENGTH", rank: 2, text: describeLength };
const FAMILY: Column = { head: "FAMILY", text: ({ family }) => LIST_COMMANDS[family.name] };
const ID: Column = { head: "ID", text: ({ job }) => printable(job.id) };

/** What is worth a column of each family's own. */
const FIGURES: Readonly<Record<string, string>> = {
  auroc: "AUROC",
  userCount: "USERS",
};

/** Names get at least this much before another column does. */
const NARROWEST_NAME = 24;
const GAP = 2;

/**
 * Jobs as a table for people, no wider than the screen (80 columns where there is none): columns that
 * don't fit are left out, then names are cut. Ids stand last and whole, to be copied.
 *
 * @param families that there may be; one has columns of its own.
 */
export function drawJobs(
  jobs: readonly JobFacts[],
  screen: Screen,
  families = new Set(jobs.map(({ family }) => family)),
): string {
  const room = screen.isTerminal ? screen.columns : PIPED_COLUMNS;
  const columns = fittingColumns(columnsOf(families), jobs, room);
  const widths = columns.map((column) => widthOf(column, jobs));
  const others = widths.reduce((sum, width) => sum + width + GAP, 0) - (widths[0] ?? 0) - GAP;
  widths[0] = Math.max(NAME.head.length, Math.min(widths[0] ?? 0, room - others));
  const rows = jobs.map((facts) =>
    columns.map((column, index) => paintedCell(column, facts, widths[index] ?? 0, screen)),
  );
  return drawTable(
    columns.map(({ head }) => head),
    rows,
    screen.paint,
    widths,
  );
}

function columnsOf(families: ReadonlySet<Family>): readonly Column[] {
  const [family, other] = families;
  if (family === undefined || other !== undefined) return [NAME, FAMILY, STATUS, AGE, ID];
  const figures = Object.keys(family.measures).flatMap((measure) => {
    const head = FIGURES[measure];
    return head === undefined ? [] : [{ head, text: figureOf(measure) }];
  });
  const parents = parentOf(family);
  return [NAME, STATUS, AGE, LENGTH, ...figures, ...(parents === undefined ? [] : [parents]), ID];
}

function figureOf(measure: string): Column["text"] {
  return ({ job }) => {
    const value = job.measures[measure] ?? null;
    return typeof value === "number" ? value.toLocaleString("en-US", FOUR_DIGITS) : "";
  };
}

const FOUR_DIGITS = { maximumFractionDigits: 4 };

/** The first job that one of the family is created from. */
function parentOf(family: Family): Column | undefined {
  const [first] = parentFields(family);
  if (first === undefined) return undefined;
  const { argument, parent } = first;
  const text = ({ job }: JobFacts) =>
    printable(String(job.measures[nameMeasure(argument)] ?? job.fields[argument] ?? ""));
  return { head: parent.toUpperCase(), rank: 3, text };
}

function fittingColumns(
  columns: readonly Column[],
  jobs: readonly JobFacts[],
  room: number,
): readonly Column[] {
  const needed = columns.reduce((sum, column) => {
    const width = widthOf(column, jobs);
    return sum + GAP + (column === NAME ? Math.min(width, NARROWEST_NAME) : width);
  }, -GAP);
  const ranks = columns.flatMap(({ rank }) => rank ?? []);
  if (needed <= room || ranks.length === 0) return columns;
  const last = Math.max(...ranks);
  return fittingColumns(
    columns.filter(({ rank }) => rank !== last),
    jobs,
    room,
  );
}

function widthOf({ head, text }: Column, jobs: readonly JobFacts[]): number {
  return Math.max(head.length, ...jobs.map((facts) => displayWidth(text(facts))));
}

function paintedCell(column: Column, facts: JobFacts, width: number, { paint }: Screen): string {
  const text = cutCell(column.text(facts), width);
  return column === STATUS ? paintStatus(paint, text) : text;
}
