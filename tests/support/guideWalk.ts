import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import ts from "typescript";
import type { Simulator } from "../../simulator/src";
import { type Program, withLanguageHost } from "./engine";
import { installPackages } from "./guidePackages";
import { type GuideStep, guideSteps, patternOf } from "./guideSteps";
import { openShell, quoted, type Shell, type Typed } from "./shell";
import { type Nclue, type NclueOptions, withNclue } from "./withNclue";

// A stranger's walk through a guide, in a fresh folder: every command is typed and every block is
// copied, in the order of the page, with the packages from their tarballs. A walk that leaves a step
// out says so. Only what a reader has to replace is replaced: addresses, buckets, ids.

/** What a step of the guide is replaced in: `{ "<job>": "scores" }`. Each has to be there. */
type Fill = Readonly<Record<string, string>>;

export interface Walk extends Omit<Nclue, "program"> {
  /** The reader's `index.ts`, for another stack than the walk's own. */
  readonly program: Program;
  /** Where the reader is. */
  readonly folder: string;
  /**
   * Types the guide's next command, which begins like this. It has to succeed, and to print each line
   * that the guide shows below it, whatever stands around it.
   */
  types(beginning: string, options?: TypeOptions): Promise<Typed>;
  /** The same for a command that goes on until the walk is over. */
  starts(beginning: string, wanted: RegExp, fill?: Fill): Promise<string>;
  /**
   * Copies the guide's next block into a file, between what the reader has there. A program gets its
   * imports from the harness where the guide leaves them out.
   */
  copies(language: string, file: string, options?: CopyOptions): string;
  /** Leaves the guide's next step out, and says why on the screen. */
  passes(beginning: string, why: string): void;
  /** Types something that the guide says in its text. */
  does(command: string, ends?: TypeOptions["ends"]): Promise<Typed>;
  /** The same for a command that goes on until the walk is over. */
  startsOwn(command: string, wanted: RegExp): Promise<string>;
  /** Writes something of the reader's own. */
  writes(file: string, text: string): void;
  /** From now on the reader is in another shell, with the same folder and the same beginnings. */
  opensAnotherShell(env?: NodeJS.ProcessEnv): void;
}

interface TypeOptions {
  readonly fill?: Fill;
  /** It has to end with this code, or with any but 0. */
  readonly ends?: number | "failed";
}

interface CopyOptions {
  readonly before?: string;
  readonly after?: string;
  readonly fill?: Fill;
}

export interface WalkOptions extends NclueOptions {
  /** Variables that the reader begins without. */
  readonly unset?: readonly string[];
  /** More commands that are on the reader's PATH: what they do, in sh. */
  readonly commands?: Readonly<Record<string, string>>;
}

/** Walks through all steps of a guide, or of another page; `fn` has to take each of them. */
export function withWalk(
  guide: string,
  { unset = [], commands = {}, ...options }: WalkOptions,
  fn: (walk: Walk) => Promise<void>,
): Promise<void> {
  const steps = [...guideSteps(guide.endsWith(".md") ? guide : `docs/guides/${guide}.md`)];
  return withNclue(options, async (n) => {
    const { folder } = n.stack;
    installPackages(folder);
    const program = programIn(folder);
    await withLanguageHost(program, async (host) => {
      const bin = path.join(folder, "home", "bin");
      const engine = pulumiCommand(n.stack.env.PATH ?? "", host.args);
      writeCommands(bin, { pulumi: engine, npx: npxCommand, ...commands });
      const env: NodeJS.ProcessEnv = { ...n.stack.env, PATH: `${bin}:${n.stack.env.PATH}` };
      for (const name of unset) delete env[name];
      await asReader(folder, async () => {
        const shells: Shell[] = [];
        const open = (more: NodeJS.ProcessEnv = {}) => {
          shells.push(openShell(folder, { ...env, ...more }));
        };
        try {
          open();
          const walk = createWalk({ ...n, program }, steps, () => shells.at(-1) as Shell, open);
          await fn(walk);
          assert.deepEqual(steps, [], "the guide goes on");
        } finally {
          for (const shell of shells) await shell.close();
        }
      });
    });
  });
}

/** What the guides' programs use without saying where it comes from. */
export function programContext({ args }: Pick<Nclue, "args">): string {
  return `const args: nclue.TaskRunArgs = ${JSON.stringify(args)};
const segments = ["loyal", "new"];
const argsOf = (segment: string) => ({ ...args, resultFilePath: \`\${segment}/\` });
`;
}

/** Whether a command that a guide uses, and that is none of ours, works here. */
export function isInstalled(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args).status === 0;
}

/** The task and the feature that the guides name. */
export const guideJobs = {
  taskId: "7a1d9e40-11aa-4d52-8f0e-5c9b7e330010",
  featureId: "c2f0b9d8-5e21-4b7a-a6c4-90d1ff420005",
};

export function seedGuideJobs(simulator: Simulator): typeof guideJobs {
  const { taskId, featureId } = guideJobs;
  simulator.seedFeature({ id: featureId, name: "members-2026-11" });
  simulator.seedTask({ id: taskId, name: "churn-2026", trainFeatureId: featureId });
  return guideJobs;
}

function createWalk(
  n: Omit<Nclue, "program"> & Pick<Walk, "program">,
  steps: GuideStep[],
  shell: () => Shell,
  opensAnotherShell: (env?: NodeJS.ProcessEnv) => void,
): Walk {
  const { folder } = n.stack;
  const own = (text: string) =>
    text
      .replaceAll("acme-results", n.bucket)
      .replaceAll("acme-behaviour", n.bucket)
      .replaceAll("https://kr.object.ncloudstorage.com", n.buckets.endpoint);
  const next = (language: string, beginning: string, fill: Fill = {}): GuideStep => {
    const step = steps.shift();
    assert.ok(step, `the guide ends before ${beginning}`);
    assert.equal(step.language, language, step.text);
    assert.ok(step.text.startsWith(beginning), `${step.text}\nis not ${beginning}`);
    let [text, shown] = [own(step.text), own(step.shown)];
    for (const [gap, filling] of Object.entries(fill)) {
      assert.ok(`${text}\n${shown}`.includes(gap), `${gap} is not in ${text}`);
      text = text.replaceAll(gap, filling);
      shown = shown.replaceAll(gap, filling);
    }
    return { ...step, text, shown };
  };
  const writes: Walk["writes"] = (file, text) => {
    const place = path.join(folder, file);
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, text);
  };
  const type = async (command: string, ends: TypeOptions["ends"] = 0) => {
    const typed = await shell().type(command);
    const expected = ends === "failed" ? typed.exitCode || "failed" : ends;
    assert.equal(typed.exitCode, expected, `$ ${command}\n${typed.output}`);
    return typed;
  };
  return {
    ...n,
    folder,
    async types(beginning, { fill, ends } = {}) {
      const { text, shown } = next("console", beginning, fill);
      assert.doesNotMatch(text, /<[a-z][a-z ]*…?>|…/, "something is left to replace");
      const typed = await type(text, ends);
      assertShown(typed.output, shown);
      return typed;
    },
    async starts(beginning, wanted, fill) {
      const { text, shown } = next("console", beginning, fill);
      const output = await shell().start(text, wanted);
      assertShown(output, shown);
      return output;
    },
    copies(language, file, { before = "", after = "", fill } = {}) {
      const { text } = next(language, "", fill);
      writes(file, `${before}${text}${after}`);
      return text;
    },
    passes(beginning, why) {
      const step = steps.shift();
      assert.ok(step?.text.startsWith(beginning), `${step?.text}\nis not ${beginning}`);
      console.log(`      not walked: ${beginning} (${why})`);
    },
    does: (command, ends) => type(own(command), ends),
    startsOwn: (command, wanted) => shell().start(own(command), wanted),
    writes,
    opensAnotherShell,
  };
}

type Exported = Record<string, unknown> | (() => Promise<Record<string, unknown>>);

function assertShown(output: string, shown: string): void {
  for (const line of shown.split("\n")) assert.match(output, patternOf(line));
}

/** The reader's `index.ts`, as it is when the engine asks for it. What it exports are the outputs. */
function programIn(folder: string): Program {
  return async () => {
    takeVariables(folder);
    const file = path.join(folder, "index.ts");
    const { outputText } = ts.transpileModule(withImports(readFileSync(file, "utf8")), {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    });
    const module = { exports: {} as Exported };
    const run = new AsyncFunction("require", "module", "exports", outputText);
    await run(createRequire(file), module, module.exports);
    const { exports } = module;
    return typeof exports === "function" ? exports() : { ...exports };
  };
}

/** The guides leave out what every program begins with, except where they show a whole one. */
function withImports(text: string): string {
  const missing = Object.entries({ pulumi: "@pulumi/pulumi", nclue: "pulumi-nclue" }).filter(
    ([name]) => !text.includes(`import * as ${name} `),
  );
  return missing.map(([name, from]) => `import * as ${name} from "${from}";\n`).join("") + text;
}

const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;

/**
 * Programs run in this process: where the reader is, and as if Pulumi's launcher had started them,
 * which tells them apart from inline programs. Afterwards the process is as it was.
 */
async function asReader<T>(folder: string, fn: () => Promise<T>): Promise<T> {
  const before = { env: { ...process.env }, folder: process.cwd(), script: process.argv[1] ?? "" };
  process.argv[1] = path.join(folder, "node_modules/@pulumi/pulumi/cmd/run");
  process.chdir(folder);
  try {
    return await fn();
  } finally {
    process.chdir(before.folder);
    process.argv[1] = before.script;
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, before.env);
  }
}

/** Gives this process the variables that the engine was started with, which a program inherits. */
function takeVariables(folder: string): void {
  for (const line of readFileSync(path.join(folder, environmentFile), "utf8").split("\0")) {
    const [, name = "", value] = /^((?:NCLUE|NCLOUD|SLACK)_\w+)=([\s\S]*)$/.exec(line) ?? [];
    if (name !== "") process.env[name] = value;
  }
}

const environmentFile = "home/environment";

/**
 * The engine, which takes the program from this process instead of its language plugin. To an update
 * that would ask, the reader says yes.
 */
function pulumiCommand(searchPath: string, host: readonly string[]): string {
  return `PATH=${quoted(searchPath)}
env -0 > "$HOME/environment"
case "$*" in *--client*) exec pulumi "$@" ;; esac
case "$1" in up|preview) program='${host.join(" ")}' ;; esac
case "$1 $*" in
  *--yes*|*--preview-only*) ;;
  up*|refresh*|destroy*) agreed='--yes --skip-preview' ;;
esac
exec pulumi "$@" $agreed $program`;
}

const npxCommand = `if [ "$1" = --no ]; then shift; fi
name="$1"; shift
exec node "$(pwd)/node_modules/$name/bin/$name.js" "$@"`;

function writeCommands(folder: string, commands: Readonly<Record<string, string>>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, script] of Object.entries(commands)) {
    writeFileSync(path.join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(folder, name), 0o755);
  }
}
