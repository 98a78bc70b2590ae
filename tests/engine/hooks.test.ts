import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as nclue from "pulumi-nclue";
import { type Program, succeeded } from "../support/engine";
import { type Nclue, withNclue } from "../support/withNclue";

// What the guide "Telling people" says of Pulumi's own resource hooks; the walk through it has the hook
// that is called once.

describe("A resource hook of Pulumi's on a run", () => {
  it("is not called for a run that has failed", () =>
    withNclue({ plan: { outcome: "failed", failMessage: "OBS_UPLOAD_FAILED" } }, async (n) => {
      const said: string[] = [];
      assert.equal((await n.stack.up({ program: withHook(n, said) })).failed, true);
      assert.deepEqual(said, []);
    }));

  it("is called by the update that resumes the wait, not by the one whose time was up", () =>
    withNclue({ plan: { inProgressMs: "never" } }, async (n) => {
      const said: string[] = [];
      const impatient = withHook(n, said, { customTimeouts: { create: "200ms" } });
      assert.equal((await n.stack.up({ program: impatient })).failed, true);
      assert.deepEqual(said, []);
      await n.simulator.completeJob((await n.runs())[0]?.id ?? "");
      succeeded(await n.stack.up({ program: withHook(n, said) }));
      assert.deepEqual(said, [await sentenceOf(n)]);
    }));
});

function withHook(
  { args }: Nclue,
  said: string[],
  options: pulumi.CustomResourceOptions = {},
): Program {
  return async () => {
    const onComplete = new pulumi.ResourceHook("on-complete", ({ name, newOutputs }) => {
      said.push(`${name}: ${newOutputs?.status}, ${newOutputs?.resultUri}`);
    });
    const hooks = { afterCreate: [onComplete], afterUpdate: [onComplete] };
    new nclue.TaskRun("scores", args, { ...options, hooks });
    return {};
  };
}

async function sentenceOf({ bucket, runs }: Nclue): Promise<string> {
  const [run] = await runs();
  return `scores: completed, s3://${bucket}/${run?.resultKeys[0]}`;
}
