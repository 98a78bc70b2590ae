import assert from "node:assert/strict";
import { type LifecycleBench, withLifecycle } from "../support/withLifecycle";

const MINUTE = 60_000;

async function completed({ newProcess, inputs, simulator }: LifecycleBench, args: object = {}) {
  const { id, outputs } = await newProcess().create(inputs({ ...args }));
  simulator.clearLog();
  return { id, outputs };
}

describe("read", () => {
  it("changes nothing where nothing has changed: the same state, and no difference after it", () =>
    withLifecycle(async (bench) => {
      const { id, outputs } = await completed(bench, { triggers: [{ b: 1, a: [null] }] });
      const found = await bench.plugin.read(id, outputs);
      assert.deepEqual(found, { id, outputs });
      assert.deepEqual(
        await bench.plugin.diff(id, outputs, bench.inputs({ triggers: [{ b: 1, a: [null] }] })),
        { changes: false, replaces: [] },
      );
    }));

  it("tells the progress of a run that is not waited for, up to its result, which is no difference", () =>
    withLifecycle(
      async (bench) => {
        const { clock, inputs, newProcess, store } = bench;
        const { id, outputs } = await completed(bench, { waitFor: "submitted" });
        let last = outputs;
        for (const status of ["registered", "pending", "in_progress", "completed"]) {
          const [plugin, program] = [newProcess(), inputs({ waitFor: "submitted" })];
          const found = await plugin.read(id, last);
          assert.ok(found !== "gone");
          assert.equal(found.outputs.status, status);
          for (const seen of [outputs, found.outputs]) {
            const { changes } = await plugin.diff(id, seen, program);
            assert.equal(changes, false, status);
          }
          last = found.outputs;
          await clock.advance(MINUTE);
        }
        assert.equal(last.resultKey, store.keys("acme-results")[0]);
        assert.notEqual(last.resultKey, undefined);
      },
      { plan: { registeredMs: MINUTE, pendingMs: MINUTE, inProgressMs: MINUTE } },
    ));

  it("finds the result that was not there yet", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs } = await completed(bench);
        assert.equal(outputs.resultKey, null);
        await bench.clock.advance(10 * MINUTE);
        const found = await bench.plugin.read(id, outputs);
        assert.ok(found !== "gone");
        assert.equal(found.outputs.resultKey, bench.store.keys("acme-results")[0]);
      },
      { switches: { resultDelayMs: 5 * MINUTE } },
    ));

  it("answers many reads of one refresh from one page of the list", () =>
    withLifecycle(async (bench) => {
      const made = await Promise.all(
        Array.from({ length: 12 }, (_, n) =>
          bench.plugin.create(
            bench.inputs({ resultFilePath: `${n}/` }, { logicalName: `r${n}`, urn: `urn:${n}` }),
          ),
        ),
      );
      bench.simulator.clearLog();
      const later = bench.newProcess();
      const reads = await Promise.all(made.map(({ id, outputs }) => later.read(id, outputs)));
      assert.deepEqual(reads, made);
      assert.deepEqual(bench.requests(), ["GET /task-runs"]);
    }));

  it("says gone where the service itself says so, by 404 and list", () =>
    withLifecycle(async (bench) => {
      const { id, outputs } = await completed(bench);
      bench.simulator.deleteJob(id);
      await bench.clock.advance(2 * MINUTE);
      assert.equal(await bench.plugin.read(id, outputs), "gone");
      assert.deepEqual(bench.requests(), ["GET /task-runs/*", "GET /task-runs"]);
    }));

  const lies: readonly (readonly [string, { status: number; body: unknown }])[] = [
    ["a gateway's 404", { status: 404, body: { error: { errorCode: "300", message: "x" } } }],
    ["a gateway's 404 with a number", { status: 404, body: { error: { errorCode: 300 } } }],
    ["a 404 as HTML", { status: 404, body: "<html>Not Found</html>" }],
    ["a 404 without a word", { status: 404, body: "" }],
    ["a 401", { status: 401, body: { error: { errorCode: "210", message: "x" } } }],
    ["an HTML page", { status: 200, body: "<html></html>" }],
    ["an empty answer", { status: 200, body: "" }],
    ["an empty object", { status: 200, body: {} }],
    ["null", { status: 200, body: "null" }],
    ["another run", { status: 200, body: { run_id: "another", status: "completed" } }],
    ["a 500", { status: 500, body: {} }],
  ];
  for (const [what, lie] of lies) {
    it(`does not say gone because of ${what}, and reports no drift either`, () =>
      withLifecycle(async (bench) => {
        const { id, outputs } = await completed(bench);
        bench.simulator.addFault({ times: "always", answer: { kind: "status", ...lie } });
        await assert.rejects(bench.plugin.read(id, outputs), { isNclueError: true });
      }));
  }

  it("does not say gone of a run that the list still shows", () =>
    withLifecycle(async (bench) => {
      const { id, outputs } = await completed(bench);
      bench.simulator.addFault({
        match: { path: "/task-runs/*" },
        times: "always",
        answer: { kind: "status", status: 404, body: { code: "10110" } },
      });
      await assert.rejects(bench.plugin.read(id, outputs), {
        message: /the service has listed it, but answered 404/,
      });
    }));

  it("does not say gone of a run that was made with another key", () =>
    withLifecycle(async (bench) => {
      const { id, outputs } = await completed(bench);
      bench.simulator.addAccount({ accessKey: "AK_OTHER", secretKey: "SK_OTHER" });
      const stranger = bench.newProcess({
        NCLOUD_ACCESS_KEY: "AK_OTHER",
        NCLOUD_SECRET_KEY: "SK_OTHER",
      });
      await assert.rejects(stranger.read(id, outputs), {
        code: "job-elsewhere",
        message: /last seen with another access key(.|\n)*pulumi state delete/,
      });
    }));

  it("does not say gone of a run that was made at another address", () =>
    withLifecycle(async (bench) => {
      const { id, outputs } = await completed(bench);
      bench.simulator.deleteJob(id);
      const moved = {
        ...outputs,
        __nclue: { ...(outputs.__nclue as object), endpoint: "https://elsewhere.example/api/v1" },
      };
      await assert.rejects(bench.plugin.read(id, moved), {
        code: "job-elsewhere",
        message: /last seen at https:\/\/elsewhere\.example\/api\/v1 and this is http/,
      });
    }));

  it("reads a run that something else owns, with what the service knows of it", () =>
    withLifecycle(async (bench) => {
      const { id } = await completed(bench);
      const found = await bench.plugin.read(id, {});
      assert.ok(found !== "gone");
      assert.equal(found.outputs.status, "completed");
      assert.equal(found.outputs.resultBucket, "acme-results");
      assert.equal(found.outputs.resultKey, bench.store.keys("acme-results")[0]);
      assert.deepEqual(await bench.plugin.read(id, found.outputs), found);
    }));

  it("finds that run's result where the service shows the final key", () =>
    withLifecycle(
      async (bench) => {
        const { id } = await completed(bench);
        const found = await bench.plugin.read(id, {});
        assert.ok(found !== "gone");
        assert.equal(found.outputs.resultKey, bench.store.keys("acme-results")[0]);
      },
      { switches: { resultFilePathInGet: "finalKey" } },
    ));

  it("is an error where something else's run is not there", () =>
    withLifecycle(async (bench) => {
      await assert.rejects(bench.plugin.read("no-such-run", {}), {
        code: "refused",
        message: /reading task run no-such-run/,
      });
    }));

  it("ends at once when the engine asks to stop", () =>
    withLifecycle(async (bench) => {
      const { id, outputs } = await completed(bench);
      bench.plugin.cancel.abort(new Error("stop"));
      await assert.rejects(bench.plugin.read(id, outputs));
      assert.deepEqual(bench.requests(), []);
    }));
});

describe("update", () => {
  it('says again that the run failed under "fail", and sends nothing', () =>
    withLifecycle(
      async (bench) => {
        const program = bench.inputs({ onFailure: "fail" });
        const { id, outputs } = await completed(bench, { onFailure: "fail" });
        const { problem, outputs: after } = await bench.plugin.update(id, outputs, program);
        assert.equal(problem?.code, "job-failed");
        assert.match(problem?.message ?? "", /COMMON_ERROR/);
        assert.deepEqual(after, outputs);
        assert.deepEqual(bench.requests(), []);
      },
      { plan: { outcome: "failed" } },
    ));

  it("takes on new policies and timeouts without a request where nothing is awaited", () =>
    withLifecycle(async (bench) => {
      const { id, outputs } = await completed(bench, { waitFor: "submitted" });
      const program = bench.inputs(
        { waitFor: "submitted", onDeleteWhileRunning: "fail" },
        { timeouts: { delete: "3m" } },
      );
      const { outputs: after, problem } = await bench.plugin.update(id, outputs, program);
      assert.equal(problem, undefined);
      assert.equal(after.onDeleteWhileRunning, "fail");
      assert.deepEqual((after.__nclue as Record<string, unknown>).timeouts, { delete: "3m" });
      assert.deepEqual(bench.requests(), []);
    }));

  it("waits where more is wanted than before", () =>
    withLifecycle(async (bench) => {
      const { id, outputs } = await completed(bench, { waitFor: "submitted" });
      const { outputs: after, problem } = await bench.plugin.update(id, outputs, bench.inputs());
      assert.equal(problem, undefined);
      assert.equal(after.status, "completed");
      assert.ok(bench.requests().every((request) => request.startsWith("GET")));
    }));

  it("is an error that keeps the id where the run is gone", () =>
    withLifecycle(async (bench) => {
      const { id, outputs } = await completed(bench, { waitFor: "submitted" });
      bench.simulator.deleteJob(id);
      const { id: kept, problem } = await bench.plugin.update(id, outputs, bench.inputs());
      assert.equal(kept, id);
      assert.equal(problem?.code, "job-gone");
    }));
});
