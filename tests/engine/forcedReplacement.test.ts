import assert from "node:assert/strict";
import { type Outcome, succeeded } from "../support/engine";
import { type Nclue, withNclue } from "../support/withNclue";

// The engine asks for all of these without a diff: check with empty old inputs, create, delete of the
// old one. To the plugin that looks like a first create, so one that adopts what it finds under its
// own name would hand back the very run that the engine deletes next.

describe("a replacement that the user forces", () => {
  it("creates a new run and then deletes the old one: replacementTrigger, --replace again and again, and a taint", () =>
    withNclue({}, async (nclue) => {
      const { stack, program } = nclue;
      succeeded(await stack.up({ program: program({}, { replacementTrigger: "October" }) }));
      const urn = await urnOf(nclue);
      const next = program({}, { replacementTrigger: "November" });
      await replacesTheRun(nclue, () => stack.up({ program: next }));
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));

      for (let time = 1; time <= 2; time++) {
        await replacesTheRun(nclue, () => stack.up({ args: ["--replace", urn] }));
      }
      succeeded(await stack.cli(["state", "taint", urn]));
      await replacesTheRun(nclue, () => stack.up());
      succeeded(await stack.preview({ args: ["--expect-no-changes"] }));
    }));

  it("keeps the old run when the new one fails, and leaves one run once the next has worked; of a given name the old one goes first", () =>
    withNclue({}, async (nclue) => {
      const { stack, simulator, program, runs, requests } = nclue;
      succeeded(await stack.up());
      const [before] = await runs();
      simulator.queuePlans({ outcome: "failed", failMessage: "OBS_UPLOAD_FAILED" });
      const failed = await stack.up({ args: ["--replace", await urnOf(nclue)] });
      assert.equal(failed.failed, true);
      assert.match(failed.output, /OBS_UPLOAD_FAILED/);
      assert.ok((await runs()).some(({ id }) => id === before?.id));
      succeeded(await stack.up());
      const left = await runs();
      assert.deepEqual(
        left.map(({ status }) => status),
        ["completed"],
      );
      assert.notEqual(left[0]?.id, before?.id);
      assert.equal((await stack.outputs()).runId, left[0]?.id);
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));

      // Of a given name, the old run goes first.
      succeeded(await stack.up({ program: program({ name: "monthly" }) }));
      const [named] = await runs();
      simulator.clearLog();
      const up = succeeded(await stack.up({ args: ["--replace", await urnOf(nclue)] }));
      assert.deepEqual(textsOf(up), [
        "delete-replaced scores",
        "replace scores",
        "create-replacement scores",
      ]);
      const after = await runs();
      assert.deepEqual(
        after.map(({ name }) => name),
        ["monthly"],
      );
      assert.notEqual(after[0]?.id, named?.id);
      assert.equal(requests("POST").length, 1);
    }));
});

async function replacesTheRun(
  { stack, runs, requests }: Nclue,
  replace: () => Promise<Outcome>,
): Promise<void> {
  const [before, ...others] = await runs();
  assert.deepEqual(others, []);
  const asked = requests().length;
  const up = succeeded(await replace());
  assert.deepEqual(textsOf(up), [
    "create-replacement scores",
    "replace scores",
    "delete-replaced scores",
  ]);
  const [after, ...more] = await runs();
  assert.deepEqual(more, []);
  assert.ok(before && after);
  assert.notEqual(after.id, before.id);
  const changing = requests()
    .slice(asked)
    .filter((line) => !line.startsWith("GET"));
  assert.deepEqual(changing, ["POST /task-runs", `DELETE /task-runs/${before.id}`]);
  assert.equal((await stack.outputs()).runId, after.id);
  const [resource, ...rest] = await stack.resources();
  assert.equal(resource?.id, after.id);
  assert.deepEqual(rest, []);
}

async function urnOf({ stack }: Nclue): Promise<string> {
  const [resource] = await stack.resources();
  return resource?.urn ?? "";
}

function textsOf({ steps }: Outcome): readonly string[] {
  return steps.map(({ op, name }) => `${op} ${name}`);
}
