import { spawn } from "node:child_process";
import type { EngineEvent, OpType } from "@pulumi/pulumi/automation";
import type { LanguageHost } from "./languageHost";

/** How a command ended. */
export interface Outcome {
  readonly command: string;
  /** Not 0, or ended by a signal. */
  readonly failed: boolean;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams, in the order in which they were written. */
  readonly output: string;
  readonly durationMs: number;
  readonly events: readonly EngineEvent[];
  /** How many resources the engine says it created, updated, left the same … */
  readonly changes: Partial<Record<OpType, number>>;
  /** What the engine did, in its order, without the stack and the providers. */
  readonly steps: readonly Step[];
  /** The lasting messages, as `severity: text`. */
  readonly diagnostics: readonly string[];
}

export interface Step {
  readonly op: OpType;
  readonly urn: string;
  /** The last part of the URN. */
  readonly name: string;
}

/** A command that runs. */
export interface RunningCommand {
  readonly pid: number;
  /** What it has printed so far. */
  readonly output: string;
  readonly events: readonly EngineEvent[];
  readonly ended: Promise<Outcome>;
  /** Rejects if the command ends first. */
  waitForText(pattern: string | RegExp): Promise<void>;
  /** Rejects if the command ends first. */
  waitForEvent(matches: (event: EngineEvent) => boolean): Promise<EngineEvent>;
  /** To this process only, not to its children. */
  signal(name: NodeJS.Signals): void;
}

export interface CommandOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly input?: string | undefined;
  /** After this long it is killed, and counts as failed. */
  readonly limitMs: number;
  readonly host?: LanguageHost | undefined;
  readonly onOutput?: ((text: string) => void) | undefined;
}

export function startCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions,
): RunningCommand {
  const started = Date.now();
  const child = spawn(program, args, { cwd: options.cwd, env: options.env, stdio: "pipe" });
  const printed = { stdout: "", stderr: "", output: "" };
  const events: EngineEvent[] = [];
  const watchers = new Set<() => void>();
  const wake = () => {
    for (const watcher of watchers) watcher();
  };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      printed[name] += text;
      printed.output += text;
      options.onOutput?.(text);
      wake();
    });
  }
  options.host?.onEvent((event) => {
    events.push(event);
    wake();
  });
  child.stdin.on("error", () => undefined).end(options.input ?? "");
  const killAtExit = () => child.kill("SIGKILL");
  process.once("exit", killAtExit);
  const limit = setTimeout(() => {
    printed.output += `\n(killed: not done after ${options.limitMs / 1000} s)\n`;
    child.kill("SIGKILL");
  }, options.limitMs);

  const ended = new Promise<Outcome>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", async (exitCode, signal) => {
      clearTimeout(limit);
      process.removeListener("exit", killAtExit);
      await options.host?.drained();
      resolve({
        command: args.join(" "),
        failed: exitCode !== 0,
        exitCode,
        signal,
        ...printed,
        durationMs: Date.now() - started,
        events,
        ...digest(events),
      });
    });
  });

  const waitUntil = <T>(look: () => T | undefined, what: string) =>
    new Promise<T>((resolve, reject) => {
      const watcher = () => {
        const found = look();
        if (found === undefined) return;
        watchers.delete(watcher);
        resolve(found);
      };
      watchers.add(watcher);
      watcher();
      ended.then(() => reject(new Error(`ended without ${what}:\n${printed.output}`)), reject);
    });

  return {
    pid: child.pid ?? 0,
    get output() {
      return printed.output;
    },
    events,
    ended,
    async waitForText(pattern) {
      const found = (text: string) =>
        typeof pattern === "string" ? text.includes(pattern) : pattern.test(text);
      await waitUntil(() => found(printed.output) || undefined, `${pattern}`);
    },
    waitForEvent: (matches) => waitUntil(() => events.find(matches), "that event"),
    signal: (name) => void child.kill(name),
  };
}

/** The same outcome, or an error with everything it printed: for steps that only prepare a test. */
export function succeeded(outcome: Outcome): Outcome {
  if (!outcome.failed) return outcome;
  const how = outcome.signal ?? `exit code ${outcome.exitCode}`;
  throw new Error(`pulumi ${outcome.command}: ${how}\n${outcome.output}`);
}

function digest(events: readonly EngineEvent[]) {
  const metadata = events.flatMap((event) => event.resourcePreEvent?.metadata ?? []);
  return {
    changes: events.findLast((event) => event.summaryEvent)?.summaryEvent?.resourceChanges ?? {},
    steps: metadata
      .filter(({ type }) => type !== "pulumi:pulumi:Stack" && !type.startsWith("pulumi:providers:"))
      .map(({ op, urn }) => ({ op, urn, name: urn.split("::").at(-1) ?? urn })),
    diagnostics: events
      .flatMap((event) => event.diagnosticEvent ?? [])
      .filter(({ severity, ephemeral }) => `${severity}` !== "debug" && !ephemeral)
      .map(({ severity, message }) => `${severity}: ${message.trim()}`),
  };
}
