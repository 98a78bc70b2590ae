#!/usr/bin/env node
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import { CommanderError } from "commander";
import { isDenied, isNclueError, messageOf, NclueError } from "../kernel/errors";
import { progressMode, readOutputSettings } from "../kernel/outputSettings";
import {
  type Log,
  systemClock,
  systemEnvironment,
  systemRandom,
  UNKNOWN_REQUEST,
} from "../kernel/ports";
import { decode } from "../kernel/profiles";
import { type Clients, type JobContext, newUpdate } from "../lifecycle/jobContext";
import { SlotHint } from "../lifecycle/slotHint";
import { type ClientSources, createClients } from "../plugin/clients";
import { Activity } from "./activity";
import { ask } from "./ask";
import { type Cli, type Input, type Machine, printLine, type Screen } from "./cli";
import { commandLine } from "./commandLine";
import { EXIT, type ExitCode } from "./exitCodes";
import { paintFor } from "./paint";
import { StatusLine } from "./statusLine";
import { withoutStackAdvice } from "./withoutStackAdvice";

/** The composition root of the command line: the only file of it that touches the process. */

const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

const [clock, random, environment] = [systemClock, systemRandom, systemEnvironment()];
const [out, err] = [screenOf(process.stdout), new StatusLine(screenOf(process.stderr))];

let clients: Clients | undefined;

async function main(): Promise<void> {
  listenToOutput();
  listenForSignals();
  let code: ExitCode = EXIT.done;
  let isSaid = false;
  try {
    const program = commandLine({ out, err }, createCli, (ended) => {
      code = ended;
    });
    await program.parseAsync(process.argv);
  } catch (error) {
    // Whatever fails after nobody reads any more is no news.
    if (outputEnd === undefined || outputEnd.isNews) code = sayWhatFailed(error);
    isSaid = !(error instanceof CommanderError);
  }
  await written(process.stdout);
  if (outputEnd !== undefined) {
    if (outputEnd.isNews && !isSaid) sayWhatFailed(outputEnd.reason);
    code = outputEnd.reason.facts.exitCode ?? EXIT.failed;
  }
  await written(process.stderr);
  // A connection that nobody waits for any more must not keep the process.
  process.exit(code);
}

/** What ended the output before the command. */
let outputEnd: { readonly reason: NclueError; readonly isNews: boolean } | undefined;

/** Whoever reads our output may have seen enough (`| head`); nobody has to read our news. */
function listenToOutput(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) =>
    outputEnds("the standard output", error, error.code !== "EPIPE"),
  );
  process.stderr.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") outputEnds("the standard error output", error, true);
  });
}

function outputEnds(what: string, error: NodeJS.ErrnoException, isNews: boolean): void {
  if (interrupted.signal.aborted) return;
  const cause = `${what} cannot be written (${error.code ?? messageOf(error)})`;
  const text = { doing: "", cause, remedy: "check the disk, or send the output somewhere else" };
  const exitCode = isNews ? EXIT.failed : EXIT.done;
  outputEnd = { reason: new NclueError("cancelled", text, { exitCode }), isNews };
  interrupted.abort(outputEnd.reason);
}

/** Waits until all that was written has left the process, or its stream has said that it cannot. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write("", () => setImmediate(resolve)));
}

/** @returns the code that the process ends with. */
function sayWhatFailed(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  const said = isDenied(error) && clients ? withoutStackAdvice(error, clients) : error;
  printLine(err, `${err.paint("red", "error:")} ${messageOf(said)}`);
  return (isNclueError(error) ? error.facts.exitCode : undefined) ?? EXIT.failed;
}

/** @throws NclueError `settings`, where the environment asks for output that there is not. */
function createCli({ verbose = false }: { readonly verbose?: boolean }): Cli {
  const output = readOutputSettings(environment);
  const isVerbose = verbose || output.isDebug;
  const wanted = progressMode(output, environment, err.isTerminal);
  const activity = new Activity(
    clock,
    err,
    wanted === "live" && !err.isTerminal ? "lines" : wanted,
  );
  const log = logTo(activity, isVerbose);
  const context: JobContext = {
    clock,
    random,
    environment,
    log,
    isUnknown: () => false,
    urnOf: () => undefined,
    requestOf: () => UNKNOWN_REQUEST,
    searchRequestOf: () => UNKNOWN_REQUEST,
    cancelled: interrupted.signal,
    update: newUpdate(new SlotHint(1)),
    clients: () => {
      clients ??= openClients({ log, cancelled: interrupted.signal });
      return clients;
    },
  };
  return {
    clock,
    environment,
    out,
    err,
    stdout: process.stdout,
    input,
    output: { ...output, isDebug: isVerbose },
    activity,
    interrupted: interrupted.signal,
    context,
    openClients: (listening) => openClients({ ...listening, cancelled: interrupted.signal }),
    machine,
  };
}

function openClients(more: Pick<ClientSources, "log"> & Partial<ClientSources>): Clients {
  try {
    return createClients({ config: () => undefined, environment, clock, random, ...more });
  } catch (error) {
    if (!isNclueError(error, "settings")) throw error;
    const remedy =
      "the command line reads the environment and ~/.ncloud/configure, never a stack's config: " +
      '"pulumi-nclue doctor" says more';
    throw new NclueError(error.code, { ...error.text, remedy }, error.facts);
  }
}

const SIGNAL_CODES = { SIGHUP: 129, SIGINT: 130, SIGQUIT: 131, SIGTERM: 143 } as const;
const interrupted = new AbortController();

/** The first Ctrl-C is graceful, a second one ends the process at once. */
function listenForSignals(): void {
  for (const [signal, exitCode] of Object.entries(SIGNAL_CODES)) {
    process.once(signal, () => interrupt(exitCode));
  }
}

function interrupt(exitCode: ExitCode): void {
  const text = { doing: "", cause: "stopped; jobs continue at the service" };
  interrupted.abort(new NclueError("cancelled", text, { exitCode }));
}

function logTo(activity: Activity, isVerbose: boolean): Log {
  return {
    info: (text) => printLine(err, text),
    warn: (text) => printLine(err, `${err.paint("yellow", "warning:")} ${text}`),
    debug: (text) => {
      if (isVerbose) printLine(err, err.paint("dim", text));
    },
    progress: (progress) => activity.progress(progress),
  };
}

const input: Input = {
  isTerminal: process.stdin.isTTY === true,
  ask: (question) =>
    ask(question, {
      input: process.stdin,
      output: process.stderr,
      signal: interrupted.signal,
      interrupt: () => interrupt(SIGNAL_CODES.SIGINT),
    }),
  readAll: async () => decode(await buffer(process.stdin)),
  readFile: (file) => decode(readFileSync(file)),
};

const machine: Machine = {
  nodeVersion: process.versions.node,
  folder: process.cwd(),
  pulumiVersion: () =>
    new Promise((resolve) => {
      execFile("pulumi", ["version"], { timeout: 10_000 }, (error, printed) =>
        resolve(error === null ? printed.trim() : undefined),
      );
    }),
};

function screenOf(stream: NodeJS.WriteStream): Screen {
  const isTerminal = stream.isTTY === true;
  return {
    isTerminal,
    get columns() {
      return stream.columns ?? DEFAULT_COLUMNS;
    },
    get rows() {
      return stream.rows ?? DEFAULT_ROWS;
    },
    paint: paintFor(isTerminal, environment),
    write: (text) => void stream.write(text),
  };
}

void main();
