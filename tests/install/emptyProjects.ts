import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type BuildOptions, build } from "esbuild";
import { repositoryFolder } from "../../tools/folders.mjs";
import { runQuietly } from "../../tools/longStep.mjs";
import { type Outcome, succeeded, type TestStack } from "../support/engine";
import { skip } from "../support/skip";
import { type Nclue, withNclue } from "../support/withNclue";
import {
  installProject,
  lockedSdk,
  type PackageManager,
  type Packs,
  type Project,
  packageManagers,
  packComponent,
  registryAnswers,
} from "./packageManagers";

/**
 * Everything here is as users have it: the packed provider in a folder outside the tree, and a program
 * that is served with the packages of that folder. Nothing of the repository's node_modules is used
 * but the engine's launcher and the compiler.
 */
export function describeEmptyProjects(packs: Packs): void {
  const { folder } = packs;
  let direct: Project;
  const installed = new Map<PackageManager, Project>();

  /** One folder for each manager, which installs there only what is not there yet. */
  const withInstalled = async (
    manager: PackageManager,
    project: Project,
    fn: (nclue: Nclue) => Promise<void>,
  ) => {
    const home = path.join(folder, manager);
    if (installed.get(manager) !== project) {
      mkdirSync(home, { recursive: true });
      await installProject(manager, home, project);
      installed.set(manager, project);
    }
    await withNclue({}, async (nclue) => {
      const { folder: used } = nclue.stack;
      rmSync(path.join(used, "node_modules")); // the link to the repository's
      moveProject(home, used);
      try {
        await fn(nclue);
      } finally {
        moveProject(used, home);
      }
    });
  };
  const withNpm = (fn: (nclue: Nclue) => Promise<void>) => withInstalled("npm", direct, fn);
  const withoutPackage = async <T>(
    { stack }: Nclue,
    name: string,
    fn: () => Promise<T>,
  ): Promise<T> => {
    const place = path.join(stack.folder, "node_modules", name);
    const away = path.join(folder, `${name}-away`);
    renameSync(place, away);
    try {
      return await fn();
    } finally {
      renameSync(away, place);
    }
  };

  before(async function () {
    if (!(await registryAnswers())) skip(this, "no npm registry");
    direct = {
      dependencies: {
        "@pulumi/pulumi": lockedSdk(),
        "pulumi-nclue": `file:${packs.provider()}`,
      },
    };
  });

  for (const manager of packageManagers) {
    it(`with ${manager} makes, refreshes and destroys a run`, () =>
      withInstalled(manager, direct, (nclue) =>
        makesRefreshesAndDestroys(nclue, commonJsProgram(nclue)),
      ));
  }

  it("is loaded by an ES-module program", async () => {
    await withNpm(async (nclue) => {
      await makesRefreshesAndDestroys(nclue, {
        file: "index.mjs",
        text: `import { TaskRun } from "pulumi-nclue";
import * as nclue from "pulumi-nclue";
if (nclue.TaskRun !== TaskRun) throw new Error("two classes");
export const { runId } = new TaskRun("scores", ${JSON.stringify(nclue.args)});
`,
      });
    });
  });

  it("has types for CommonJS and for ES modules, under the strictest settings", async () => {
    await withNpm(async ({ stack: { folder } }) => {
      const text = `import * as pulumi from "@pulumi/pulumi";
import { TaskRun, type TaskRunArgs } from "pulumi-nclue";
const args: TaskRunArgs = { taskId: "t", featureId: pulumi.output("f"), waitFor: "started" };
const run = new TaskRun("scores", args, { customTimeouts: { create: "4h" } });
export const uri: pulumi.Output<string | null> = run.resultUri;
// @ts-expect-error: waitFor takes three words
new TaskRun("scores", { ...args, waitFor: "ready" });
`;
      writeFileSync(path.join(folder, "common.cts"), text);
      writeFileSync(path.join(folder, "module.mts"), text);
      writeFileSync(
        path.join(folder, "tsconfig.json"),
        JSON.stringify({
          compilerOptions: {
            module: "nodenext",
            target: "es2022",
            strict: true,
            exactOptionalPropertyTypes: true,
            noEmit: true,
            skipLibCheck: true,
            types: [],
          },
          files: ["common.cts", "module.mts"],
        }),
      );
      const tsc = path.join(repositoryFolder, "node_modules", "typescript", "bin", "tsc");
      const args = [tsc, "-p", folder, "--pretty", "false"];
      const check = await runQuietly({ command: process.execPath, args, limitMs: 120_000 });
      assert.equal(check.output, "");
    });
  });

  const bundles: readonly (readonly [string, BuildOptions])[] = [
    ["that leaves all packages where they are", { packages: "external" }],
    ["that holds the provider too", { external: ["@pulumi/pulumi"] }],
  ];
  for (const [what, bundled] of bundles) {
    it(`works in a program that esbuild bundled, ${what}`, async () => {
      await withNpm(async (nclue) => {
        const { text } = commonJsProgram(nclue);
        const stdin = { contents: text, resolveDir: nclue.stack.folder };
        const outfile = path.join(nclue.stack.folder, "bundle.cjs");
        await build({ ...bundled, stdin, outfile, bundle: true, platform: "node" });
        const bundle = readFileSync(outfile, "utf8");
        await makesRefreshesAndDestroys(nclue, { file: "bundle.cjs", text: bundle });
      });
    });
  }

  it("that is gone when a stack is destroyed is named in one sentence, with what to type", async () => {
    await withNpm(async (nclue) => {
      const { stack, runs } = nclue;
      await withProgram(stack, commonJsProgram(nclue), async (operate) => {
        succeeded(await operate("up"));
        await withoutPackage(nclue, "pulumi-nclue", async () => {
          for (const verb of ["refresh", "destroy"] as const) {
            const outcome = await stack.cli([verb, "--yes", "--skip-preview"]);
            assert.equal(outcome.failed, true);
            assertOneSentence(outcome, stack.folder);
          }
        });
        assert.equal((await runs()).length, 1);
      });
    });
  });

  it("whose own dependency is gone says which", async () => {
    await withNpm(async (nclue) => {
      const { stack } = nclue;
      await withProgram(stack, commonJsProgram(nclue), async (operate) => {
        succeeded(await operate("up"));
        const outcome = await withoutPackage(nclue, "node-fetch", () =>
          stack.cli(["destroy", "--yes", "--skip-preview"]),
        );
        assert.equal(outcome.failed, true);
        assert.match(outcome.output, /cannot be loaded from .*Cannot find module 'node-fetch'/);
        assert.doesNotMatch(outcome.output, /^\s+at /m);
      });
    });
  });

  for (const manager of packageManagers) {
    it(`with ${manager} works through a component package that alone depends on it`, async () => {
      const component = await packComponent(packs.provider(), folder);
      const dependencies = {
        "@pulumi/pulumi": lockedSdk(),
        "acme-pipeline": `file:${component}`,
      };
      await withInstalled(manager, { dependencies }, async (nclue) => {
        if (manager === "pnpm") {
          assert.equal(
            existsSync(path.join(nclue.stack.folder, "node_modules/pulumi-nclue")),
            false,
          );
        }
        await makesRefreshesAndDestroys(nclue, componentProgram(nclue));
      });
    });
  }
}

function moveProject(from: string, to: string): void {
  for (const name of ["package.json", "node_modules"]) {
    renameSync(path.join(from, name), path.join(to, name));
  }
}

interface ProgramFile {
  readonly file: string;
  readonly text: string;
}

function commonJsProgram({ args }: Nclue): ProgramFile {
  return {
    file: "index.cjs",
    text: `const nclue = require("pulumi-nclue");
exports.runId = new nclue.TaskRun("scores", ${JSON.stringify(args)}).runId;
`,
  };
}

function componentProgram({ args }: Nclue): ProgramFile {
  return {
    file: "index.cjs",
    text: `const { Pipeline } = require("acme-pipeline");
exports.runId = new Pipeline("scores", ${JSON.stringify(args)}).run.runId;
`,
  };
}

async function makesRefreshesAndDestroys(
  { stack, runs }: Nclue,
  program: ProgramFile,
): Promise<void> {
  await withProgram(stack, program, async (operate) => {
    succeeded(await operate("up"));
    const [run, ...others] = await runs();
    assert.deepEqual(others, []);
    assert.equal(run?.status, "completed");
    assert.equal((await stack.outputs()).runId, run?.id);
    succeeded(await operate("up", "--refresh", "--expect-no-changes"));
    succeeded(await operate("destroy"));
    assert.deepEqual(await runs(), []);
    assert.deepEqual(await stack.resources(), []);
  });
}

type Operate = (verb: "up" | "destroy", ...args: string[]) => Promise<Outcome>;

/** Serves a program from a process of its own, with the packages that are installed in the folder. */
async function withProgram(
  { folder, env, cli }: TestStack,
  { file, text }: ProgramFile,
  fn: (operate: Operate) => Promise<void>,
): Promise<void> {
  writeFileSync(path.join(folder, file), text);
  const operate: Operate = async (verb, ...args) => {
    const host = spawn(process.execPath, [path.join(__dirname, "programHost.cjs"), file], {
      cwd: folder,
      env,
      stdio: ["pipe", "pipe", "inherit"],
    });
    try {
      const [address] = await once(host.stdout.setEncoding("utf8"), "data");
      const client = `--client=${`${address}`.trim()}`;
      return await cli([
        verb,
        "--yes",
        "--skip-preview",
        client,
        "--exec-kind=auto.inline",
        ...args,
      ]);
    } finally {
      host.stdin.end();
      await once(host, "exit");
    }
  };
  await fn(operate);
}

function assertOneSentence({ output }: Outcome, folder: string): void {
  assert.ok(output.includes(`the package pulumi-nclue cannot be loaded from ${folder} (`), output);
  assert.match(output, /run "npm ci" there/);
  assert.match(output, /"pnpm add pulumi-nclue"/);
  assert.doesNotMatch(output, /^\s+at /m);
}
