import { accountChecks } from "./accountChecks";
import type { Check } from "./check";
import { type Cli, printJson, printLine, type Screen } from "./cli";
import { EXIT, type ExitCode } from "./exitCodes";
import type { Colour } from "./paint";
import { PIPED_COLUMNS, wrapText } from "./table";
import { versionChecks } from "./versionChecks";

export interface DoctorOptions {
  readonly bucket?: string;
  readonly json?: boolean;
}

/** Checks everything that a job needs, sends nothing that changes anything, and explains it. */
export async function doctor(cli: Cli, { bucket, json }: DoctorOptions): Promise<ExitCode> {
  const checks: Check[] = [];
  if (!json) printLine(cli.out, cli.out.paint("bold", rowOf("STATE", "WHAT", "FOUND")));
  for (const checking of [versionChecks(cli), accountChecks(cli, bucket)]) {
    for await (const check of checking) {
      checks.push(check);
      if (!json) printCheck(cli.out, check);
    }
  }
  const failed = checks.filter(({ state }) => state === "failed").length;
  if (json) printJson(cli.out, { ok: failed === 0, checks });
  else printLine(cli.err, failed === 0 ? "\nNothing failed." : `\n${describeFailed(failed)}.`);
  return failed === 0 ? EXIT.done : EXIT.failed;
}

const COLOURS: Readonly<Record<Check["state"], Colour>> = {
  ok: "green",
  warning: "yellow",
  failed: "red",
  skipped: "dim",
};

const STATE_WIDTH = "skipped".length;
const NAME_WIDTH = "settings".length;
const INDENT = " ".repeat(STATE_WIDTH + NAME_WIDTH + 4);

/** A row is printed before the next is known, so the widths of the columns are given. */
function printCheck(screen: Screen, { name, state, text, remedy }: Check): void {
  const columns = screen.isTerminal ? screen.columns : PIPED_COLUMNS;
  const found = [text, ...(remedy === undefined ? [] : [`→ ${remedy}`])];
  const [first = "", ...rest] = found.flatMap((part) => wrapText(part, columns - INDENT.length));
  const painted = screen.paint(COLOURS[state], state.padEnd(STATE_WIDTH));
  printLine(screen, `${painted}  ${name.padEnd(NAME_WIDTH)}  ${first}`);
  for (const line of rest) printLine(screen, `${INDENT}${line}`);
}

function rowOf(state: string, name: string, found: string): string {
  return `${state.padEnd(STATE_WIDTH)}  ${name.padEnd(NAME_WIDTH)}  ${found}`;
}

function describeFailed(count: number): string {
  return count === 1 ? "one check failed" : `${count} checks failed`;
}
