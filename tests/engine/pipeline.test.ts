import assert from "node:assert/strict";
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import * as nclue from "pulumi-nclue";
import { DRIFT_CHECK, type Outcome, succeeded } from "../support/engine";
import { argsOf, BEHAVIOUR, chain, LABELS, ownJobs, putSources } from "../support/pipelineParts";
import { did, type Nclue, told, warned, withNclue } from "../support/withNclue";

// What befalls parents and what blocks a delete is the provider's to decide: tests/lifecycle.

const NOTHING_NEW = ["--refresh", "--expect-no-changes"];

describe("a parent that is still in progress", () => {
  it("is waited for in the same up, its progress shown on the line of the job that needs it", () =>
    withSources(async (n) => {
      const { stack, simulator, requests } = n;
      simulator.queuePlans({ inProgressMs: "never" });
      const program = chain(n, { members: { waitFor: "submitted" } });
      const up = await stack.start("up", { program });
      await up.waitForText(/waiting for feature "members-\w+": in_progress \d+s/);
      const { feature, task } = await ownJobs(n);
      assert.deepEqual(task, []);
      await simulator.completeJob(feature[0]?.id ?? "");
      assert.deepEqual(told(succeeded(await up.ended)), []);
      assert.equal(requests("GET /features/").length > 0, true);
      succeeded(await stack.preview({ args: NOTHING_NEW }));
    }));
});

describe("source data that has changed", () => {
  it("is no change by default; under rerun a given name goes first, and the old model and its runs last", () =>
    withChain({ members: { name: "members" } }, async (n) => {
      const { stack, simulator, requests } = n;
      await changeBehaviour(n);
      succeeded(await stack.refresh({ args: ["--expect-no-changes"] }));
      const drifts = new Map(
        (await stack.resources()).map(({ urn, outputs }) => [
          urn.split("::").at(-1),
          outputs?.drift,
        ]),
      );
      assert.equal(drifts.get("members"), "source-changed");
      assert.equal(drifts.get("churn"), null);
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));

      const before = await allIds(n);
      simulator.clearLog();
      const program = chain(n, { members: { name: "members", onSourceChange: "rerun" } });
      assert.deepEqual(succeeded(await stack.up({ program })).changes, { replace: 4, same: 1 });
      const changing = requests().filter((line) => /^(POST|DELETE) /.test(line));
      assert.deepEqual(
        changing.map((line) => line.replace(/[0-9a-f-]{36}/, "*")),
        [
          "DELETE /features/*",
          "POST /features",
          "POST /tasks",
          "POST /task-runs",
          "POST /task-runs",
          "DELETE /task-runs/*",
          "DELETE /task-runs/*",
          "DELETE /tasks/*",
        ],
      );
      await assertAllNew(n, before);
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
    }));

  it("of the feature rebuilds the whole chain where it says rerun, in a second up what failed in the first", () =>
    withChain(REBUILT, async (n) => {
      const { stack, simulator, requests } = n;
      const before = await allIds(n);
      await changeBehaviour(n);
      const seen = await stack.cli(DRIFT_CHECK);
      assert.equal(seen.exitCode, 7, seen.output);
      const why =
        /warning: the source data of feature "members-\w+" \(.*\) has changed: 1 of 2 objects changed since, the newest "seq\/2026-11\/part-1.tsv"; a new feature replaces it \(onSourceChange: "rerun"\)/;
      assert.match(seen.output, why);

      const preview = succeeded(await stack.preview());
      assert.deepEqual(preview.changes, { replace: 4, same: 1 });
      assertTold(
        preview,
        "info: this update will start 1 new feature, 1 new task and 2 new task runs",
      );
      assert.match(warned(preview).join("\n"), why);

      // A link that fails leaves the old chain whole, and is paid for again with what follows alone.
      simulator.queuePlans({}, { outcome: "failed", failMessage: "COMMON_ERROR" });
      assert.equal((await stack.up()).exitCode, 1);
      await assertAllLeft(n, before);
      assert.equal((await allIds(n)).length, before.length + 2);
      assert.deepEqual(requests("DELETE"), []);
      simulator.clearLog();
      succeeded(await stack.up());
      assert.deepEqual([...requests("POST")].sort(), [
        "POST /task-runs",
        "POST /task-runs",
        "POST /tasks",
      ]);
      await assertAllNew(n, before);
      succeeded(await stack.up({ args: NOTHING_NEW }));
    }));

  it("of the task alone rebuilds the task and its runs; what cannot be read is a warning and no change", () =>
    withChain(REBUILT, async (n) => {
      const { stack, buckets, bucket } = n;
      const { feature } = await ownJobs(n);
      await buckets.putObject(bucket, LABELS, "user-1\t0\nuser-2\t1\nuser-3\t1\n");
      const env = { NCLOUD_OBS_ENDPOINT: "http://127.0.0.1:1" };
      const unread = succeeded(await stack.preview({ env, args: ["--expect-no-changes"] }));
      assert.match(warned(unread).join("\n"), /source data cannot be read.*nothing is replaced/);

      const preview = succeeded(await stack.preview());
      assert.deepEqual(preview.changes, { replace: 3, same: 2 });
      assertTold(preview, "info: this update will start 1 new task and 2 new task runs");
      assert.deepEqual(succeeded(await stack.up()).changes, { replace: 3, same: 2 });
      assert.deepEqual((await ownJobs(n)).feature[0]?.id, feature[0]?.id);

      await buckets.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: LABELS }));
      const gone = succeeded(await stack.preview({ args: ["--expect-no-changes"] }));
      assert.match(warned(gone).join("\n"), /source data is gone.*nothing is replaced/);
    }));
});

describe("a task below its minAuroc", () => {
  it("fails its up and is kept; dependents start when the bound is lowered, and stay when a new model is poor", () =>
    withSources(async (n) => {
      const { stack, simulator, runs, requests } = n;
      simulator.queuePlans({}, { auroc: "0.61" });
      const first = await stack.up({ program: chain(n, { churn: { minAuroc: 0.75 } }) });
      assert.equal(first.exitCode, 1);
      assert.match(first.output, /its AUROC is 0.61, which is below minAuroc 0.75/);
      assert.deepEqual(await runs(), []);
      assert.deepEqual(requests("POST"), ["POST /features", "POST /tasks"]);

      simulator.clearLog();
      const program = chain(n, { churn: { minAuroc: 0.6 } });
      const lowered = succeeded(await stack.up({ program }));
      assert.ok(did(lowered).includes("update churn"), did(lowered).join());
      assert.deepEqual(requests("POST"), ["POST /task-runs", "POST /task-runs"]);

      simulator.clearLog();
      const raised = chain(n, { churn: { minAuroc: 0.99 } });
      const preview = succeeded(await stack.preview({ program: raised }));
      assert.deepEqual(preview.changes, { update: 1, same: 4 });
      assert.match(warned(preview).join("\n"), /is not good enough: its AUROC is/);
      const up = await stack.up();
      assert.equal(up.exitCode, 1);
      assert.match(up.output, /below minAuroc 0.99/);
      assert.deepEqual(requests("POST"), []);

      const before = await allIds(n);
      simulator.queuePlans({ auroc: "0.5" });
      const poor = chain(n, { churn: { minAuroc: 0.6, triggers: ["more labels"] } });
      assert.match((await stack.up({ program: poor })).output, /below minAuroc 0.6/);
      await assertAllLeft(n, before);
      assert.deepEqual(requests("DELETE"), []);
      assert.equal((await allIds(n)).length, before.length + 1);
    }));
});

describe("a task that nobody waited for", () => {
  it("meets its minAuroc at the refresh that sees it completed: a change, which fails the up", () =>
    withSources(async (n) => {
      const { stack, simulator, requests } = n;
      simulator.queuePlans({ inProgressMs: "never", auroc: "0.61" });
      const args = { ...argsOf(n).task, waitFor: "submitted", minAuroc: 0.75 } as const;
      const program = async () => {
        new nclue.Task("churn", args);
      };
      succeeded(await stack.up({ program }));
      const { task } = await ownJobs(n);
      await simulator.completeJob(task[0]?.id ?? "");
      const seen = await stack.cli(DRIFT_CHECK);
      assert.equal(seen.exitCode, 7, seen.output);
      assert.match(
        seen.output,
        /is not good enough: its AUROC is 0.61, which is below minAuroc 0.75/,
      );
      const up = await stack.up({ args: ["--refresh"] });
      assert.equal(up.exitCode, 1);
      assert.match(
        up.output,
        /is completed, but not good enough: its AUROC is 0.61, which is below minAuroc 0.75/,
      );
      assert.deepEqual(requests("POST"), ["POST /tasks"]);
    }));
});

const REBUILT = {
  members: { onSourceChange: "rerun" },
  churn: { onSourceChange: "rerun" },
} as const;

function withSources(fn: (n: Nclue) => Promise<void>): Promise<void> {
  return withNclue({}, async (n) => {
    await putSources(n);
    await fn(n);
  });
}

/** With a chain that is up. */
function withChain(
  changes: Parameters<typeof chain>[1],
  fn: (n: Nclue) => Promise<void>,
): Promise<void> {
  return withSources(async (n) => {
    succeeded(await n.stack.up({ program: chain(n, changes) }));
    await fn(n);
  });
}

function changeBehaviour({ buckets, bucket }: Nclue): Promise<void> {
  return buckets.putObject(bucket, `${BEHAVIOUR}part-1.tsv`, "user-1\tsocks->shoes->running\n");
}

/** The ids of the chain's jobs at the service. */
async function allIds(n: Nclue): Promise<readonly string[]> {
  const { feature, task } = await ownJobs(n);
  return [...feature, ...task, ...(await n.runs())].map(({ id }) => id);
}

/** Whatever an update that has failed has done, it has taken nothing away. */
async function assertAllLeft(n: Nclue, before: readonly string[]): Promise<void> {
  const left = await allIds(n);
  for (const id of before) assert.ok(left.includes(id), id);
}

async function assertAllNew(n: Nclue, before: readonly string[]): Promise<void> {
  const after = await allIds(n);
  assert.equal(after.length, before.length);
  assert.deepEqual(
    after.filter((id) => before.includes(id)),
    [],
  );
}

function assertTold(outcome: Outcome, line: string): void {
  assert.ok(told(outcome).includes(line), told(outcome).join("\n"));
}
