import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as nclue from "pulumi-nclue";
import { succeeded } from "../support/engine";
import { type Nclue, withNclue } from "../support/withNclue";

interface Noted {
  readonly verb: string;
  readonly urn?: string;
  readonly timeoutMs?: number;
  readonly isPreview?: boolean;
}

const times = { create: "5s", update: "1m", delete: "1h30m" };

describe("with each request the plugin knows", () => {
  it("its URN, and no time-out where the user set none", () =>
    withProbe(async ({ stack, program }, taken) => {
      succeeded(await stack.preview());
      succeeded(await stack.up());
      succeeded(await stack.up({ program: program({ triggers: ["new"] }) }));
      succeeded(await stack.refresh());
      succeeded(await stack.destroy());
      const noted = taken();
      assert.deepEqual(
        new Set(noted.map(({ verb }) => verb)),
        new Set(["check", "diff", "create", "read", "delete"]),
      );
      for (const { urn, timeoutMs, isPreview, verb } of noted) {
        assert.equal(urn, urnOf("scores"), verb);
        assert.equal(timeoutMs, undefined, verb);
        assert.equal(isPreview, verb === "create" ? false : undefined, verb);
      }
    }));

  for (const [how, programOf] of [
    [
      "in the resource's options",
      ({ program }: Nclue, changes: Partial<nclue.TaskRunArgs>) =>
        program(changes, { customTimeouts: times }),
    ],
    [
      "by a transform of the stack",
      ({ args }: Nclue, changes: Partial<nclue.TaskRunArgs>) =>
        async () => {
          pulumi.runtime.registerResourceTransform(async ({ type, props, opts }) => {
            if (type !== TYPE) return undefined;
            return { props, opts: { ...opts, customTimeouts: times } };
          });
          new nclue.TaskRun("scores", { ...args, ...changes });
        },
    ],
    [
      "by a transformation of the stack",
      ({ args }: Nclue, changes: Partial<nclue.TaskRunArgs>) =>
        async () => {
          pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
            if (type !== TYPE) return undefined;
            return { props, opts: { ...opts, customTimeouts: times } };
          });
          new nclue.TaskRun("scores", { ...args, ...changes });
        },
    ],
  ] as const) {
    it(`the time-outs that are set ${how}`, () =>
      withProbe(async (n, taken) => {
        const { stack } = n;
        succeeded(await stack.up({ program: programOf(n, { waitFor: "submitted" }) }));
        succeeded(await stack.up({ program: programOf(n, {}) }));
        succeeded(await stack.destroy());
        const timeouts = taken()
          .filter(({ timeoutMs }) => timeoutMs !== undefined)
          .map(({ verb, timeoutMs }) => [verb, timeoutMs]);
        assert.deepEqual(timeouts, [
          ["create", 5_000],
          ["update", 60_000],
          ["delete", 90 * 60_000],
        ]);
      }));
  }

  it("the URN of now, right after an alias", () =>
    withProbe(async ({ stack, args }, taken) => {
      succeeded(await stack.up());
      taken();
      const program = async () => {
        new nclue.TaskRun("renamed", args, { aliases: [{ name: "scores" }] });
      };
      succeeded(await stack.up({ program }));
      succeeded(await stack.refresh());
      succeeded(await stack.destroy());
      const urns = new Set(taken().map(({ urn }) => urn));
      assert.deepEqual(urns, new Set([urnOf("renamed")]));
    }));

  it("each its own, of several at once", () =>
    withProbe(async ({ stack, args }, taken) => {
      const names = ["seoul", "busan", "daegu"];
      const program = async () => {
        for (const [index, name] of names.entries()) {
          const customTimeouts = { create: `${index + 1}m`, delete: `${index + 1}h` };
          new nclue.TaskRun(name, { ...args, resultFilePath: `${name}/` }, { customTimeouts });
        }
      };
      succeeded(await stack.up({ program }));
      succeeded(await stack.destroy());
      const noted = taken();
      for (const [verb, unitMs] of [
        ["create", 60_000],
        ["delete", 3_600_000],
      ] as const) {
        const found = noted.filter((each) => each.verb === verb);
        const expected = names.map((name, index) => [urnOf(name), (index + 1) * unitMs]);
        assert.deepEqual(
          new Map(found.map(({ urn, timeoutMs }) => [urn, timeoutMs])),
          new Map(expected as [string, number][]),
        );
      }
    }));
});

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
