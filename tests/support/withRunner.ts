import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";

export interface Ended {
  readonly exitCode: number | null;
  readonly output: string;
  /** What `sleep` was asked for. */
  readonly slept: readonly string[];
}

export type Run = (lines: string, env: Readonly<Record<string, string>>) => Promise<Ended>;

export interface Runner {
  readonly run: Run;
  /** The day that the lines hand over to the jobs that follow. */
  computeDay(
    lines: string,
    env: Readonly<Record<string, string>>,
  ): Promise<{ day: string | undefined }>;
}

/** A folder in which lines run as the services run them, with these commands first on the PATH. */
export async function withRunner<T>(
  commands: Readonly<Record<string, string>>,
  fn: (runner: Runner) => Promise<T>,
  { cwd, env: base = process.env }: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<T> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "nclue-runner-"));
  const bin = path.join(folder, "bin");
  mkdirSync(bin);
  for (const [name, script] of Object.entries(commands)) {
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(bin, name), 0o755);
  }
  const sleeps = path.join(folder, "slept");
  const run: Run = async (lines, more) => {
    const env = { ...base, PATH: `${bin}:${base.PATH}`, SLEPT: sleeps, ...more };
    const options = { cwd: cwd ?? folder, env };
    const { exitCode, output } = await ended(
      spawn("bash", ["-eo", "pipefail", "-c", lines], options),
    );
    const slept = existsSync(sleeps) ? readFileSync(sleeps, "utf8").trimEnd().split("\n") : [];
    return { exitCode, output, slept };
  };
  try {
    return await fn({
      run,
      async computeDay(lines, env) {
        const handedOver = path.join(folder, "day.env");
        const done = await run(lines, { GITHUB_OUTPUT: handedOver, ...env });
        assert.equal(done.exitCode, 0, done.output);
        return { day: /^day=(.*)$/im.exec(readFileSync(handedOver, "utf8"))?.[1] };
      },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function ended(
  child: ReturnType<typeof spawn>,
): Promise<{ exitCode: number | null; output: string }> {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => resolve({ exitCode, output }));
  });
}
