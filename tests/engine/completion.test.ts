import assert from "node:assert/strict";
import * as nclue from "pulumi-nclue";
import { type Program, succeeded } from "../support/engine";
import { did, type Nclue, told, withNclue } from "../support/withNclue";

const endless = { inProgressMs: "never" } as const;
const names = ["seoul", "busan", "daegu"] as const;

/** Runs that are only submitted, and one barrier that waits for them. */
function waitingFor(
  { args }: Nclue,
  which: readonly string[] = names,
  options: ConstructorParameters<typeof nclue.TaskRunCompletion>[2] = {},
): Program {
  return async () => {
    const runs = which.map(
      (name) =>
        new nclue.TaskRun(name, { ...args, resultFilePath: `${name}/`, waitFor: "submitted" }),
    );
    const done = new nclue.TaskRunCompletion("all", { runIds: runs.map(({ id }) => id) }, options);
    return { runs: done.runs };
  };
}

/** The id of the run of each resource, by its logical name. */
async function idsByName({ stack }: Nclue): Promise<Record<string, string>> {
  const resources = await stack.resources();
  return Object.fromEntries(resources.map(({ urn, id }) => [urn.split("::").at(-1), id ?? ""]));
}

async function barrier({ stack }: Nclue) {
  return (await stack.resources()).find(({ type }) => type.endsWith(":TaskRunCompletion"));
}

async function initErrors(n: Nclue): Promise<string> {
  const errors = (await barrier(n))?.initErrors ?? [];
  assert.equal(errors.length, 1);
  return errors[0] ?? "";
}

describe("a task run completion", () => {
  it("waits for the new runs of the failed ones, knows each by its id, follows its list, and is deleted without a request", () =>
    withNclue({}, async (n) => {
      n.simulator.queuePlans({ outcome: "failed" }, { outcome: "failed" });
      const failing = await n.stack.up({ program: waitingFor(n) });
      assert.equal(failing.exitCode, 1);
      assert.match(failing.output, /2 of 3 task runs failed/);
      succeeded(await n.stack.up({ args: ["--refresh"] }));
      assert.equal(n.requests("POST").length, names.length + 2);
      assert.equal((await barrier(n))?.initErrors, undefined);

      const runs = (await n.stack.outputs()).runs as Record<string, nclue.CompletedRun>;
      const jobs = await n.runs();
      assert.equal(jobs.length, names.length);
      assert.deepEqual(Object.keys(runs).sort(), jobs.map(({ id }) => id).sort());
      for (const { id, name, resultKeys } of jobs) {
        const { lineCount, completedAt, resultEtag, ...others } = runs[id] as nclue.CompletedRun;
        const text = await n.buckets.getObject(n.bucket, resultKeys[0] ?? "");
        assert.deepEqual(others, {
          name,
          status: "completed",
          resultBucket: n.bucket,
          resultKey: resultKeys[0],
          resultSize: Buffer.byteLength(text),
          resultUri: `s3://${n.bucket}/${resultKeys[0]}`,
          failMessage: null,
        });
        assert.equal(typeof lineCount, "number");
        assert.match(String(resultEtag), /^"[0-9a-f]{32}"$/);
        assert.match(String(completedAt), /^\d{4}-\d\d-\d\dT/);
      }
      succeeded(await n.stack.up({ args: ["--refresh", "--expect-no-changes"] }));

      // Its list changes: it waits for what is new, and forgets what is not in it.
      n.simulator.clearLog();
      const listed = ["busan", "daegu", "jeju"];
      const changed = succeeded(await n.stack.up({ program: waitingFor(n, listed) }));
      assert.ok(did(changed).includes("update all"));
      const ids = await idsByName(n);
      const known = (await n.stack.outputs()).runs as Record<string, nclue.CompletedRun>;
      assert.deepEqual(Object.keys(known).sort(), listed.map((name) => ids[name]).sort());
      assert.deepEqual(
        Object.values(known).map(({ status }) => status),
        listed.map(() => "completed"),
      );
      for (const name of ["busan", "daegu"]) {
        assert.deepEqual(n.requests(`GET /task-runs/${ids[name]}`), [], name);
      }

      // It is taken out of the program.
      n.simulator.clearLog();
      const program = async () => {
        for (const name of listed) {
          const own = { ...n.args, resultFilePath: `${name}/`, waitFor: "submitted" } as const;
          new nclue.TaskRun(name, own);
        }
      };
      const without = succeeded(await n.stack.up({ program }));
      assert.ok(did(without).includes("delete all"));
      assert.deepEqual(told(without), []);
      assert.deepEqual(n.requests(), []);
      assert.equal((await n.runs()).length, listed.length);
    }));

  it("resumes the wait after a timeout, waits for the others when one has failed, then lists every failed one", async () => {
    await withNclue({ plan: endless }, async (n) => {
      const timeouts = { customTimeouts: { create: "300ms" } };
      const impatient = await n.stack.up({ program: waitingFor(n, names, timeouts) });
      assert.equal(impatient.exitCode, 1);
      assert.match(impatient.output, /3 of 3 task runs are unfinished/);
      const up = await n.stack.start("up", { program: waitingFor(n) });
      await up.waitForText("0 of 3 runs have ended");
      const [first, second, third] = (await n.runs()).map(({ id }) => id);
      n.simulator.failJob(first ?? "", "OBS_UPLOAD_FAILED");
      await up.waitForText("1 of 3 runs have ended");
      n.simulator.failJob(second ?? "", "COMMON_ERROR");
      await up.waitForText("2 of 3 runs have ended");
      await n.simulator.completeJob(third ?? "");
      const outcome = await up.ended;
      assert.equal(outcome.exitCode, 1);
      assert.deepEqual([...did(outcome)].sort(), [
        ...[...names].sort().map((name) => `same ${name}`),
        "update all",
      ]);
      assert.equal(n.requests("POST").length, names.length);
      const of = `of task "churn" (${n.task.id}) on feature "customers" (${n.feature.id}) failed`;
      const page = "(https://guide.ncloud-docs.com/docs/nclue-troubleshoot-message)";
      const nameOf = Object.fromEntries((await n.runs()).map(({ id, name }) => [id, name]));
      const message = (found: string | undefined, text: string) =>
        `- task run "${nameOf[found ?? ""]}" (${found}) ${of}: ${text} ${page})`;
      const lines = [
        message(
          first,
          "OBS_UPLOAD_FAILED: the result could not be written to Object Storage, which usually passes " +
            "(run it again; another try usually helps",
        ),
        message(
          second,
          "COMMON_ERROR: an unknown error at the service " +
            "(try again, then ask NAVER Cloud's support; another try may help",
        ),
      ];
      const said = await initErrors(n);
      assert.deepEqual(said.split("\n").slice(1, -1).sort(), [...lines].sort());
      assert.match(said, /^waiting for the runs of all: 2 of 3 task runs failed\n/);
      assert.match(
        said,
        /\n"pulumi up --refresh" creates failed runs again \(by their own onFailure\)$/,
      );
      const runs = (await barrier(n))?.outputs?.runs as Record<string, nclue.CompletedRun>;
      assert.equal(runs[third ?? ""]?.status, "completed");
      assert.equal(runs[first ?? ""]?.failMessage, "OBS_UPLOAD_FAILED");

      // The same in full where nobody refreshes, and without a look at what has completed.
      n.simulator.clearLog();
      assert.equal((await n.stack.up()).exitCode, 1);
      assert.equal(await initErrors(n), said);
      assert.deepEqual(n.requests(`GET /task-runs/${third}`), []);
    });
  });

  it("lists every failed one of hundreds, and keeps what it knows of all", async () => {
    await withNclue({ env: { NCLUE_REQUESTS_PER_SECOND: "1000" } }, async (n) => {
      const path = { resultBucket: n.bucket, resultFilePath: `${"long/".repeat(30)}of/` };
      const seeds = Array.from({ length: 500 }, (_, i) => ({
        taskId: n.task.id,
        name: `segment-${i}-${"x".repeat(60)}`,
        ...path,
        plan: i % 5 === 0 ? ({ outcome: "failed" } as const) : endless,
      }));
      const ids = seeds.map((seed) => n.simulator.seedTaskRun(seed).id);
      const failed = ids.filter((_, i) => i % 5 === 0);
      const program = async () => {
        new nclue.TaskRunCompletion("all", { runIds: ids }, { customTimeouts: { create: "2s" } });
      };
      const up = await n.stack.up({ program });
      assert.equal(up.exitCode, 1);
      const said = await initErrors(n);
      assert.match(said, /^waiting for the runs of all: 100 of 500 task runs failed, 400 of 500 /);
      for (const id of failed) assert.ok(said.includes(`(${id}) of task "churn"`), id);
      const runs = (await barrier(n))?.outputs?.runs as Record<string, nclue.CompletedRun>;
      assert.deepEqual(Object.keys(runs).sort(), [...ids].sort());
    });
  });
});
