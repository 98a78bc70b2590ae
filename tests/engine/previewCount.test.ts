import assert from "node:assert/strict";
import * as nclue from "pulumi-nclue";
import { succeeded } from "../support/engine";
import { type Nclue, told, withNclue } from "../support/withNclue";

describe("the number of new runs that a preview says", () => {
  it("leaves out what --target excludes", () =>
    withNclue({}, async (n) => {
      const { stack } = n;
      const target = `urn:pulumi:dev::nclue-test::pulumi-nodejs:dynamic/nclue:TaskRun::seoul`;
      const args = ["--target", target];
      const preview = succeeded(await stack.preview({ program: cities(n), args }));
      assert.deepEqual(counts(preview), ["info: this update will start 1 new task run"]);
    }));

  it("is said to be the least where the program creates some of them inside apply", () =>
    withNclue({}, async (n) => {
      const { stack, args, requests } = n;
      const program = async () => {
        const first = new nclue.TaskRun("first", args);
        first.runId.apply((id) => {
          for (const name of ["second", "third"]) {
            new nclue.TaskRun(name, { ...args, resultFilePath: `${name}/`, triggers: [id] });
          }
        });
      };
      const preview = succeeded(await stack.preview({ program }));
      assert.deepEqual(counts(preview), ["info: this update will start at least 1 new task run"]);
      succeeded(await stack.up());
      assert.equal(requests("POST").length, 3);
      assert.deepEqual(counts(succeeded(await stack.preview())), []);
    }));

  it("counts a paid replacement of an imported run, and no run that is only adopted", () =>
    withNclue({}, async ({ stack, simulator, program, args }) => {
      const { id } = simulator.seedTaskRun({ name: "theirs", ...args });
      const imported = program({}, { import: id });
      assert.deepEqual(counts(succeeded(await stack.preview({ program: imported }))), []);
      succeeded(await stack.up());
      const changed = program({ triggers: ["2026-11"] }, { import: id });
      assert.deepEqual(counts(succeeded(await stack.preview({ program: changed }))), [
        "info: this update will start 1 new task run",
      ]);
    }));
});

const cities =
  ({ args }: Nclue) =>
  async () => {
    for (const name of ["seoul", "busan", "daegu"]) {
      new nclue.TaskRun(name, { ...args, resultFilePath: `${name}/` });
    }
  };

function counts(outcome: Parameters<typeof told>[0]): readonly string[] {
  return told(outcome).filter((line) => line.includes("this update will start"));
}
