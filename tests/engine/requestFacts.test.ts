import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as nclue from "pulumi-nclue";
import { type Program, succeeded } from "../support/engine";
import { type Nclue, withNclue } from "../support/withNclue";

interface Noted {
  readonly verb: string;
  readonly urn?: string;
  readonly timeoutMs?: number;
  readonly isPreview?: boolean;
}

const times = { create: "5s", update: "1m", delete: "1h30m" };
const cities = ["seoul", "busan", "daegu"];

/** The ways to set time-outs, by the resource that they are set for. */
const WAYS = {
  options: "in the resource's options",
  transform: "by a transform of the stack",
  transformation: "by a transformation of the stack",
} as const;

describe("with each request the plugin knows", () => {
  /** What was noted of the resources, in a life of a preview, two updates, a refresh and a destroy. */
  let first: readonly Noted[];
  let later: readonly Noted[];

  before(() =>
    withProbe(async (n, taken) => {
      const { stack } = n;
      succeeded(await stack.preview({ program: programOf(n) }));
      succeeded(await stack.up());
      first = taken();
      succeeded(await stack.up({ program: programOf(n, "later") }));
      succeeded(await stack.refresh());
      succeeded(await stack.destroy());
      later = taken();
    }),
  );

  const of = (name: string) => [...first, ...later].filter(({ urn }) => urn === urnOf(name));

  it("its URN, and no time-out where the user set none", () => {
    const noted = of("plain");
    assert.deepEqual(
      new Set(noted.map(({ verb }) => verb)),
      new Set(["check", "diff", "create", "read", "delete"]),
    );
    for (const { timeoutMs, isPreview, verb } of noted) {
      assert.equal(timeoutMs, undefined, verb);
      assert.equal(isPreview, verb === "create" ? false : undefined, verb);
    }
    const known = ["plain", "old", "new", ...Object.keys(WAYS), ...cities].map(urnOf);
    const urns = new Set([...first, ...later].map(({ urn }) => urn));
    assert.deepEqual(urns, new Set(known));
  });

  for (const [name, how] of Object.entries(WAYS)) {
    it(`the time-outs that are set ${how}`, () => {
      const timeouts = of(name)
        .filter(({ timeoutMs }) => timeoutMs !== undefined)
        .map(({ verb, timeoutMs }) => [verb, timeoutMs]);
      assert.deepEqual(timeouts, [
        ["create", 5_000],
        ["update", 60_000],
        ["delete", 90 * 60_000],
      ]);
    });
  }

  it("the URN of now, right after an alias", () => {
    const urns = new Set(later.map(({ urn }) => urn));
    assert.ok(urns.has(urnOf("new")));
    assert.ok(!urns.has(urnOf("old")));
  });

  it("each its own, of several at once", () => {
    for (const [verb, unitMs] of [
      ["create", 60_000],
      ["delete", 3_600_000],
    ] as const) {
      const found = cities.map((name) => {
        const noted = of(name).filter((each) => each.verb === verb);
        return noted.map(({ timeoutMs }) => timeoutMs);
      });
      assert.deepEqual(
        found,
        cities.map((_, index) => [(index + 1) * unitMs]),
        verb,
      );
    }
  });
});

/** A resource for each thing that is to be known. Later, one is replaced, some are updated, and one is renamed. */
function programOf({ args }: Nclue, when: "first" | "later" = "first"): Program {
  const run = (
    name: string,
    more: Partial<nclue.TaskRunArgs> = {},
    options: pulumi.CustomResourceOptions = {},
  ) => new nclue.TaskRun(name, { ...args, resultFilePath: `${name}/`, ...more }, options);
  const isLater = when === "later";
  const waiting = { waitFor: isLater ? "completed" : "submitted" } as const;
  return async () => {
    pulumi.runtime.registerResourceTransform(async ({ type, name, props, opts }) => {
      if (type !== TYPE || name !== "transform") return undefined;
      return { props, opts: { ...opts, customTimeouts: times } };
    });
    pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {
      if (type !== TYPE || name !== "transformation") return undefined;
      return { props, opts: { ...opts, customTimeouts: times } };
    });
    run("plain", { triggers: [when] });
    run("options", waiting, { customTimeouts: times });
    run("transform", waiting);
    run("transformation", waiting);
    const same = { resultFilePath: "renamed/" };
    if (isLater) run("new", same, { aliases: [{ name: "old" }] });
    else run("old", same);
    for (const [index, name] of cities.entries()) {
      const customTimeouts = { create: `${index + 1}m`, delete: `${index + 1}h` };
      run(name, {}, { customTimeouts });
    }
  };
}

const TYPE = "pulumi-nodejs:dynamic/nclue:TaskRun";
const urnOf = (name: string) => `urn:pulumi:dev::nclue-test::${TYPE}::${name}`;
const probe = path.join(__dirname, "../support/requestProbe.cjs");

/** `taken` gives what was noted since it was last called. */
async function withProbe(
  fn: (n: Nclue, taken: () => readonly Noted[]) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "nclue-probe-"));
  const file = path.join(folder, "requests");
  writeFileSync(file, "");
  const taken = () => {
    const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
    writeFileSync(file, "");
    return lines.map((line): Noted => JSON.parse(line));
  };
  try {
    const env = { NODE_OPTIONS: `--require ${probe}`, REQUEST_PROBE: file };
    await withNclue({ env }, (n) => fn(n, taken));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
