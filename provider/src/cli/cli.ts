import type { OutputSettings } from "../kernel/outputSettings";
import type { Clock, Environment, Fetch, Log } from "../kernel/ports";
import type { Clients, JobContext } from "../lifecycle/jobContext";
import type { Activity } from "./activity";
import type { Paint } from "./paint";

/**
 * The command line, `npx pulumi-nclue`: a layer above the plugin that speaks to the account as the
 * provider does, for a person or a pipeline. `main.ts` puts it together from the process, each
 * command is a file with one function from (this, arguments) to an exit code, and what a command
 * prints for programs (`--json`) is everything it knows.
 */
export interface Cli {
  readonly clock: Clock;
  readonly environment: Environment;
  /** Results go here, and nothing else. */
  readonly out: Screen;
  /** Progress of commands with `--json`, warnings, errors. */
  readonly err: Screen;
  /** The stream behind {@link out}, for what is no text. */
  readonly stdout: NodeJS.WritableStream;
  readonly input: Input;
  /** What the environment says about our output. */
  readonly output: OutputSettings;
  /** Says what takes long. */
  readonly activity: Activity;
  /** Aborted by Ctrl-C or SIGTERM, with an error that knows the exit code. */
  readonly interrupted: AbortSignal;
  /** What the lifecycle needs; its clients are created at the first use. */
  readonly context: JobContext;
  /** Other clients than the shared ones, for a command that listens in. */
  readonly openClients: (listening: { readonly fetch: Fetch; readonly log: Log }) => Clients;
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
  /** The line that a person types in answer. */
  ask(question: string): Promise<string>;
  /** All that is piped in. */
  readAll(): Promise<string>;
  readFile(file: string): string;
}

export interface Machine {
  readonly nodeVersion: string;
  /** The folder that the command was started in. */
  readonly folder: string;
  /** What `pulumi version` prints, or `undefined` where no such program is found. */
  pulumiVersion(): Promise<string | undefined>;
}

export function printLine(screen: Screen, line = ""): void {
  screen.write(`${line}\n`);
}

export function printJson(screen: Screen, value: object): void {
  screen.write(`${JSON.stringify(value, null, 2)}\n`);
}
