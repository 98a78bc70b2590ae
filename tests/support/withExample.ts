import { execFileSync } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { repositoryFolder } from "../../tools/folders.mjs";
import type { Program } from "./engine";
import { type Nclue, type NclueOptions, withNclue } from "./withNclue";

export interface ExampleOptions extends Omit<NclueOptions, "program" | "project"> {
  /** The stack's settings, made of what the service has. */
  readonly settings?: (nclue: Nclue) => Readonly<Record<string, string>>;
}

/**
 * Runs `fn` with a stack that is set up as a copy of the example's folder would be: its program, its
 * project file, and the settings that its user would give.
 */
export async function withExample<T>(
  name: string,
  { settings = taskFeatureAndBucket, ...options }: ExampleOptions,
  fn: (nclue: Nclue) => Promise<T>,
): Promise<T> {
  const project = projectOf(name);
  return withNclue({ ...options, project, program: exampleProgram(name) }, async (nclue) => {
    copyFileSync(exampleFile(name, "Pulumi.yaml"), path.join(nclue.stack.folder, "Pulumi.yaml"));
    await nclue.stack.setConfig(settings(nclue));
    return fn(nclue);
  });
}

/** What the examples of a run alone ask for. */
export function taskFeatureAndBucket({ task, feature, bucket }: Nclue): Record<string, string> {
  return { taskId: task.id, featureId: feature.id, resultBucket: bucket };
}

/** The program as its author wrote it, loaded again for each run: it reads its config as it loads. */
export function exampleProgram(name: string): Program {
  const file = exampleFile(name, "index.ts");
  return async () => {
    delete require.cache[require.resolve(file)];
    const loaded = require(file);
    return typeof loaded === "function" ? loaded() : { ...loaded };
  };
}

export function exampleFile(name: string, file: string): string {
  return path.join(repositoryFolder, "examples", name, file);
}

/** What the script of the whole pipeline's README writes, by key. */
export function wholePipelineData(folder: string): Readonly<Record<string, string>> {
  const script = exampleFile("whole-pipeline", "makeData.mjs");
  execFileSync(process.execPath, [script], { cwd: folder, stdio: "pipe" });
  const data = path.join(folder, "data");
  const files = readdirSync(data, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    files
      .filter((file) => file.isFile())
      .map(({ parentPath, name }) => path.join(parentPath, name))
      .map((file) => [path.relative(data, file), readFileSync(file, "utf8")]),
  );
}

function projectOf(name: string): string {
  const text = readFileSync(exampleFile(name, "Pulumi.yaml"), "utf8");
  const project = /^name: (\S+)$/m.exec(text)?.[1];
  if (project === undefined) throw new Error(`examples/${name}/Pulumi.yaml has no name`);
  return project;
}
