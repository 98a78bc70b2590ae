// node bench/bench.mjs [numbers of runs]: installs what is missing, then measures everything against
// a simulator and writes BENCHMARKS.md and docs/benchmark.svg. node bench/bench.mjs pipelines measures
// these alone, and writes nothing.

import { spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { repositoryFolder } from "../tools/folders.mjs";
import { buildTypeScript, findNode, installPackages } from "../tools/packages.mjs";
import { provideAll, ToolMissing } from "../tools/provide.mjs";
import { enginePath, providePulumiEngine } from "../tools/pulumiEngine.mjs";
import { provideVersitygw } from "../tools/versitygw.mjs";

const context = { env: process.env, log: console.log };

try {
  await installPackages(context);
  const node = await findNode(process.env);
  const build = await buildTypeScript(process.env);
  if (!build.ok) throw new ToolMissing(`The build failed:\n${build.output}`);
  await provideAll([providePulumiEngine, provideVersitygw], context);
  const engine = await providePulumiEngine(context);
  const typescript = path.join(repositoryFolder, "tests", "support", "typescript.cjs");
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  const args = ["--no-experimental-strip-types", "--require", typescript, main];
  const bench = spawn(node, [...args, ...process.argv.slice(2)], {
    cwd: repositoryFolder,
    env: { ...process.env, PATH: enginePath(engine, process.env) },
    stdio: "inherit",
  });
  bench.once("close", (code) => {
    process.exitCode = code ?? 1;
  });
} catch (error) {
  if (!(error instanceof ToolMissing)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
