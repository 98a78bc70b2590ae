// node tools/demo.mjs: installs what is missing, then shows the basic example against a simulator.

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { buildTypeScript, findNode, installPackages } from "./packages.mjs";
import { ToolMissing } from "./provide.mjs";
import { providePulumiEngine } from "./pulumiEngine.mjs";

const context = { env: process.env, log: console.log };

try {
  await installPackages(context);
  const node = await findNode(process.env);
  const build = await buildTypeScript(process.env);
  if (!build.ok) throw new ToolMissing(`The build failed:\n${build.output}`);
  await providePulumiEngine(context);
  // Ctrl-C reaches the demo too, which cleans up; this only has to outlive it.
  process.on("SIGINT", () => undefined);
  const script = fileURLToPath(new URL("demoRun.mjs", import.meta.url));
  const demo = spawn(node, ["--no-experimental-strip-types", script], { stdio: "inherit" });
  demo.once("close", (code) => {
    process.exitCode = code ?? 1;
  });
} catch (error) {
  if (!(error instanceof ToolMissing)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
