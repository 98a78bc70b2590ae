import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as nclue from "pulumi-nclue";
import { type Outcome, type StateResource, succeeded } from "../support/engine";
import { told, withNclue } from "../support/withNclue";

// The mark with which the engine stores a secret instead of its value.
const secretMark = "4dabf18193072939515e22adb298388d";
const hiddenPath = "customer-4711/";

describe("a secret argument", () => {
  it("stays encrypted in the state, and so does what is derived from it", async () => {
    await withNclue({}, async ({ stack, program, runs }) => {
      const up = succeeded(
        await stack.up({ program: program({ resultFilePath: pulumi.secret(hiddenPath) }) }),
      );
      const [run] = await runs();
      assert.match(run?.resultKeys[0] ?? "", /^customer-4711\//);
      const state = JSON.stringify(await stack.exportState());
      assert.ok(!state.includes("customer-4711"));
      const [resource] = await stack.resources();
      assert.deepEqual(encryptedOutputs(resource), ["resultFilePath", "resultKey", "resultUri"]);
      assert.ok(!up.output.includes("customer-4711"));
      assert.match(up.output, /resultUri: \[secret\]/);
      assert.equal(
        (await stack.outputs()).resultUri,
        `s3://${run?.fields.result_bucket}/${run?.resultKeys[0]}`,
      );
    });
  });

  it("stays encrypted over refresh, update and an empty up", async () => {
    await withNclue({}, async ({ stack, program }) => {
      const hidden = { resultFilePath: pulumi.secret(hiddenPath) };
      succeeded(await stack.up({ program: program(hidden) }));
      const outcomes = [
        await stack.refresh({ args: ["--expect-no-changes"] }),
        await stack.up({ args: ["--expect-no-changes"] }),
        await stack.preview({ args: ["--diff"] }),
      ];
      for (const outcome of outcomes) assertHides(succeeded(outcome));
      assert.ok(!JSON.stringify(await stack.exportState()).includes("customer-4711"));
    });
  });

  it("stays out of a preview of its change, of the update and of the destroy", async () => {
    await withNclue({}, async ({ stack, program }) => {
      succeeded(
        await stack.up({ program: program({ resultFilePath: pulumi.secret(hiddenPath) }) }),
      );
      const changed = program({ resultFilePath: pulumi.secret(`${hiddenPath}2/`) });
      for (const outcome of [
        await stack.preview({ program: changed, args: ["--diff"] }),
        await stack.up(),
        await stack.destroy(),
      ]) {
        assertHides(succeeded(outcome));
      }
    });
  });

  it("makes the derived outputs secret where only the bucket is", async () => {
    await withNclue({}, async ({ stack, bucket, program }) => {
      succeeded(await stack.up({ program: program({ resultBucket: pulumi.secret(bucket) }) }));
      const [resource] = await stack.resources();
      assert.deepEqual(encryptedOutputs(resource), ["resultBucket", "resultKey", "resultUri"]);
      assert.ok(!JSON.stringify(await stack.exportState()).includes(bucket));
    });
  });

  it("leaves everything readable where no argument is secret", async () => {
    await withNclue({}, async ({ stack }) => {
      succeeded(await stack.up());
      const [resource] = await stack.resources();
      assert.deepEqual(encryptedOutputs(resource), []);
    });
  });

  it("is not printed by a failing check, which names the argument all the same", async () => {
    await withNclue({}, async ({ stack, program }) => {
      const broken = program({
        resultBucket: pulumi.secret("Customer_4711"),
        resultFilePath: pulumi.secret("customer-4711/#/"),
      });
      for (const verb of ["preview", "up"] as const) {
        const outcome = await stack[verb]({ program: broken });
        assert.equal(outcome.failed, true);
        assert.match(outcome.output, /resultBucket: may hold only lowercase letters/);
        assert.match(outcome.output, /resultFilePath: holds characters that the service refuses/);
        assertHides(outcome);
      }
    });
  });

  it("is not printed by a look-up that fails, nor by one that gets no answer", async () => {
    await withNclue({}, async ({ stack, program }) => {
      const missing = program({ resultBucket: pulumi.secret("customer-4711") });
      const outcome = await stack.up({ program: missing });
      assert.match(outcome.output, /resultBucket: the bucket does not exist \(404\)/);
      assertHides(outcome);
      const env = { NCLOUD_OBS_ENDPOINT: "http://127.0.0.1:9" };
      const unreachable = await stack.up({ program: missing, env });
      assert.match(unreachable.output, /resultBucket: Object Storage cannot be reached/);
      assertHides(unreachable);
    });
  });

  it("is not printed by an import that differs from it", async () => {
    await withNclue({}, async ({ stack, simulator, args, program }) => {
      const { id } = simulator.seedTaskRun({ name: "theirs", ...args });
      const differing = program({ resultFilePath: pulumi.secret(hiddenPath) }, { import: id });
      const outcome = await stack.up({ program: differing });
      assert.match(outcome.output, /resultFilePath: differs between the service and the program/);
      assertHides(outcome);
    });
  });

  it("is not printed when the service refuses it or the run fails", async () => {
    await withNclue({}, async ({ stack, simulator, program }) => {
      const hidden = program({ resultFilePath: pulumi.secret("customer 4711/") });
      const refused = await stack.up({ program: hidden });
      assert.equal(refused.failed, true);
      assert.ok(!refused.output.includes("customer 4711"), refused.output);
      simulator.queuePlans({ outcome: "failed", failMessage: "OBS_UPLOAD_FAILED" });
      const failed = await stack.up({
        program: program({ resultFilePath: pulumi.secret(hiddenPath) }),
      });
      assert.equal(failed.failed, true);
      assertHides(failed);
      assert.ok(!JSON.stringify(await stack.exportState()).includes("customer-4711"));
    });
  });

  it("is not printed by the warnings about a result that cannot be found", async () => {
    await withNclue({ switches: { results: "several" } }, async ({ stack, program }) => {
      const hidden = program({ resultFilePath: pulumi.secret(hiddenPath) });
      const outcome = succeeded(await stack.up({ program: hidden }));
      assert.match(told(outcome).join("\n"), /objects below its path could be its result/);
      assertHides(outcome);
    });
  });
});

describe("the keys", () => {
  it("from the environment are in no state, no history and no output", async () => {
    await withNclue({}, async ({ stack, buckets, args }) => {
      const program = async () => {
        new nclue.TaskRun("scores", args);
      };
      const outcomes = [
        await stack.preview({ program }),
        await stack.up({ args: ["--logtostderr", "-v=9"] }),
        await stack.refresh(),
        await stack.cli(["stack", "export", "--show-secrets"]),
        await stack.cli(["stack", "history", "--full-dates", "--show-secrets", "--json"]),
        await stack.cli(["config", "--show-secrets", "--json"]),
        await stack.destroy(),
      ];
      for (const outcome of outcomes) {
        succeeded(outcome);
        for (const key of [buckets.accessKey, buckets.secretKey]) {
          assert.ok(!outcome.output.includes(key), `${outcome.command} shows a key`);
        }
      }
    });
  });

  it("from the stack's config are in the state only encrypted, and in no output", async () => {
    const env = { NCLOUD_ACCESS_KEY: undefined, NCLOUD_SECRET_KEY: undefined };
    await withNclue({ env }, async ({ stack, buckets }) => {
      await stack.setConfig({
        "nclue:accessKey": { secret: buckets.accessKey },
        "nclue:secretKey": { secret: buckets.secretKey },
      });
      const outcomes = [
        await stack.preview(),
        await stack.up(),
        await stack.refresh({ args: ["--expect-no-changes"] }),
        await stack.cli(["stack", "export"]),
        await stack.destroy(),
      ];
      for (const outcome of outcomes) {
        succeeded(outcome);
        for (const key of [buckets.accessKey, buckets.secretKey]) {
          assert.ok(!outcome.output.includes(key), `${outcome.command} shows a key`);
        }
      }
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
      succeeded(await stack.refresh({ args: ["--expect-no-changes"] }));
      succeeded(await stack.preview({ args: ["--expect-no-changes"] }));
    });
  });
});

function encryptedOutputs(resource: StateResource | undefined): readonly string[] {
  return Object.entries(resource?.outputs ?? {})
    .filter(([, value]) => typeof value === "object" && value !== null && secretMark in value)
    .map(([name]) => name)
    .sort();
}

function assertHides({ output }: Outcome): void {
  assert.doesNotMatch(output, /customer.4711/i);
}
