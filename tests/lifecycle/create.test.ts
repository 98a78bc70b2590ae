import assert from "node:assert/strict";
import { MOST_ATTEMPTS } from "../../provider/src/nclue/retryPolicy";
import { withLifecycle } from "../support/withLifecycle";

const MINUTE = 60_000;

describe("create", () => {
  it("makes the run, waits until it is completed and finds its result", () =>
    withLifecycle(async ({ plugin, inputs, runs, store, task, feature, requests }) => {
      const { id, outputs, problem } = await plugin.create(inputs());
      const [run] = await runs();
      const [key = ""] = store.keys("acme-results");
      assert.equal(problem, undefined);
      assert.equal(id, run?.id);
      const { __nclue, createdAt, completedAt, resultSize, resultEtag, ...rest } = outputs;
      assert.deepEqual(rest, {
        runId: run?.id,
        name: run?.name,
        taskId: task.id,
        taskName: "spring-offer",
        featureId: feature.id,
        featureName: "members",
        status: "completed",
        lineCount: 120,
        failMessage: null,
        drift: null,
        resultBucket: "acme-results",
        resultFilePath: "churn/2026-11/",
        resultKey: key,
        resultUri: `s3://acme-results/${key}`,
      });
      assert.match(String(createdAt), /^2026-11-01T09:00:0\d\+09:00$/);
      assert.match(String(completedAt), /^2026-11-01T09:01:0\d\+09:00$/);
      assert.ok(Number(resultSize) > 0);
      assert.match(String(resultEtag), /^"[0-9a-f]{32}"$/);
      assert.match(run?.name ?? "", /^churn-[0-9a-f]{10}$/);
      assert.deepEqual(requests().slice(0, 2), ["GET /task-runs", "POST /task-runs"]);
      assert.equal(requests("POST").length, 1);
    }));

  it("leaves a note of where and by which key the run was made", () =>
    withLifecycle(async ({ plugin, inputs, simulator }) => {
      const { outputs } = await plugin.create(inputs({}, { timeouts: { delete: "5m" } }));
      const { keyHash } = plugin.ctx.clients().settings;
      const kept = outputs.__nclue as Record<string, unknown>;
      assert.equal(kept.endpoint, simulator.endpoint);
      assert.equal(kept.keyHash, keyHash);
      assert.equal(kept.nameGiven, false);
      assert.deepEqual(kept.timeouts, { delete: "5m" });
      assert.doesNotMatch(JSON.stringify(outputs), /simulator-(access|secret)-key/);
    }));

  it("leaves a mark of the moment and of chance, and no search to go on with", () =>
    withLifecycle(async ({ plugin, inputs, clock }) => {
      const { outputs } = await plugin.create(inputs({ name: "mine", waitFor: "submitted" }));
      const { mark, nameGiven, isSearchOpen } = outputs.__nclue as Record<string, unknown>;
      assert.equal(mark, `${clock.nowMs().toString(36)}-${(500_000_000).toString(36)}`);
      assert.deepEqual([nameGiven, isSearchOpen], [true, false]);
    }));

  it("sends a given name as it is, and no field that is not given", () =>
    withLifecycle(
      async ({ plugin, inputs, simulator, task, feature }) => {
        const args = { name: "봄 행사", resultBucket: undefined, resultFilePath: undefined };
        const { outputs } = await plugin.create(inputs(args));
        const post = simulator.log().find(({ method }) => method === "POST");
        assert.deepEqual(post?.body, {
          name: "봄 행사",
          task_id: task.id,
          feature_id: feature.id,
        });
        assert.equal(outputs.name, "봄 행사");
        assert.equal(outputs.resultBucket, null);
      },
      { switches: { resultRequired: false } },
    ));

  const targets: readonly (readonly [string, string])[] = [
    ["submitted", "registered"],
    ["started", "in_progress"],
    ["completed", "completed"],
  ];
  for (const [waitFor, status] of targets) {
    it(`returns when the run is ${waitFor}`, () =>
      withLifecycle(async ({ plugin, inputs, requests }) => {
        const { outputs, problem } = await plugin.create(inputs({ waitFor }));
        assert.equal(problem, undefined);
        assert.equal(outputs.status, status);
        assert.equal(outputs.waitFor, waitFor);
        if (waitFor === "submitted") assert.equal(requests().length, 2);
      }));
  }

  it("sees a run that is quicker than the first look", () =>
    withLifecycle(
      async ({ plugin, inputs }) => {
        const { outputs } = await plugin.create(inputs({ waitFor: "started" }));
        assert.equal(outputs.status, "completed");
      },
      { plan: { registeredMs: 0, pendingMs: 0, inProgressMs: 0 } },
    ));

  it("takes complete for completed, in POST's words and in any shape of stamps and nothings", () =>
    withLifecycle(
      async ({ plugin, inputs }) => {
        const { outputs, problem } = await plugin.create(inputs());
        assert.equal(problem, undefined);
        assert.equal(outputs.status, "completed");
        assert.notEqual(outputs.resultKey, null);
      },
      { switches: { statusWord: "complete", timestampForm: "bare", noValue: "absent" } },
    ));

  it("keeps its own path where the service shows the final key in its place", () =>
    withLifecycle(
      async ({ plugin, inputs, store }) => {
        const { outputs } = await plugin.create(inputs());
        assert.equal(outputs.resultFilePath, "churn/2026-11/");
        assert.equal(outputs.resultKey, store.keys("acme-results")[0]);
      },
      { switches: { resultFilePathInGet: "finalKey" } },
    ));

  it("returns a failed run with its id, and says why it failed and what to do", () =>
    withLifecycle(
      async ({ plugin, inputs, runs }) => {
        const { id, outputs, problem } = await plugin.create(inputs());
        assert.equal(id, (await runs())[0]?.id);
        assert.equal(outputs.status, "failed");
        assert.equal(outputs.failMessage, "OBS_UPLOAD_FAILED");
        assert.equal(problem?.code, "job-failed");
        assert.match(problem?.message ?? "", /OBS_UPLOAD_FAILED: the result could not be written/);
        assert.match(problem?.message ?? "", /"spring-offer".*"members"/);
        assert.match(problem?.message ?? "", /the next "pulumi up" replaces it/);
      },
      { plan: { outcome: "failed", failMessage: "OBS_UPLOAD_FAILED" } },
    ));

  for (const waitFor of ["completed", "started"]) {
    it(`tells a failure at once although "${waitFor}" is awaited`, () =>
      withLifecycle(
        async ({ plugin, inputs, clock }) => {
          const { problem } = await plugin.create(inputs({ waitFor, onFailure: "fail" }));
          assert.equal(problem?.code, "job-failed");
          assert.match(problem?.message ?? "", /change an argument to ask for a new run/);
          assert.ok(clock.monotonicMs() < MINUTE);
        },
        { plan: { registeredMs: 1000, pendingMs: 1000, inProgressMs: 0, outcome: "failed" } },
      ));
  }

  it("ends at its timeout with id and last status, and update goes on without a POST", () =>
    withLifecycle(
      async ({ plugin, newProcess, inputs, simulator, clock }) => {
        const program = inputs({}, { timeouts: { create: "10m", update: "1h" } });
        const { id, outputs, problem } = await plugin.create(program);
        assert.equal(outputs.status, "in_progress");
        assert.equal(problem?.code, "timed-out");
        assert.match(problem?.message ?? "", /still in_progress after 10m \(\d+ polls\)/);
        assert.match(problem?.message ?? "", /run "pulumi up" again/);
        const endedMs = clock.monotonicMs();
        assert.ok(endedMs >= 10 * MINUTE && endedMs < 11 * MINUTE, String(endedMs));

        const later = newProcess();
        assert.deepEqual(await later.diff(id, outputs, program), { changes: true, replaces: [] });
        simulator.clearLog();
        const resumed = await later.update(id, outputs, program);
        assert.equal(resumed.problem, undefined);
        assert.equal(resumed.outputs.status, "completed");
        assert.notEqual(resumed.outputs.resultKey, null);
        assert.ok(simulator.log().every(({ method }) => method === "GET"));
        assert.deepEqual(await later.diff(id, resumed.outputs, program), {
          changes: false,
          replaces: [],
        });
      },
      { plan: { inProgressMs: 25 * MINUTE } },
    ));

  it("is cancelled within the moment, keeps the id, and asks for nothing more", () =>
    withLifecycle(async ({ plugin, inputs, simulator, clock, runs }) => {
      const creating = plugin.create(inputs());
      const progressing = clock.sleep(20_000).then(() => plugin.cancel.abort(new Error("stop")));
      const { id, outputs, problem } = await creating;
      await progressing;
      assert.equal(id, (await runs())[0]?.id);
      assert.equal(problem?.code, "cancelled");
      assert.match(problem?.message ?? "", /keeps running at the service: run "pulumi up" again/);
      assert.equal(outputs.status, "in_progress");
      assert.ok(clock.monotonicMs() <= 20_000);
      assert.ok(simulator.log().every(({ done }) => done));
    }));

  it("says at each look for how long there has been no answer", () =>
    withLifecycle(async ({ plugin, inputs, simulator }) => {
      simulator.addFault({
        match: { method: "GET", path: "/task-runs/*" },
        nth: 2,
        times: 30,
        answer: { kind: "status", status: 503 },
      });
      const { problem } = await plugin.create(inputs());
      assert.equal(problem, undefined);
      const silent = plugin.log.steps.filter(({ text }) => text.includes("no answer"));
      assert.equal(silent.length, 30 / MOST_ATTEMPTS);
      for (const { text } of silent) {
        assert.match(text, /^(registered|pending) · no answer for .+ · next poll in \d+s$/);
      }
    }));

  it("does not take a 409 without a code for a name that is taken, again and again", () =>
    withLifecycle(async ({ plugin, inputs, simulator, requests, clock }) => {
      await clock.advance(3_600_000); // task and feature have ended long ago
      simulator.addFault({
        match: { method: "POST" },
        times: "always",
        answer: { kind: "status", status: 409, body: { error: "the task is not ready" } },
      });
      await assert.rejects(plugin.create(inputs()), {
        code: "name-taken",
        message: /HTTP 409, "the task is not ready"/,
      });
      assert.equal(requests("POST").length, 1);
    }));

  it("asks once where a page of a proxy refuses", () =>
    withLifecycle(async ({ plugin, inputs, simulator, clock, requests }) => {
      simulator.addFault({
        match: { method: "POST" },
        times: "always",
        answer: { kind: "status", status: 403, body: "<html>Blocked</html>" },
      });
      const startedMs = clock.monotonicMs();
      await assert.rejects(plugin.create(inputs()), {
        code: "unreadable",
        message: /creating task run .*HTTP 403\) is an HTML page .*does a proxy answer/,
      });
      assert.equal(requests("POST").length, 1);
      assert.ok(clock.monotonicMs() - startedMs < 10_000);
    }));

  it("does not take a passing trouble of the service for the end of a wait", () =>
    withLifecycle(async ({ plugin, inputs, simulator }) => {
      simulator.addFault({
        match: { method: "GET" },
        nth: 3,
        times: 30,
        answer: { kind: "status", status: 503, body: "<html>" },
      });
      const { outputs, problem } = await plugin.create(inputs());
      assert.equal(problem, undefined);
      assert.equal(outputs.status, "completed");
    }));

  it("ends with the id where the service does not let it look any more", () =>
    withLifecycle(async ({ plugin, inputs, simulator, clock }) => {
      void clock.sleep(15_000).then(() => {
        simulator.setKeyAccess(simulator.accessKey, "deniedByGateway");
      });
      const { id, outputs, problem } = await plugin.create(inputs());
      assert.equal(outputs.runId, id);
      assert.equal(problem?.code, "refused");
      assert.match(problem?.message ?? "", /came from the environment/);
    }));

  it("says so where somebody deletes the run meanwhile", () =>
    withLifecycle(async ({ plugin, inputs, simulator, clock, runs }) => {
      void clock.sleep(15_000).then(async () => {
        simulator.deleteJob((await runs())[0]?.id ?? "");
      });
      const { problem } = await plugin.create(inputs());
      assert.equal(problem?.code, "job-gone");
      assert.match(problem?.message ?? "", /somebody deleted it at the service/);
    }));

  it("waits on although the status goes back, or nobody knows it", () =>
    withLifecycle(
      async ({ plugin, inputs, simulator }) => {
        simulator.addFault({
          match: { method: "GET", path: "/task-runs/*" },
          nth: 2,
          times: 2,
          answer: { kind: "edit", fields: { status: "hibernating\u001b[2J" } },
        });
        const { outputs, problem } = await plugin.create(inputs());
        assert.equal(problem, undefined);
        assert.equal(outputs.status, "completed");
      },
      { switches: { statusMayGoBackwards: true } },
    ));

  it("passes on a status that nobody knows when the wait ends with it", () =>
    withLifecycle(async ({ plugin, inputs, simulator }) => {
      simulator.addFault({
        match: { method: "GET" },
        times: "always",
        answer: { kind: "edit", fields: { status: "hibernating" } },
      });
      const { outputs, problem } = await plugin.create(inputs({}, { timeouts: { create: "5m" } }));
      assert.equal(outputs.status, "hibernating");
      assert.match(problem?.message ?? "", /still hibernating after 5m/);
    }));

  it("tells the refusal of a POST with the service's code, and has made nothing", () =>
    withLifecycle(async ({ plugin, inputs, runs }) => {
      await assert.rejects(plugin.create(inputs({ taskId: "no such task" })), {
        code: "not-usable",
        message:
          /^creating task run "churn-[0-9a-f]{10}": the task no such task does not exist: HTTP 404, code 10110/,
      });
      assert.deepEqual(await runs(), []);
    }));

  it("asks for nothing more where a refusal says itself what it is about", () =>
    withLifecycle(async ({ plugin, inputs, simulator, requests }) => {
      const answer = { kind: "status", status: 404, body: { code: "10106" } } as const;
      simulator.addFault({ match: { method: "POST" }, answer });
      await assert.rejects(plugin.create(inputs()), { code: "refused", message: /code 10106/ });
      assert.deepEqual(requests(), ["GET /task-runs", "POST /task-runs"]);
    }));

  it("passes on that the engine asks to stop while the POST waits for its turn", () =>
    withLifecycle(async ({ plugin, inputs, clock, runs }) => {
      const reason = new Error("stop");
      void clock.sleep(500).then(() => plugin.cancel.abort(reason));
      await assert.rejects(plugin.create(inputs()), (error) => error === reason);
      assert.deepEqual(await runs(), []);
    }));

  it("makes several at once, each its own, with one look at the list", () =>
    withLifecycle(async ({ plugin, inputs, simulator, runs }) => {
      const made = await Promise.all(
        ["a", "b", "c", "d"].map((logicalName) =>
          plugin.create(
            inputs(
              { resultFilePath: `${logicalName}/` },
              { logicalName, urn: `urn:${logicalName}` },
            ),
          ),
        ),
      );
      assert.equal(new Set(made.map(({ id }) => id)).size, 4);
      assert.ok(made.every(({ problem }) => problem === undefined));
      const before = simulator.log().findIndex(({ method }) => method === "POST");
      assert.equal(before, 1);
      assert.equal((await runs()).length, 4);
    }));

  for (const duplicateNames of ["reject", "allow"] as const) {
    it(`makes two runs where two resources of one logical name ask for the same (names: ${duplicateNames})`, () =>
      withLifecycle(
        async ({ plugin, inputs, runs }) => {
          const made = await Promise.all([
            plugin.create(inputs({}, { urn: "urn:parent-a::churn" })),
            plugin.create(inputs({}, { urn: "urn:parent-b::churn" })),
          ]);
          assert.equal(new Set(made.map(({ id }) => id)).size, 2);
          const names = (await runs()).map(({ name }) => name).sort();
          assert.equal(names[1], `${names[0]}-2`);
        },
        { switches: { duplicateNames } },
      ));
  }

  it("starts no more runs than maxNewJobs allows, and names those that it has started", () =>
    withLifecycle(
      async ({ plugin, inputs, runs }) => {
        await plugin.create(inputs({ waitFor: "submitted" }, { logicalName: "a", urn: "urn:a" }));
        await assert.rejects(
          plugin.create(inputs({ waitFor: "submitted" }, { logicalName: "b", urn: "urn:b" })),
          {
            code: "too-many-new-jobs",
            message: /at most 1 new jobs \(started: task run "a-[0-9a-f]{10}"\)/,
          },
        );
        assert.equal((await runs()).length, 1);
      },
      { environment: { NCLUE_MAX_NEW_JOBS: "1" } },
    ));

  it("does not count a run that the service has refused against maxNewJobs", () =>
    withLifecycle(
      async ({ plugin, inputs }) => {
        await assert.rejects(plugin.create(inputs({ taskId: "no such task" })));
        assert.equal((await plugin.create(inputs())).problem, undefined);
      },
      { environment: { NCLUE_MAX_NEW_JOBS: "1" } },
    ));

  it("sends nothing that changes the account under readOnly", () =>
    withLifecycle(
      async ({ plugin, inputs, requests }) => {
        await assert.rejects(plugin.create(inputs()), { code: "read-only" });
        assert.deepEqual(requests(), ["GET /task-runs"]);
      },
      { environment: { NCLUE_READ_ONLY: "true" } },
    ));
});
