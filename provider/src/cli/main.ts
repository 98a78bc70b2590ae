#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { text as readText } from "node:stream/consumers";
import { CommanderError } from "commander";
import { isNclueError, messageOf, NclueError } from "../kernel/errors";
import { type Log, systemClock, systemEnvironment, systemRandom } from "../kernel/ports";
import { FullHouse } from "../lifecycle/fullHouse";
import type { Account, RunContext } from "../lifecycle/runContext";
import { type AccountSources, createAccount } from "../plugin/account";
import { type Cli, type Input, printLine, type Screen } from "./cli";
import { commandLine } from "./commandLine";
import { EXIT, type ExitCode } from "./exitCodes";
import { isDenied, withoutStackAdvice } from "./keysRefused";
import { paintFor } from "./paint";

/** The composition root of the command line: the only file of it that touches the process. */

const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

const [clock, random, environment] = [systemClock, systemRandom, systemEnvironment()];
const [out, err] = [screenOf(process.stdout), screenOf(process.stderr)];

async function main(): Promise<void> {
  // Whoever reads our output may have seen enough (`| head`).
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => process.exit());
  listenForSignals();
  const cli = createCli();
  try {
    const program = commandLine(cli, (code) => {
      process.exitCode = code;
    });
    await program.parseAsync(process.argv);
  } catch (error) {
    process.exitCode = tell(cli, error);
  }
}

/** Says what went wrong, and with which code the process ends. */
function tell(cli: Cli, error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  const told = isDenied(error) ? withoutStackAdvice(error, cli.context.account()) : error;
  printLine(err, `${err.paint("red", "error:")} ${messageOf(told)}`);
  const code = isNclueError(error) ? error.facts.exitCode : undefined;
  return typeof code === "number" ? code : EXIT.failed;
}

function createCli(): Cli {
  let account: Account | undefined;
  const context: RunContext = {
    clock,
    random,
    environment,
    log,
    isUnknown: () => false,
    urnOf: () => undefined,
    cancelled: interrupted.signal,
    update: {
      isPreview: false,
      startedRuns: new Set(),
      heldRuns: new Map(),
      house: new FullHouse(1),
    },
    account: () => {
      account ??= openAccount({ log });
      return account;
    },
  };
  return {
    clock,
    random,
    environment,
    out,
    err,
    input,
    interrupted: interrupted.signal,
    context,
    openAccount,
    machine: { nodeVersion: process.versions.node, folder: process.cwd() },
  };
}

function openAccount(more: Pick<AccountSources, "log"> & Partial<AccountSources>): Account {
  try {
    return createAccount({ config: () => undefined, environment, clock, random, ...more });
  } catch (error) {
    if (!isNclueError(error, "settings")) throw error;
    const remedy =
      "the command line reads the environment and ~/.ncloud/configure, never a stack's config: " +
      '"pulumi-nclue doctor" says more';
    throw new NclueError(error.code, { ...error.text, remedy }, error.facts);
  }
}

const SIGNAL_CODES = { SIGINT: 130, SIGTERM: 143 } as const;
const interrupted = new AbortController();

/** The first Ctrl-C is graceful, a second one ends the process at once. */
function listenForSignals(): void {
  for (const [signal, exitCode] of Object.entries(SIGNAL_CODES)) {
    process.once(signal, () => interrupt(exitCode));
  }
}

function interrupt(exitCode: ExitCode): void {
  const text = { doing: "", cause: "stopped; runs go on at the service" };
  interrupted.abort(new NclueError("cancelled", text, { exitCode }));
}

const log: Log = {
  info: (text) => printLine(err, text),
  warn: (text) => printLine(err, `${err.paint("yellow", "warning:")} ${text}`),
  debug: () => {},
  progress: ({ text }) => printLine(err, text),
};

const input: Input = {
  isTerminal: process.stdin.isTTY === true,
  async ask(question) {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    // While it asks, the terminal hands Ctrl-C to it as a letter; Ctrl-D answers nothing.
    lines.once("SIGINT", () => interrupt(SIGNAL_CODES.SIGINT));
    const closed = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
    const { signal } = interrupted;
    try {
      return await Promise.race([lines.question(question, { signal }), closed]);
    } catch (error) {
      printLine(err);
      throw signal.aborted ? signal.reason : error;
    } finally {
      lines.close();
    }
  },
  readAll: () => readText(process.stdin),
  readFile: (file) => readFileSync(file, "utf8"),
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
