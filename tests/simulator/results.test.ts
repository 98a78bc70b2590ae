import assert from "node:assert/strict";
import { createRecordingStore } from "./support/recordingStore";
import { withSimulator } from "./support/withSimulator";

describe("The results of the simulator's task runs", () => {
  it("are in the bucket, one line a user, when GET first shows completed", () => {
    const resultStore = createRecordingStore();
    return withSimulator(
      async ({ simulator, client, postRun }) => {
        const id = await postRun();
        await simulator.advance(8_999);
        assert.equal(resultStore.objects.size, 0);
        await simulator.advance(1);
        assert.equal((await client.get(`/task-runs/${id}`)).json.status, "completed");
        const [[key, text] = ["", ""]] = resultStore.objects;
        assert.match(key, /^acme-nclue\/runs\/w14\/nclue_[0-9a-f]{8}_2026040109\.tsv$/);
        assert.equal(text.trimEnd().split("\n").length, 120);
        assert.match(text, /^user-000001\t0\.\d+\n/);
        assert.deepEqual((await simulator.job(id))?.resultKeys, [key.slice("acme-nclue/".length)]);
      },
      { resultStore },
    );
  });

  it("hold the answer back until they are written, for every request that comes meanwhile", () => {
    const resultStore = createRecordingStore(["acme-nclue"], { stall: true });
    return withSimulator(
      async ({ simulator, client, postRun }) => {
        const id = await postRun();
        simulator.setPlan(id, { registeredMs: 0, pendingMs: 0, inProgressMs: 0 });
        const replies = [client.get(`/task-runs/${id}`), client.get(`/task-runs/${id}`)];
        await simulator.waitForRequests((log) => log.length === 3);
        assert.deepEqual(
          simulator.log().map((entry) => entry.status),
          [200, null, null],
        );
        resultStore.letWritesThrough();
        for (const reply of await Promise.all(replies)) {
          assert.equal(reply.json.status, "completed");
        }
        assert.equal(resultStore.objects.size, 1);
      },
      { resultStore },
    );
  });

  it("take the path as the stem of a file name when it does not end in a slash", () => {
    const resultStore = createRecordingStore();
    return withSimulator(
      async ({ simulator, postRun }) => {
        await postRun({ result_file_path: "runs/w14.tsv" });
        await simulator.advance(9_000);
        const [key = ""] = resultStore.objects.keys();
        assert.match(key, /^acme-nclue\/runs\/w14\.tsv_[0-9a-f]{8}_2026040109\.tsv$/);
      },
      { resultStore },
    );
  });

  it("fail the run when their bucket is not there", () =>
    withSimulator(
      async ({ simulator, client, postRun }) => {
        const id = await postRun({ result_bucket: "nowhere" });
        await simulator.advance(9_000);
        const run = (await client.get(`/task-runs/${id}`)).json;
        assert.deepEqual([run.status, run.fail_message], ["failed", "OBS_USER_FILE_ACCESS_ERROR"]);
      },
      { resultStore: createRecordingStore() },
    ));

  it("fail the run with another message when the storage is out of order", () => {
    const resultStore = {
      ...createRecordingStore(),
      putObject: () => Promise.reject(new Error("connection refused")),
    };
    return withSimulator(
      async ({ simulator, client, postRun }) => {
        const id = await postRun();
        await simulator.advance(9_000);
        const run = (await client.get(`/task-runs/${id}`)).json;
        assert.deepEqual([run.status, run.fail_message], ["failed", "OBS_UPLOAD_FAILED"]);
      },
      { resultStore },
    );
  });

  it("are named by GET with their final key once completed, when the switch says so", () =>
    withSimulator(
      async ({ simulator, client, postRun }) => {
        const id = await postRun();
        const path = async () => (await client.get(`/task-runs/${id}`)).json.result_file_path;
        assert.equal(await path(), "runs/w14/");
        await simulator.advance(9_000);
        assert.equal(await path(), (await simulator.job(id))?.resultKeys[0]);
      },
      {
        resultStore: createRecordingStore(),
        switches: { resultFilePathInGet: "finalKey" },
      },
    ));

  it("let the POST be refused instead when the bucket is checked there", () =>
    withSimulator(
      async ({ client, runRequest }) => {
        const request = { ...runRequest, result_bucket: "nowhere" };
        const reply = await client.post("/task-runs", request);
        assert.equal(reply.status, 404);
        assert.match(reply.text, /10106.*PATH_NOT_FOUND/);
        assert.equal((await client.post("/task-runs", runRequest)).status, 200);
      },
      { resultStore: createRecordingStore(), switches: { checkBucketAtPost: true } },
    ));

  it("come late when a delay is set, after the run shows completed", () => {
    const resultStore = createRecordingStore();
    return withSimulator(
      async ({ simulator, client, postRun }) => {
        const id = await postRun();
        await simulator.advance(9_000);
        assert.equal((await client.get(`/task-runs/${id}`)).json.status, "completed");
        assert.equal(resultStore.objects.size, 0);
        await simulator.advance(5_000);
        assert.equal(resultStore.objects.size, 1);
      },
      { resultStore, switches: { resultDelayMs: 5_000 } },
    );
  });

  it("are none, several, empty or headed by column names as the switches say", async () => {
    for (const [switches, count, start] of [
      [{ results: "none" }, 0, undefined],
      [{ results: "several" }, 3, "user-000001"],
      [{ results: "empty" }, 1, ""],
      [{ resultHeaderLine: true }, 1, "user_id\tscore"],
    ] as const) {
      const resultStore = createRecordingStore();
      await withSimulator(
        async ({ simulator, postRun }) => {
          await postRun();
          await simulator.advance(9_000);
          assert.equal(resultStore.objects.size, count);
          const [text] = resultStore.objects.values();
          assert.equal(text?.slice(0, start?.length), start);
        },
        { resultStore, switches },
      );
    }
  });

  it("can be at another path than the one asked for", () => {
    const resultStore = createRecordingStore();
    return withSimulator(
      async ({ simulator, postRun }) => {
        await postRun();
        await simulator.advance(9_000);
        const [key = ""] = resultStore.objects.keys();
        assert.match(key, /^acme-nclue\/elsewhere\/runs\/w14\/nclue_/);
      },
      { resultStore, switches: { results: "elsewhere" } },
    );
  });

  it("have keys whose random part and time take the form of the switches", async () => {
    for (const [switches, form] of [
      [{ keyRandom: "uuid" }, /nclue_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}_2026040109\.tsv$/],
      [{ keyRandom: "digits" }, /nclue_\d+_2026040109\.tsv$/],
      [{ keyStamp: "day" }, /nclue_[0-9a-f]{8}_20260401\.tsv$/],
      [{ keyStamp: "minute" }, /_202604010900\.tsv$/],
      [{ keyStamp: "second" }, /_20260401090009\.tsv$/],
      [{ keyStampZone: "utc" }, /_2026040100\.tsv$/],
    ] as const) {
      const resultStore = createRecordingStore();
      await withSimulator(
        async ({ simulator, postRun }) => {
          await postRun();
          await simulator.advance(9_000);
          assert.match([...resultStore.objects.keys()][0] ?? "", form);
        },
        { resultStore, switches },
      );
    }
  });

  it("of custom attributes have a figure for each keyword", () => {
    const resultStore = createRecordingStore();
    return withSimulator(
      async ({ simulator, client, feature }) => {
        const { json } = await client.post("/profile/custom-attributes", {
          name: "runners",
          feature_id: feature.id,
          keyword_set: "running\nmarathon",
          result_bucket: "acme-nclue",
          result_file_path: "attributes/runners",
        });
        await simulator.advance(9_000);
        const shown = await client.get(`/profile/custom-attributes/${json.profile_id}`);
        assert.equal(shown.json.status, "completed");
        const [[key, text] = ["", ""]] = resultStore.objects;
        assert.match(key, /^acme-nclue\/attributes\/runners_[0-9a-f]{8}_2026040109\.tsv$/);
        const [header, first] = text.split("\n");
        assert.equal(header, "user_id\trunning\tmarathon");
        assert.match(first ?? "", /^user-000001\t0\.\d+\t0\.\d+$/);
      },
      { resultStore, switches: { resultHeaderLine: true } },
    );
  });

  it("stay when the run is deleted, unless the switch says otherwise", async () => {
    for (const deleteRemovesResult of [false, true]) {
      const resultStore = createRecordingStore();
      await withSimulator(
        async ({ simulator, client, postRun }) => {
          const id = await postRun();
          await simulator.advance(9_000);
          await client.delete(`/task-runs/${id}`);
          assert.equal(resultStore.objects.size, deleteRemovesResult ? 0 : 1);
        },
        { resultStore, switches: { deleteRemovesResult } },
      );
    }
  });

  it("are left by a failed run only when the switch says so", async () => {
    for (const failedRunLeavesResult of [false, true]) {
      const resultStore = createRecordingStore();
      await withSimulator(
        async ({ simulator, postRun }) => {
          simulator.queuePlans({ outcome: "failed" });
          await postRun();
          await simulator.advance(9_000);
          assert.equal(resultStore.objects.size, failedRunLeavesResult ? 1 : 0);
        },
        { resultStore, switches: { failedRunLeavesResult } },
      );
    }
  });

  it("are not written for a run that was deleted before it began", () => {
    const resultStore = createRecordingStore();
    return withSimulator(
      async ({ simulator, client, postRun }) => {
        const id = await postRun();
        assert.equal((await client.delete(`/task-runs/${id}`)).status, 200);
        await simulator.advance(9_000);
        assert.equal(resultStore.objects.size, 0);
      },
      { resultStore },
    );
  });
});
