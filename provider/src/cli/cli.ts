import type { Clock, Environment, Fetch, Log, Random } from "../kernel/ports";
import type { Account, RunContext } from "../lifecycle/runContext";
import type { Paint } from "./paint";

/**
 * The command line, `npx pulumi-nclue`: a layer above the plugin that speaks to the account as the
 * provider does, for a person or a pipeline. `main.ts` puts it together from the process, each
 * command is a file with one function from (this, arguments) to an exit code, and what a command
 * prints for programs (`--json`) is everything it knows.
 */
export interface Cli {
  readonly clock: Clock;
  readonly random: Random;
  readonly environment: Environment;
  /** Results go here, and nothing else. */
  readonly out: Screen;
  /** Progress of commands with `--json`, warnings, errors. */
  readonly err: Screen;
  readonly input: Input;
  /** Aborted by Ctrl-C or SIGTERM, with an error that knows the exit code. */
  readonly interrupted: AbortSignal;
  /** What the lifecycle needs; its account is made at the first use. */
  readonly context: RunContext;
  /** Another account than the shared one, for a command that listens in. */
  readonly openAccount: (listening: { readonly fetch: Fetch; readonly log: Log }) => Account;
  readonly machine: Machine;
}

/** One of the process's streams. */
export interface Screen {
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly rows: number;
  readonly paint: Paint;
  write(text: string): void;
}

export interface Input {
  readonly isTerminal: boolean;
  /** The line that a person types. */
  ask(question: string): Promise<string>;
  /** All that is piped in. */
  readAll(): Promise<string>;
  readFile(file: string): string;
}

export interface Machine {
  readonly nodeVersion: string;
  /** The folder that the command was started in. */
  readonly folder: string;
}

export function printLine(screen: Screen, line = ""): void {
  screen.write(`${line}\n`);
}

export function printJson(screen: Screen, value: object): void {
  screen.write(`${JSON.stringify(value, null, 2)}\n`);
}
