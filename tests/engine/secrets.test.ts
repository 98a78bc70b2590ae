import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as nclue from "pulumi-nclue";
import { type Outcome, SECRET_MARK, type StateResource, succeeded } from "../support/engine";
import { withNclue } from "../support/withNclue";

const hiddenPath = "customer-4711/";

// That no message holds a secret value: tests/lifecycle/canaries.test.ts and secrets.test.ts. That no key
// gets into a file or a verbose log: canaries.test.ts; that those of a stack's config are shown nowhere:
// startingTogether.test.ts.

describe("a secret argument", () => {
  it("stays encrypted in the state and out of all that is shown, and so does what is derived from it", async () => {
    await withNclue(
      { secrets: "passphrase" },
      async ({ stack, buckets, simulator, program, runs }) => {
        const hidden = program({ resultFilePath: pulumi.secret(hiddenPath) });
        const up = succeeded(await stack.up({ program: hidden }));
        const [run] = await runs();
        assert.match(run?.resultKeys[0] ?? "", /^customer-4711\//);
        const [resource] = await stack.resources();
        assert.deepEqual(encryptedOutputs(resource), ["resultFilePath", "resultKey", "resultUri"]);
        assert.match(up.output, /resultUri: \[secret\]/);
        assert.equal(
          (await stack.outputs()).resultUri,
          `s3://${run?.fields.result_bucket}/${run?.resultKeys[0]}`,
        );
        const isHidden = async (outcome: Outcome) => {
          assertHides(outcome);
          for (const key of [buckets.accessKey, buckets.secretKey]) {
            assert.ok(!outcome.output.includes(key), `${outcome.command} shows a key`);
          }
          assert.ok(!JSON.stringify(await stack.exportState()).includes("customer-4711"));
        };
        await isHidden(up);
        const unchanged = ["--refresh", "--expect-no-changes"];
        await isHidden(succeeded(await stack.up({ args: unchanged })));

        const changed = program({ resultFilePath: pulumi.secret(`${hiddenPath}2/`) });
        await isHidden(succeeded(await stack.preview({ program: changed, args: ["--diff"] })));
        simulator.queuePlans({ outcome: "failed", failMessage: "OBS_UPLOAD_FAILED" });
        const failed = await stack.up();
        assert.equal(failed.failed, true);
        await isHidden(failed);
        await isHidden(succeeded(await stack.destroy()));
      },
    );
  });

  it("makes the derived outputs secret where only the bucket is, and leaves the rest of a program readable", async () => {
    await withNclue({}, async ({ stack, buckets, bucket, args }) => {
      const hiddenBucket = `${bucket}-hidden`;
      await buckets.createBucket(hiddenBucket);
      const program = async () => {
        new nclue.TaskRun("hidden", { ...args, resultBucket: pulumi.secret(hiddenBucket) });
        new nclue.TaskRun("open", args);
      };
      succeeded(await stack.up({ program }));
      const encrypted = new Map(
        (await stack.resources()).map((resource) => [
          resource.urn.split("::").at(-1),
          encryptedOutputs(resource),
        ]),
      );
      assert.deepEqual(encrypted.get("hidden"), ["resultBucket", "resultKey", "resultUri"]);
      assert.deepEqual(encrypted.get("open"), []);
      assert.ok(!JSON.stringify(await stack.exportState()).includes(hiddenBucket));
    });
  });

  it("is not printed by a failing check, which names the argument all the same", async () => {
    await withNclue({}, async ({ stack, program }) => {
      const broken = program({
        resultBucket: pulumi.secret("Customer_4711"),
        resultFilePath: pulumi.secret("customer-4711/#/"),
      });
      const outcome = await stack.preview({ program: broken });
      assert.equal(outcome.failed, true);
      assert.match(outcome.output, /resultBucket: may hold only lowercase letters/);
      assert.match(outcome.output, /resultFilePath: holds characters that the service refuses/);
      assertHides(outcome);
    });
  });
});

describe("secret ids of runs to wait for", () => {
  it("make all that is known of the runs secret", async () => {
    await withNclue({}, async ({ stack, simulator, bucket }) => {
      const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 0 };
      const { id } = simulator.seedTaskRun({ resultBucket: bucket, plan });
      const program = async () => {
        const done = new nclue.TaskRunCompletion("all", { runIds: pulumi.secret([id]) });
        return { runs: done.runs };
      };
      const up = succeeded(await stack.up({ program }));
      assert.ok(!up.output.includes(id), up.output);
      const [barrier] = await stack.resources();
      assert.deepEqual(encryptedOutputs(barrier), ["runIds", "runs"]);
      assert.ok(!JSON.stringify(await stack.exportState()).includes(id));
      const { runs } = await stack.outputs();
      assert.equal((runs as Record<string, nclue.CompletedRun>)[id]?.status, "completed");
      succeeded(await stack.preview({ args: ["--refresh", "--expect-no-changes"] }));
    });
  });
});

function encryptedOutputs(resource: StateResource | undefined): readonly string[] {
  return Object.entries(resource?.outputs ?? {})
    .filter(([, value]) => typeof value === "object" && value !== null && SECRET_MARK in value)
    .map(([name]) => name)
    .sort();
}

function assertHides({ output }: Outcome): void {
  assert.doesNotMatch(output, /customer.4711/i);
}
