import { execFile } from "node:child_process";

const maxBuffer = 2 ** 28;

/**
 * A command, which is ended after `limitMs`, and then counts as failed.
 *
 * @typedef {{ command: string, args: readonly string[], cwd?: string, env?: NodeJS.ProcessEnv, limitMs: number }} Step
 */

/**
 * `output` is both streams, `problem` its last line, or why there is none.
 *
 * @typedef {{ ok: boolean, output: string, problem: string }} StepResult
 */

/**
 * Runs a command that takes a while: its title first, the elapsed time every 10 s, no output of its
 * own. What it printed is in the result.
 *
 * @param {Step & { title: string }} step @param {(line: string) => void} log
 */
export async function runLongStep(step, log) {
  log(step.title);
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const ticker = setInterval(() => log(`  … ${seconds()} s`), 10_000);
  const result = await runQuietly(step);
  clearInterval(ticker);
  log(result.ok ? `  done in ${seconds()} s` : `  failed after ${seconds()} s`);
  return result;
}

/**
 * The same without a word.
 *
 * @param {Step} step @returns {Promise<StepResult>}
 */
export function runQuietly({ command, args, cwd, env, limitMs }) {
  return new Promise((resolve) => {
    /** @type {import("node:child_process").ExecFileOptionsWithStringEncoding} */
    const options = {
      cwd,
      env,
      timeout: limitMs,
      killSignal: "SIGKILL",
      maxBuffer,
      encoding: "utf8",
    };
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      process.removeListener("exit", onExit);
      const output = `${stdout}${stderr}`;
      const last = output.trim().split("\n").at(-1) || `${error?.message ?? ""}`;
      const problem = error?.killed ? `not done after ${limitMs / 1000} s` : last;
      resolve({ ok: error === null, output, problem });
    });
    const onExit = () => child.kill();
    process.once("exit", onExit);
    child.stdin?.end();
  });
}
