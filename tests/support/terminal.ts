import { spawn, spawnSync } from "node:child_process";
import path from "node:path";
import { type IBuffer, Terminal } from "@xterm/headless";

/** A program in a pseudo-terminal, and what its screen holds. */
export interface TestTerminal {
  /** The rows of the screen, without blanks at their ends and blank ones at the bottom. */
  readonly screen: readonly string[];
  /** The same cell by cell, with colours and what has scrolled away. */
  readonly cells: IBuffer;
  /** Everything that was written, control codes included. */
  readonly raw: string;
  readonly isCursorHidden: boolean;
  /** Resolves with the screen as soon as it is as wanted; rejects if the program ends first. */
  waitForScreen(isWanted: (screen: string) => boolean): Promise<string>;
  /** Calls back after each change of the screen. */
  onChange(listener: () => void): void;
  /** What a person types: `y\r`, or `\u0003` for Ctrl-C. */
  type(text: string): void;
  /** Hangs up: what runs in the terminal ends. */
  close(): void;
  /** The exit code. */
  readonly ended: Promise<number | null>;
}

export interface TerminalOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** @default 100 */
  readonly columns?: number;
  /** @default 24 */
  readonly rows?: number;
}

/** Why no terminal can be opened here, or `undefined`. */
export function noTerminalReason(): string | undefined {
  const found = spawnSync("python3", ["-c", "import pty, termios"]);
  return found.status === 0 ? undefined : "there is no python3 with its pty module";
}

/** Runs a program in a terminal. */
export function openTerminal(
  program: string,
  args: readonly string[],
  { env, cwd, columns = 100, rows = 24 }: TerminalOptions,
): TestTerminal {
  const script = path.join(__dirname, "terminal.py");
  const child = spawn("python3", [script, `${columns}`, `${rows}`, program, ...args], {
    env: { PATH: process.env.PATH, ...env, TERM: "xterm-256color" },
    cwd,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const emulator = new Terminal({ cols: columns, rows, allowProposedApi: true });
  const watchers = new Set<() => void>();
  let raw = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    raw += text;
    emulator.write(text, () => {
      for (const watcher of watchers) watcher();
    });
  });
  child.stdin.on("error", () => undefined);
  const killAtExit = () => child.kill("SIGKILL");
  process.once("exit", killAtExit);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      process.removeListener("exit", killAtExit);
      // The emulator takes what it was given in order: with this, all of it is on the screen.
      emulator.write("", () => resolve(code));
    });
  });
  const screen = () => {
    const { active } = emulator.buffer;
    const lines = Array.from({ length: rows }, (_, row) => {
      return (
        active
          .getLine(active.viewportY + row)
          ?.translateToString(true)
          .trimEnd() ?? ""
      );
    });
    while (lines.at(-1) === "") lines.pop();
    return lines;
  };
  return {
    get screen() {
      return screen();
    },
    get cells() {
      return emulator.buffer.active;
    },
    get raw() {
      return raw;
    },
    get isCursorHidden() {
      return raw.lastIndexOf("\u001b[?25l") > raw.lastIndexOf("\u001b[?25h");
    },
    waitForScreen: (isWanted) =>
      new Promise((resolve, reject) => {
        const watcher = () => {
          const text = screen().join("\n");
          if (!isWanted(text)) return;
          watchers.delete(watcher);
          resolve(text);
        };
        watchers.add(watcher);
        watcher();
        ended.then(
          () => reject(new Error(`ended without that screen:\n${screen().join("\n")}`)),
          reject,
        );
      }),
    onChange: (listener) => void watchers.add(listener),
    type: (text) => void child.stdin.write(text),
    close: () => void child.kill(),
    ended,
  };
}
