import { spawn } from "node:child_process";

/**
 * @typedef {object} LongStep
 * @property {string} title what is done, how long it takes and where to; undefined is silent
 * @property {string} command
 * @property {readonly string[]} args
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {number} limitMs after this it is ended and counts as failed
 */

/**
 * @typedef {object} StepResult
 * @property {boolean} ok
 * @property {string} output both streams
 * @property {string} problem the last line of the output, or why there is none
 */

/**
 * Runs a command that takes a while: one line first, the elapsed time every 10 s, no output of its
 * own. What it printed is in the result.
 *
 * @param {LongStep} step
 * @param {(line: string) => void} log
 * @returns {Promise<StepResult>}
 */
export async function runLongStep(step, log) {
  log(step.title);
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const ticker = setInterval(() => log(`  … ${seconds()} s`), 10_000);
  try {
    const result = await runQuietly(step);
    log(result.ok ? `  done in ${seconds()} s` : `  failed after ${seconds()} s`);
    return result;
  } finally {
    clearInterval(ticker);
  }
}

/**
 * The same without a word.
 *
 * @param {Omit<LongStep, "title">} step
 * @returns {Promise<StepResult>}
 */
export function runQuietly({ command, args, cwd, env, limitMs }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let overdue = false;
    const limit = setTimeout(() => {
      overdue = true;
      child.kill("SIGKILL");
    }, limitMs);
    const onExit = () => child.kill();
    process.once("exit", onExit);
    child.stdout.on("data", (text) => {
      output += text;
    });
    child.stderr.on("data", (text) => {
      output += text;
    });
    /** @param {boolean} ok @param {string} problem */
    const finish = (ok, problem) => {
      clearTimeout(limit);
      process.removeListener("exit", onExit);
      resolve({ ok, output, problem });
    };
    child.on("error", (error) => finish(false, error.message));
    child.on("close", (code) => {
      const last = output.trim().split("\n").at(-1) || `exit code ${code}`;
      finish(code === 0, overdue ? `not done after ${limitMs / 1000} s` : last);
    });
  });
}
