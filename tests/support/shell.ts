import { spawn } from "node:child_process";

/** What one command in a shell printed, and how it ended. */
export interface Typed {
  readonly command: string;
  readonly exitCode: number;
  readonly stdout: string;
  /** Both streams, in the order in which they were read. */
  readonly output: string;
}

/** A shell in which one command is typed after the other, as a person does. */
export interface Shell {
  /** Types a command, and waits for its end. Nobody answers what it asks. */
  type(command: string): Promise<Typed>;
  /** Types a command that goes on; resolves with what it printed, once that is as wanted. */
  start(command: string, wanted: RegExp): Promise<string>;
  /** Ends the shell, and all that was started in it. */
  close(): Promise<void>;
}

/** Begins one line of each stream, which no program prints. */
const END = "--- end of the command ";

/** Starts bash. Variables, aliases and jobs of a command are there for the next, as in any shell. */
export function openShell(cwd: string, env: NodeJS.ProcessEnv): Shell {
  const shell = spawn("bash", ["--norc"], { cwd, env, detached: true, stdio: "pipe" });
  const printed = { stdout: "", stderr: "", output: "" };
  let look = () => {};
  for (const name of ["stdout", "stderr"] as const) {
    shell[name].setEncoding("utf8").on("data", (text: string) => {
      printed[name] += text;
      printed.output += text;
      look();
    });
  }
  shell.stdin.on("error", () => undefined);
  shell.stdin.write("set -o pipefail; shopt -s expand_aliases\n");
  const end = () => {
    try {
      process.kill(-(shell.pid ?? 0), "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  };
  process.once("exit", end);
  const closed = new Promise<void>((resolve) => shell.once("close", () => resolve()));

  const until = <T>(found: () => T | undefined, what: string) =>
    new Promise<T>((resolve, reject) => {
      look = () => {
        const value = found();
        if (value !== undefined) resolve(value);
      };
      look();
      closed.then(() => reject(new Error(`the shell ended before ${what}\n${printed.output}`)));
    });
  const write = (command: string) => {
    Object.assign(printed, { stdout: "", stderr: "", output: "" });
    shell.stdin.write(`{ ${command}\n} < /dev/null\n`);
  };

  return {
    async type(command) {
      write(command);
      shell.stdin.write(`code=$?; echo "${END}$code" >&2; echo "${END}$code"\n`);
      const ended = () => [printed.stdout, printed.stderr].every((text) => text.includes(END));
      await until(() => ended() || undefined, `the end of ${command}`);
      const [stdout = "", code = ""] = printed.stdout.split(END);
      const output = printed.output.replaceAll(new RegExp(`${END}\\d+\n`, "g"), "");
      return { command, exitCode: Number.parseInt(code, 10), stdout, output };
    },
    start(command, wanted) {
      write(command);
      return until(
        () => (wanted.test(printed.output) ? printed.output : undefined),
        `${wanted} of ${command}`,
      );
    },
    async close() {
      process.removeListener("exit", end);
      end();
      await closed;
    },
  };
}

/** As one word of a shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
