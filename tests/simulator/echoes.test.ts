import assert from "node:assert/strict";
import type { Switches } from "../../simulator/src";
import { createRecordingStore } from "./support/recordingStore";
import { postJob } from "./support/requests";
import { type Bench, withSimulator } from "./support/withSimulator";

const withSwitches = (switches: Partial<Switches>, test: (bench: Bench) => Promise<void>) =>
  withSimulator(test, { switches });

/** What GET says of a new run. */
async function shownRun(bench: Bench, changes: Readonly<Record<string, unknown>> = {}) {
  const id = await bench.postRun(changes);
  return (await bench.client.get(`/task-runs/${id}`)).json;
}

describe("The simulator's switches for unfaithful echoes", () => {
  for (const [switches, sent, shown] of [
    [{ leadingSlash: "stripped" }, "/churn/x/", "churn/x/"],
    [{ doubledSlashes: "collapsed" }, "//churn//x/", "/churn/x/"],
    [{ trailingSlashInAnswers: "dropped" }, "churn/x/", "churn/x"],
    [{ leadingSlash: "stripped", doubledSlashes: "collapsed" }, "//churn//x", "churn/x"],
    [{}, "/churn//x/", "/churn//x/"],
  ] as const) {
    it(`give ${sent} back as ${shown} with ${JSON.stringify(switches)}`, () =>
      withSwitches(switches, async (bench) => {
        const run = await shownRun(bench, { result_file_path: sent });
        assert.equal(run.result_file_path, shown);
        const { runs } = (await bench.client.get("/task-runs")).json;
        assert.equal((runs as Record<string, unknown>[])[0]?.result_file_path, shown);
      }));
  }

  it("write the result below the path as the service keeps it", () => {
    const resultStore = createRecordingStore();
    return withSimulator(
      async ({ simulator, postRun }) => {
        await postRun({ result_file_path: "/churn//x/" });
        await simulator.advance(9_000);
        const [key = ""] = resultStore.objects.keys();
        assert.match(key, /^acme-nclue\/churn\/x\/nclue_/);
      },
      {
        resultStore,
        switches: {
          leadingSlash: "stripped",
          doubledSlashes: "collapsed",
          trailingSlashInAnswers: "dropped",
        },
      },
    );
  });

  it("write all ids in capitals, or those of parents, and then take any case", () =>
    withSwitches({}, async (bench) => {
      const { simulator, client, task } = bench;
      const id = await bench.postRun();
      const upper = id.toUpperCase();
      assert.equal((await client.get(`/task-runs/${upper}`)).status, 404);

      simulator.setSwitches({ echoedIds: "upperCaseParents" });
      const { json } = await client.get(`/task-runs/${id}`);
      assert.deepEqual([json.run_id, json.task_id], [id, task.id.toUpperCase()]);

      simulator.setSwitches({ echoedIds: "upperCase" });
      const again = (await client.get(`/task-runs/${upper}`)).json;
      assert.deepEqual([again.run_id, again.task_id], [upper, task.id.toUpperCase()]);
      await postJob(bench, "task-runs", { task_id: task.id.toUpperCase() });
      assert.equal((await client.delete(`/task-runs/${upper}`)).status, 200);
    }));

  it("leave fields out of every answer", () =>
    withSwitches({ omittedFields: "result_bucket,created_at" }, async ({ client, runRequest }) => {
      const posted = (await client.post("/task-runs", runRequest)).json;
      const shown = (await client.get(`/task-runs/${posted.run_id}`)).json;
      for (const json of [posted, shown]) {
        assert.ok(!("result_bucket" in json) && !("created_at" in json));
        assert.ok("result_file_path" in json);
      }
    }));

  it("spell keywords with blanks, in another order, or as they were sent", () =>
    withSwitches({}, async (bench) => {
      const keyword_set = "running\nmarathon";
      const id = await postJob(bench, "profile/custom-attributes", { keyword_set });
      const seen: unknown[] = [];
      for (const keywordEcho of ["commas", "commasAndSpaces", "sorted", "lineBreaks"] as const) {
        bench.simulator.setSwitches({ keywordEcho });
        const { json } = await bench.client.get(`/profile/custom-attributes/${id}`);
        seen.push(json.keyword_set);
      }
      assert.deepEqual(seen, [
        "running,marathon",
        "running, marathon",
        "marathon,running",
        "running\nmarathon",
      ]);
    }));

  it("write times in odd forms, as numbers, illegibly or not at all", () =>
    withSwitches({}, async ({ simulator, client, task }) => {
      const expected: Partial<Record<Switches["timestampForm"], unknown>> = {
        shortOffset: "2026-04-01T09:00:00+09",
        basicOffset: "2026-04-01T09:00:00+0900",
        zone: "2026-04-01T09:00:00+09:00[Asia/Seoul]",
        space: "2026-04-01 09:00:00",
        seconds: Date.UTC(2026, 3, 1) / 1000,
        milliseconds: Date.UTC(2026, 3, 1),
        date: "2026-04-01",
        hour: "2026-04-01T09",
        zero: "0001-01-01T00:00:00Z",
        epoch: "1970-01-01T00:00:00Z",
        unreadable: "26/04/01 (KST)",
        absent: undefined,
      };
      for (const [form, time] of Object.entries(expected)) {
        simulator.setSwitches({ timestampForm: form as Switches["timestampForm"] });
        const { json } = await client.get(`/tasks/${task.id}`);
        assert.deepEqual([json.created_at, json.completed_at], [time, time], form);
      }
    }));

  it("repeat the values of a request in fail messages and errors", () =>
    withSwitches({ requestRepeatedIn: "both" }, async ({ simulator, client, postRun }) => {
      const id = await postRun({ name: "canary-1", result_file_path: "canary-2/" });
      simulator.failJob(id, "OBS_UPLOAD_FAILED");
      const { fail_message } = (await client.get(`/task-runs/${id}`)).json;
      assert.match(String(fail_message), /^OBS_UPLOAD_FAILED: canary-1, .*canary-2\//);
      const refused = await client.post("/task-runs", { name: "canary-3" });
      assert.match(refused.text, /INVALID_PARAMETER.*canary-3/);
    }));
});

describe("The simulator's switches for errors of other forms", () => {
  it("write a word in place of the code, or no code at all", () =>
    withSwitches({ errorCodeType: "word" }, async ({ simulator, client, runRequest, postRun }) => {
      await postRun();
      const errorOf = async () => (await client.post("/task-runs", runRequest)).json.responseError;
      assert.deepEqual(await errorOf(), {
        returnCode: "DUPLICATE_NAME",
        returnMessage: "DUPLICATE_NAME",
      });
      simulator.setSwitches({ errorCodeType: "none" });
      assert.deepEqual(await errorOf(), { returnMessage: "DUPLICATE_NAME" });
      simulator.setSwitches({ errorShape: "plain" });
      assert.equal((await client.post("/task-runs", runRequest)).text, "DUPLICATE_NAME");
    }));

  it("answer a POST with another success", () =>
    withSwitches({ postStatus: 201 }, async ({ client, runRequest }) => {
      assert.equal((await client.post("/task-runs", runRequest)).status, 201);
    }));

  for (const [deleteAnswer, status, text] of [
    ["emptyObject", 200, "{}"],
    ["empty", 200, ""],
    ["noContent", 204, ""],
    ["text", 200, "OK"],
    ["html", 200, "<html><body>Deleted</body></html>"],
  ] as const) {
    it(`answer a DELETE with ${deleteAnswer}`, () =>
      withSwitches({ deleteAnswer }, async ({ client, postRun }) => {
        const id = await postRun();
        const reply = await client.delete(`/task-runs/${id}`);
        assert.deepEqual([reply.status, reply.text], [status, text]);
        assert.equal((await client.get(`/task-runs/${id}`)).status, 404);
      }));
  }

  it("refuse a parent for a while after it has completed", () =>
    withSwitches({ parentReadyAfterMs: 2_000 }, async ({ simulator, client, runRequest }) => {
      const statusOf = async () => (await client.post("/task-runs", runRequest)).status;
      assert.equal(await statusOf(), 409);
      await simulator.advance(2_000);
      assert.equal(await statusOf(), 200);
    }));

  it("leave out the Date header", () =>
    withSwitches({}, async ({ simulator, client }) => {
      assert.ok((await client.get("/tasks")).headers.get("date"));
      simulator.setSwitches({ dateHeader: "absent" });
      assert.equal((await client.get("/tasks")).headers.get("date"), null);
    }));

  it("refuse everything once the quota is exceeded", () =>
    withSwitches({ quota: "exceeded" }, async ({ client }) => {
      const reply = await client.get("/task-runs");
      assert.equal(reply.status, 429);
      assert.deepEqual(reply.json, { error: { errorCode: "400", message: "Quota Exceeded" } });
    }));
});
