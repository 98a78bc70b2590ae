import assert from "node:assert/strict";
import { engineDrawsTree, type ProcessTable } from "../../../provider/src/plugin/engineProcess";

const address = "127.0.0.1:40001";
const plugin = ["node", "/app/node_modules/@pulumi/pulumi/cmd/dynamic-provider/index.js", address];

interface Machine {
  /** From the plugin upward. */
  readonly chain: readonly (readonly string[])[];
  readonly streams?: readonly [string | undefined, string | undefined];
  readonly environment?: Record<string, string>;
}

function drawsTree({ chain, streams = ["/dev/pts/3", "/dev/pts/3"], environment = {} }: Machine) {
  const engineIndex = chain.findIndex((args) => !args.includes(address));
  const processes: ProcessTable = {
    find: (pid) => {
      const args = chain[pid - 100];
      return args === undefined ? undefined : { parentPid: pid + 1, args };
    },
    streamPath: (pid, stream) => {
      assert.equal(pid, 100 + engineIndex);
      return streams[stream];
    },
  };
  return engineDrawsTree(100, address, environment, processes);
}

const engine = (...args: readonly string[]): Machine => ({ chain: [plugin, ["pulumi", ...args]] });

describe("engineDrawsTree", () => {
  it("is so for a plain pulumi up in a terminal", () => {
    assert.equal(drawsTree(engine("up")), true);
    assert.equal(drawsTree(engine("up", "--yes", "-s", "dev", "--parallel", "8")), true);
    assert.equal(drawsTree({ ...engine("up"), streams: ["/dev/tty1", "/dev/ttys004"] }), true);
  });

  it("sees through every launcher between the engine and the plugin", () => {
    const shell = ["/bin/sh", "/opt/pulumi/pulumi-resource-pulumi-nodejs", address];
    const shim = ["volta-shim", "node", "/app/index.js", address];
    assert.equal(drawsTree({ chain: [plugin, shim, shell, ["/opt/pulumi/pulumi", "up"]] }), true);
    assert.equal(
      drawsTree({ chain: [plugin, shim, shell, ["/opt/pulumi/pulumi", "up", "--diff"]] }),
      false,
    );
  });

  it("is not so where its output or its input is no terminal", () => {
    for (const streams of [
      ["/dev/pts/3", "pipe:[1234]"],
      ["pipe:[1234]", "/dev/pts/3"],
      ["/dev/null", "/dev/pts/3"],
      ["/dev/pts/3", "/home/me/up.log"],
      ["/dev/pts/3", undefined],
    ] as const) {
      assert.equal(drawsTree({ ...engine("up"), streams }), false, streams.join());
    }
  });

  it("is not so with a flag that asks for another display", () => {
    for (const flags of [
      ["--non-interactive"],
      ["--non-interactive=true"],
      ["--diff"],
      ["--json"],
      ["-j"],
      ["-yj"],
      ["--output", "json"],
      ["--output=json"],
    ]) {
      assert.equal(drawsTree(engine("up", ...flags)), false, flags.join(" "));
    }
    assert.equal(drawsTree(engine("watch")), false);
    assert.equal(drawsTree(engine("up", "--diff=false", "--non-interactive=false")), true);
  });

  it("is not so in a dumb terminal", () => {
    assert.equal(drawsTree({ ...engine("up"), environment: { TERM: "dumb" } }), false);
  });

  it("is not so in a pipeline that the engine knows, unless it is told not to look", () => {
    const environment = { JENKINS_URL: "https://ci.example" };
    assert.equal(drawsTree({ ...engine("up"), environment }), false);
    const blind = { ...environment, PULUMI_DISABLE_CI_DETECTION: "1" };
    assert.equal(drawsTree({ ...engine("up"), environment: blind }), true);
  });

  it("is not claimed where the engine's process cannot be seen", () => {
    assert.equal(drawsTree({ chain: [plugin] }), false);
    assert.equal(drawsTree({ chain: [] }), false);
    assert.equal(drawsTree({ chain: Array.from({ length: 20 }, () => plugin) }), false);
  });
});
