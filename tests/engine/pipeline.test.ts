import assert from "node:assert/strict";
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import * as nclue from "pulumi-nclue";
import { succeeded } from "../support/engine";
import { argsOf, BEHAVIOUR, chain, LABELS, ownJobs, putSources } from "../support/pipelineParts";
import { did, type Nclue, told, warned, withNclue } from "../support/withNclue";

const DRIFT_CHECK = "refresh --preview-only --expect-no-changes --non-interactive".split(" ");

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
      succeeded(await stack.refresh());
      succeeded(await stack.preview({ args: ["--expect-no-changes"] }));
    }));

  it("that fails ends the update with an error that names it, and nothing else is started", () =>
    withSources(async (n) => {
      const { stack, simulator } = n;
      const { id } = simulator.seedFeature({ name: "theirs", plan: { inProgressMs: "never" } });
      const args = { ...argsOf(n).task, trainFeatureId: id };
      const program = async () => {
        new nclue.Task("churn", args);
      };
      const up = await stack.start("up", { program });
      await up.waitForText('waiting for feature "theirs": in_progress');
      simulator.failJob(id, "NOT_EXIST_FILE");
      const outcome = await up.ended;
      assert.equal(outcome.exitCode, 1);
      assert.match(
        outcome.output,
        /creating task "churn-\w+": it needs feature "theirs" \(.*\) failed/,
      );
      assert.match(outcome.output, /NOT_EXIST_FILE/);
      assert.deepEqual(await stack.resources(), []);
      assert.deepEqual((await ownJobs(n)).task, []);
    }));
});

describe("source data that has changed", () => {
  it("is no change by default: a refresh notes it, and nothing is rebuilt", () =>
    withChain({}, async (n) => {
      const { stack } = n;
      await changeBehaviour(n);
      succeeded(await stack.cli(DRIFT_CHECK));
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
    }));

  it("of the feature rebuilds the whole chain where it says rerun; the preview counts it", () =>
    withChain(REBUILT, async (n) => {
      const { stack } = n;
      const before = await allIds(n);
      await changeBehaviour(n);
      const seen = await stack.cli(DRIFT_CHECK);
      assert.equal(seen.exitCode, 7, seen.output);
      const why =
        /warning: the source data of feature "members-\w+" \(.*\) has changed: 1 of 2 objects changed since, the newest "seq\/2026-11\/part-1.tsv"; a new feature replaces it \(onSourceChange: "rerun"\)/;
      assert.match(seen.output, why);

      assert.equal((await stack.preview({ args: ["--expect-no-changes"] })).failed, true);
      const preview = succeeded(await stack.preview());
      assert.deepEqual(preview.changes, { replace: 4, same: 1 });
      assert.ok(
        told(preview).includes(
          "info: this update will start 1 new feature, 1 new task and 2 new task runs",
        ),
        told(preview).join("\n"),
      );
      assert.match(warned(preview).join("\n"), why);

      assert.deepEqual(succeeded(await stack.up()).changes, { replace: 4, same: 1 });
      const after = await allIds(n);
      assert.equal(after.length, 4);
      assert.deepEqual(
        after.filter((id) => before.includes(id)),
        [],
      );
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
      succeeded(await stack.cli(DRIFT_CHECK));
    }));

  it("of the task alone rebuilds the task and its runs, and not the feature", () =>
    withChain(REBUILT, async (n) => {
      const { stack, buckets, bucket } = n;
      const { feature } = await ownJobs(n);
      await buckets.putObject(bucket, LABELS, "user-1\t0\nuser-2\t1\nuser-3\t1\n");
      const preview = succeeded(await stack.preview());
      assert.deepEqual(preview.changes, { replace: 3, same: 2 });
      assert.ok(
        told(preview).includes("info: this update will start 1 new task and 2 new task runs"),
        told(preview).join("\n"),
      );
      assert.deepEqual(succeeded(await stack.up()).changes, { replace: 3, same: 2 });
      assert.deepEqual((await ownJobs(n)).feature[0]?.id, feature[0]?.id);
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
    }));

  it("that is gone, or in a store that cannot be reached, is a warning and no change", () =>
    withChain(REBUILT, async (n) => {
      const { stack } = n;
      const env = { NCLOUD_OBS_ENDPOINT: "http://127.0.0.1:1" };
      const preview = succeeded(await stack.preview({ env, args: ["--expect-no-changes"] }));
      assert.match(warned(preview).join("\n"), /source data cannot be read.*nothing is replaced/);
      await n.buckets.client.send(new DeleteObjectCommand({ Bucket: n.bucket, Key: LABELS }));
      const gone = succeeded(await stack.preview({ args: ["--expect-no-changes"] }));
      assert.match(warned(gone).join("\n"), /source data is gone.*nothing is replaced/);
    }));
});

describe("a rebuild under a given name", () => {
  it("deletes the old feature first; the old model and its runs stay until the new ones are there", () =>
    withChain({ members: { name: "members", onSourceChange: "rerun" } }, async (n) => {
      const { stack, simulator, requests } = n;
      const before = await allIds(n);
      await changeBehaviour(n);
      simulator.clearLog();
      succeeded(await stack.up());
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
      const after = await allIds(n);
      assert.equal(after.length, 4);
      assert.deepEqual(
        after.filter((id) => before.includes(id)),
        [],
      );
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
    }));
});

describe("a link that fails in the middle of a rebuild", () => {
  it("leaves the old chain whole, and the next up pays for it and what follows alone", () =>
    withChain(REBUILT, async (n) => {
      const { stack, simulator, requests } = n;
      const before = await allIds(n);
      await changeBehaviour(n);
      simulator.queuePlans({}, { outcome: "failed", failMessage: "COMMON_ERROR" });
      const failed = await stack.up();
      assert.equal(failed.exitCode, 1);
      const left = await allIds(n);
      for (const id of before) assert.ok(left.includes(id), id);
      assert.equal(left.length, before.length + 2);
      assert.deepEqual(requests("DELETE"), []);
      simulator.clearLog();

      succeeded(await stack.up());
      assert.deepEqual([...requests("POST")].sort(), [
        "POST /task-runs",
        "POST /task-runs",
        "POST /tasks",
      ]);
      const after = await allIds(n);
      assert.equal(after.length, 4);
      assert.deepEqual(
        after.filter((id) => before.includes(id)),
        [],
      );
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
    }));
});

describe("a task below its minAuroc", () => {
  it("fails its up and is kept; dependents do not start until the bound is lowered", () =>
    withSources(async (n) => {
      const { stack, simulator, runs, requests } = n;
      simulator.queuePlans({}, { auroc: "0.61" });
      const gated = chain(n, { churn: { minAuroc: 0.75 } });
      for (const round of [1, 2]) {
        const up = await stack.up({ program: gated });
        assert.equal(up.exitCode, 1, `round ${round}`);
        assert.match(up.output, /its AUROC is 0.61, which is below minAuroc 0.75/);
        assert.deepEqual(await runs(), []);
        assert.deepEqual(requests("POST"), ["POST /features", "POST /tasks"]);
      }
      simulator.clearLog();
      const lowered = succeeded(
        await stack.up({ program: chain(n, { churn: { minAuroc: 0.6 } }) }),
      );
      assert.ok(did(lowered).includes("update churn"), did(lowered).join());
      assert.deepEqual(requests("POST"), ["POST /task-runs", "POST /task-runs"]);
      assert.deepEqual(requests("POST /tasks"), []);
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
    }));

  it("leaves the old model and its runs in a replacement", () =>
    withChain({ churn: { minAuroc: 0.75 } }, async (n) => {
      const { stack, simulator, requests } = n;
      const before = await allIds(n);
      simulator.queuePlans({ auroc: "0.5" });
      const changed = chain(n, { churn: { minAuroc: 0.75, triggers: ["more labels"] } });
      assert.match((await stack.up({ program: changed })).output, /below minAuroc 0.75/);
      const left = await allIds(n);
      for (const id of before) assert.ok(left.includes(id), id);
      assert.deepEqual(requests("DELETE"), []);
      assert.equal(left.length, before.length + 1);
    }));

  it("fails the next up where the bound is raised above a finished model, without a request", () =>
    withChain({}, async (n) => {
      const { stack, simulator, requests } = n;
      simulator.clearLog();
      const preview = succeeded(
        await stack.preview({ program: chain(n, { churn: { minAuroc: 0.99 } }) }),
      );
      assert.match(warned(preview).join("\n"), /is not good enough: its AUROC is/);
      const up = await stack.up();
      assert.equal(up.exitCode, 1);
      assert.match(up.output, /below minAuroc 0.99/);
      assert.deepEqual(requests("POST"), []);
      succeeded(await stack.up({ program: chain(n) }));
      assert.deepEqual(requests("POST"), []);
    }));
});

describe("a task that nobody waited for", () => {
  it("meets its minAuroc at the refresh that sees it completed: a change, which fails the next up", () =>
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
      succeeded(await stack.refresh());
      const up = await stack.up();
      assert.equal(up.exitCode, 1);
      assert.match(up.output, /its AUROC is 0.61, which is below minAuroc 0.75/);
      assert.deepEqual(requests("POST"), ["POST /tasks"]);
    }));
});

describe("a job of somebody else that uses a job of the stack", () => {
  it("keeps it from being deleted: named by fail, waited for by wait", () =>
    withSources(async (n) => {
      const { stack, simulator, requests } = n;
      const program = async () => {
        new nclue.Task("churn", argsOf(n).task);
      };
      succeeded(await stack.up({ program }));
      const { task } = await ownJobs(n);
      const taskId = task[0]?.id ?? "";
      const plan = { inProgressMs: "never" } as const;
      const { id } = simulator.seedTaskRun({ name: "theirs", taskId, plan });
      simulator.clearLog();
      const env = { NCLUE_ON_DELETE_WHILE_RUNNING: "fail" };
      const failed = await stack.destroy({ env });
      assert.equal(failed.exitCode, 1);
      assert.ok(
        failed.output.includes(`it is used by task run "theirs" (${id}), in_progress`),
        failed.output,
      );
      assert.deepEqual(requests(), [
        `DELETE /tasks/${taskId}`,
        `GET /tasks/${taskId}`,
        "GET /task-runs",
        "GET /profile/shopping-intents",
      ]);
      const destroy = await stack.start("destroy");
      await destroy.waitForText(
        /task run "theirs" \(.*\) uses it; it can be deleted when that has/,
      );
      await simulator.completeJob(id);
      succeeded(await destroy.ended);
      assert.deepEqual((await ownJobs(n)).task, []);
    }));

  it("lets it be left behind under abandon, which says whose it is", () =>
    withSources(async (n) => {
      const { stack, simulator } = n;
      const program = async () => {
        new nclue.Feature("members", { ...argsOf(n).feature, onDeleteWhileRunning: "abandon" });
      };
      succeeded(await stack.up({ program }));
      const featureId = (await ownJobs(n)).feature[0]?.id ?? "";
      const plan = { pendingMs: "never" } as const;
      const { id } = simulator.seed("profile/custom-attributes", {
        name: "theirs",
        featureId,
        plan,
      });
      const destroy = succeeded(await stack.destroy());
      assert.match(
        warned(destroy).join("\n"),
        new RegExp(
          `abandoned feature .*: it is used by custom attributes "theirs" \\(${id}\\), pending`,
        ),
      );
      assert.deepEqual(await stack.resources(), []);
      assert.equal((await ownJobs(n)).feature.length, 1);
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
