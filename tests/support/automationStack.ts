import * as automation from "@pulumi/pulumi/automation";
import type { Program, TestStack } from "./engine";

/** A test's stack as the Automation API sees it: the program runs in this very process. */
export async function automationStack(
  { name, project, folder, env }: TestStack,
  program: Program,
): Promise<automation.Stack> {
  const envVars = Object.fromEntries(
    Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
  // The API asks the command for its version before it looks at the workspace's own PATH.
  const { PATH } = process.env;
  process.env.PATH = env.PATH;
  try {
    return await automation.LocalWorkspace.selectStack(
      { stackName: name, projectName: project, program: async () => (await program()) ?? {} },
      { workDir: folder, envVars },
    );
  } finally {
    process.env.PATH = PATH;
  }
}
