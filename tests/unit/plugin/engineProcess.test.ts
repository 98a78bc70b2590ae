import assert from "node:assert/strict";
import {
  choosesResources,
  engineDisplay,
  type ProcessTable,
} from "../../../provider/src/plugin/engineProcess";

const address = "127.0.0.1:40001";
const plugin = ["node", "/app/node_modules/@pulumi/pulumi/cmd/dynamic-provider/index.js", address];

interface Machine {
  /** From the plugin upward. */
  readonly chain: readonly (readonly string[])[];
  readonly streams?: readonly [string | undefined, string | undefined];
  readonly environment?: Record<string, string>;
}

function processesOf({ chain, streams = ["/dev/pts/3", "/dev/pts/3"] }: Machine): ProcessTable {
  const engineIndex = chain.findIndex((args) => !args.includes(address));
  return {
    find: (pid) => {
      const args = chain[pid - 100];
      return args === undefined ? undefined : { parentPid: pid + 1, args };
    },
    streamPath: (pid, stream) => {
      assert.equal(pid, 100 + engineIndex);
      return streams[stream];
    },
  };
}

function displayOf(machine: Machine) {
  const { environment = {} } = machine;
  return engineDisplay(100, address, environment, processesOf(machine));
}

const engine = (...args: readonly string[]): Machine => ({ chain: [plugin, ["pulumi", ...args]] });

describe("engineDisplay", () => {
  it("is a tree for a plain pulumi up in a terminal", () => {
    assert.equal(displayOf(engine("up")), "tree");
    assert.equal(displayOf(engine("up", "--yes", "-s", "dev", "--parallel", "8")), "tree");
    assert.equal(displayOf({ ...engine("up"), streams: ["/dev/tty1", "/dev/ttys004"] }), "tree");
  });

  it("sees through every launcher between the engine and the plugin", () => {
    const shell = ["/bin/sh", "/opt/pulumi/pulumi-resource-pulumi-nodejs", address];
    const shim = ["volta-shim", "node", "/app/index.js", address];
    assert.equal(displayOf({ chain: [plugin, shim, shell, ["/opt/pulumi/pulumi", "up"]] }), "tree");
    assert.equal(
      displayOf({ chain: [plugin, shim, shell, ["/opt/pulumi/pulumi", "up", "--diff"]] }),
      "texts",
    );
  });

  it("is no tree where its output or its input is no terminal", () => {
    for (const streams of [
      ["/dev/pts/3", "pipe:[1234]"],
      ["pipe:[1234]", "/dev/pts/3"],
      ["/dev/null", "/dev/pts/3"],
      ["/dev/pts/3", "/home/me/up.log"],
      ["/dev/pts/3", undefined],
    ] as const) {
      assert.equal(displayOf({ ...engine("up"), streams }), "rows", streams.join());
    }
  });

  it("is no tree with a flag that asks for another display", () => {
    for (const flags of [
      ["--non-interactive"],
      ["--non-interactive=true"],
      ["--json"],
      ["-j"],
      ["-yj"],
      ["--output", "json"],
      ["--output=json"],
    ]) {
      assert.equal(displayOf(engine("up", ...flags)), "rows", flags.join(" "));
    }
    assert.equal(displayOf(engine("watch")), "rows");
    assert.equal(displayOf(engine("up", "--diff=false", "--non-interactive=false")), "tree");
  });

  it("is texts alone with --diff, on a terminal and elsewhere", () => {
    for (const streams of [
      ["/dev/pts/3", "/dev/pts/3"],
      ["pipe:[1]", "pipe:[2]"],
    ] as const) {
      assert.equal(displayOf({ ...engine("up", "--diff"), streams }), "texts");
    }
  });

  it("is as a variable of the engine says, unless a flag says otherwise", () => {
    for (const [name, value, flag, display] of [
      ["DIFF", "true", "--diff=false", "texts"],
      ["NON_INTERACTIVE", "1", "--non-interactive=false", "rows"],
      ["JSON", "True", "--json=false", "rows"],
      ["OUTPUT", "json", "--output=default", "rows"],
    ] as const) {
      const environment = { [`PULUMI_OPTION_${name}`]: value };
      assert.equal(displayOf({ ...engine("up"), environment }), display, name);
      assert.equal(displayOf({ ...engine("up", flag), environment }), "tree", flag);
    }
    for (const [name, value] of [
      ["DIFF", "false"],
      ["NON_INTERACTIVE", ""],
      ["OUTPUT", "default"],
    ] as const) {
      const environment = { [`PULUMI_OPTION_${name}`]: value };
      assert.equal(displayOf({ ...engine("up"), environment }), "tree", name);
    }
  });

  it("is as the last flag says", () => {
    assert.equal(displayOf(engine("up", "--diff", "--diff=false")), "tree");
    assert.equal(displayOf(engine("up", "--output=default", "--output", "json")), "rows");
  });

  it("is no tree in a dumb terminal", () => {
    assert.equal(displayOf({ ...engine("up"), environment: { TERM: "dumb" } }), "rows");
  });

  it("is no tree in a pipeline that the engine knows, unless it is told not to look", () => {
    const environment = { JENKINS_URL: "https://ci.example" };
    assert.equal(displayOf({ ...engine("up"), environment }), "rows");
    const blind = { ...environment, PULUMI_DISABLE_CI_DETECTION: "1" };
    assert.equal(displayOf({ ...engine("up"), environment: blind }), "tree");
  });

  it("is no tree where the engine's process cannot be seen", () => {
    assert.equal(displayOf({ chain: [plugin] }), "rows");
    assert.equal(displayOf({ chain: [] }), "rows");
    assert.equal(displayOf({ chain: Array.from({ length: 20 }, () => plugin) }), "rows");
  });
});

describe("choosesResources", () => {
  const isChosen = (args: readonly string[], environment: Record<string, string> = {}) =>
    choosesResources(100, address, environment, processesOf(engine(...args)));

  for (const args of [
    ["--target", "urn:pulumi:dev::shop::a::b"],
    ["--target=**b"],
    ["-t", "**b"],
    ["--exclude=**b"],
  ]) {
    it(`is true of ${args.join(" ")}`, () => assert.ok(isChosen(["up", ...args])));
  }

  it("is true of the engine's variables, and false of all else", () => {
    assert.ok(isChosen(["up"], { PULUMI_OPTION_TARGET: "**b" }));
    assert.ok(!isChosen(["up", "--yes", "--target-dependents", "--stack=-t"]));
  });
});
