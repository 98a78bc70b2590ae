import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as nclue from "pulumi-nclue";
import { type Program, succeeded } from "../support/engine";
import { did, type Nclue, warned, withNclue } from "../support/withNclue";

// A resource that stands for whatever trains a task: its task's id is an output, so a preview
// doesn't know it while the resource is to be created or updated.
class Training extends pulumi.dynamic.Resource {
  declare readonly taskId: pulumi.Output<string>;
  constructor(name: string, args: { gives: string; note: number }) {
    const outs = (inputs: { gives: string }) => ({ ...inputs, taskId: inputs.gives });
    const provider: pulumi.dynamic.ResourceProvider = {
      create: async (inputs) => ({ id: "training", outs: outs(inputs) }),
      diff: async (_id, olds, news) => ({
        changes: olds.gives !== news.gives || olds.note !== news.note,
      }),
      update: async (_id, _olds, news) => ({ outs: outs(news) }),
    };
    super(provider, name, { ...args, taskId: undefined });
  }
}

const trained =
  ({ args }: Nclue, training: { gives: string; note: number }): Program =>
  async () => {
    const { taskId } = new Training("training", training);
    new nclue.TaskRun("scores", { ...args, taskId });
  };

describe("an argument that a preview doesn't know", () => {
  it("is no obstacle to a first preview; later a replacement in the preview, and in the update where it is another", async () => {
    await withNclue({}, async (n) => {
      const { stack, simulator, task, runs, requests } = n;
      const first = trained(n, { gives: task.id, note: 1 });
      const preview = succeeded(await stack.preview({ program: first }));
      assert.deepEqual(did(preview), ["create training", "create scores"]);
      assert.deepEqual(warned(preview), []);
      assert.deepEqual(requests(), []);
      succeeded(await stack.up());
      assert.equal((await runs())[0]?.fields.task_id, task.id);

      const before = await runs();
      const stays = trained(n, { gives: task.id, note: 2 });
      const maybe = succeeded(await stack.preview({ program: stays }));
      assert.deepEqual(maybe.changes, { same: 1, update: 1, replace: 1 });
      const same = succeeded(await stack.up());
      assert.deepEqual(same.changes, { same: 2, update: 1 });
      assert.deepEqual(await runs(), before);
      assert.equal(requests("POST").length, 1);

      const other = simulator.seedTask();
      const program = trained(n, { gives: other.id, note: 2 });
      assert.equal((await stack.preview({ program })).changes.replace, 1);
      assert.equal(succeeded(await stack.up()).changes.replace, 1);
      assert.deepEqual(
        (await runs()).map(({ fields }) => fields.task_id),
        [other.id],
      );
    });
  });

  it("is looked up in the update with verify: all, before anything is sent", async () => {
    await withNclue({}, async (n) => {
      const { stack, args, simulator, requests } = n;
      const training = simulator.seedTask({ plan: { outcome: "failed" } });
      const program = async () => {
        const { taskId } = new Training("training", { gives: training.id, note: 1 });
        new nclue.TaskRun("scores", { ...args, taskId, verify: "all" });
      };
      succeeded(await stack.preview({ program }));
      const up = await stack.up();
      assert.equal(up.exitCode, 1);
      assert.match(
        up.output,
        /property taskId value {.*} has a problem: the task ".*" has failed \(COMMON_ERROR\): name another/,
      );
      assert.deepEqual(requests("POST"), []);
    });
  });
});
