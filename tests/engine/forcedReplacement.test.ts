import assert from "node:assert/strict";
import { type Outcome, succeeded } from "../support/engine";
import { type Nclue, withNclue } from "../support/withNclue";

// The engine asks for all of these without a diff: check with empty old inputs, create, delete of the
// old one. To the plugin that looks like a first create, so one that adopts what it finds under its
// own name would hand back the very run that the engine deletes next.

describe("a replacement that the user forces", () => {
  it("creates a new run and then deletes the old one after pulumi state taint", async () => {
    await withNclue({}, async (nclue) => {
      const { stack } = nclue;
      succeeded(await stack.up());
      succeeded(await stack.cli(["state", "taint", await urnOf(nclue)]));
      await replacesTheRun(nclue, () => stack.up());
    });
  });

  it("creates a new run and then deletes the old one when replacementTrigger changes", async () => {
    await withNclue({}, async (nclue) => {
      const { stack, program } = nclue;
      succeeded(await stack.up({ program: program({}, { replacementTrigger: "October" }) }));
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
      const next = program({}, { replacementTrigger: "November" });
      await replacesTheRun(nclue, () => stack.up({ program: next }));
    });
  });

  it("creates a new run and then deletes the old one with --replace, again and again", async () => {
    await withNclue({}, async (nclue) => {
      const { stack } = nclue;
      succeeded(await stack.up());
      const urn = await urnOf(nclue);
      for (let time = 1; time <= 3; time++) {
        await replacesTheRun(nclue, () => stack.up({ args: ["--replace", urn] }));
      }
      succeeded(await stack.destroy());
      assert.deepEqual(await nclue.runs(), []);
    });
  });

  it("keeps the old run when the new one fails, and leaves one run once the next has worked", async () => {
    await withNclue({}, async (nclue) => {
      const { stack, simulator, runs } = nclue;
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
    });
  });

  it("deletes a run of a given name first, and creates the new one under the same name", async () => {
    await withNclue({}, async (nclue) => {
      const { stack, program, requests } = nclue;
      succeeded(await stack.up({ program: program({ name: "monthly" }) }));
      const [before] = await nclue.runs();
      const up = succeeded(await stack.up({ args: ["--replace", await urnOf(nclue)] }));
      assert.deepEqual(textsOf(up), [
        "delete-replaced scores",
        "replace scores",
        "create-replacement scores",
      ]);
      const after = await nclue.runs();
      assert.deepEqual(
        after.map(({ name }) => name),
        ["monthly"],
      );
      assert.notEqual(after[0]?.id, before?.id);
      assert.equal(requests("POST").length, 2);
    });
  });
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
  succeeded(await stack.preview({ args: ["--expect-no-changes"] }));
}

async function urnOf({ stack }: Nclue): Promise<string> {
  const [resource] = await stack.resources();
  return resource?.urn ?? "";
}

function textsOf({ steps }: Outcome): readonly string[] {
  return steps.map(({ op, name }) => `${op} ${name}`);
}
