import type { Check } from "./check";
import type { Cli } from "./cli";
import { findPackage, meets, OWN_PACKAGE, PULUMI_RANGE } from "./versions";

/** What runs a program: Node, the SDK and Pulumi's command line. */
export async function* versionChecks(cli: Cli): AsyncGenerator<Check> {
  yield checkNode(cli);
  yield checkSdk(cli);
  yield await checkPulumi(cli);
}

function checkNode({ machine }: Cli): Check {
  const range = OWN_PACKAGE.engines.node;
  const text = `${machine.nodeVersion} (needed: ${range})`;
  return meets(machine.nodeVersion, range)
    ? { name: "Node", state: "ok", text }
    : { name: "Node", state: "failed", text, remedy: "install a newer Node" };
}

function checkSdk({ machine }: Cli): Check {
  const name = "@pulumi/pulumi";
  const range = OWN_PACKAGE.peerDependencies[name] ?? "";
  const found = findPackage(name, machine.folder);
  if (found === undefined) {
    return {
      name: "SDK",
      state: "failed",
      text: `${name} is not installed for programs in ${machine.folder}`,
      remedy: `run this in the folder of the program, or "npm i ${name}" there`,
    };
  }
  const text = `${name} ${found.version} (needed: ${range}) in ${found.folder}`;
  return meets(found.version, range)
    ? { name: "SDK", state: "ok", text }
    : { name: "SDK", state: "failed", text, remedy: `run "npm i ${name}@latest"` };
}

/** It may be installed for `pulumi up` alone, so that it is missing here is no failure. */
async function checkPulumi({ machine, activity }: Cli): Promise<Check> {
  const version = await activity.during(
    () => "asking pulumi for its version",
    () => machine.pulumiVersion(),
  );
  if (version === undefined) {
    const text = `no program "pulumi" on the PATH says its version (needed: ${PULUMI_RANGE})`;
    return { name: "Pulumi", state: "warning", text, remedy: "install Pulumi's command line" };
  }
  const text = `${version} (needed: ${PULUMI_RANGE})`;
  return meets(version, PULUMI_RANGE)
    ? { name: "Pulumi", state: "ok", text }
    : { name: "Pulumi", state: "failed", text, remedy: "install a newer Pulumi" };
}
