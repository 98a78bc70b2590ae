import assert from "node:assert/strict";
import type { Fault } from "../../simulator/src";
import {
  type LifecycleBench,
  type LifecycleOptions,
  withLifecycle,
} from "../support/withLifecycle";

const SECOND = 1000;
const HOUR = 60 * 60 * SECOND;

const optionsWith = (
  inProgressMs: number,
  switches: LifecycleOptions["switches"] = {},
): LifecycleOptions => ({
  plan: { registeredMs: 0, pendingMs: 0, inProgressMs },
  switches: { sources: "ignored", ...switches },
});

interface RowOptions {
  /** The create's bound. */
  readonly create?: string;
  /** What happens to reads of the feature. */
  readonly fault?: Omit<Fault, "match">;
}

/** Creates attributes of a feature that another process has just made, and watches the row of the wait. */
async function waitForFeature(bench: LifecycleBench, { create = "10m", fault }: RowOptions = {}) {
  const feature = bench.inputsOf("feature", submitted({ name: "members-2" }));
  const { id } = await bench.newProcess().of("feature").create(feature);
  const match = { method: "GET", path: `/features/${id}` };
  if (fault !== undefined) bench.simulator.addFault({ ...fault, match });
  const inputs = bench.inputsOf("customAttributes", { featureId: id }, { timeouts: { create } });
  const problem = await bench.plugin
    .of("customAttributes")
    .create(inputs)
    .then(
      (made) => made.problem,
      (error) => error,
    );
  const rows = bench.plugin.log.steps.filter(({ text }) => text.startsWith("waiting for"));
  const texts = rows.map(({ text }) => text.replace('waiting for feature "members-2": ', ""));
  return { id, problem, rows, texts };
}

const submitted = (args: object = {}) => ({ waitFor: "submitted", verify: "off", ...args });

const postTimes = ({ simulator }: LifecycleBench) =>
  simulator
    .log()
    .filter(({ method, path }) => method === "POST" && path.endsWith("/custom-attributes"))
    .map(({ atMs }) => atMs);

describe("the row of a job that waits for its parent", () => {
  it("is that of the job itself, and says the parent's status and how long it has been waited for", () =>
    withLifecycle(
      async (bench) => {
        const { rows, problem } = await waitForFeature(bench);
        assert.equal(problem, undefined);
        assert.deepEqual(
          rows,
          ["0s", "2s", "4s", "6s"].map((waited) => ({
            urn: "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/nclue:CustomAttributes::churn",
            key: "churn parent",
            status: 'feature "members-2" in_progress',
            text: `waiting for feature "members-2": in_progress ${waited}`,
          })),
        );
      },
      optionsWith(10 * SECOND),
    ));

  it("says that the service does not show a parent yet that only its list shows", () =>
    withLifecycle(
      async (bench) => {
        const { texts, problem } = await waitForFeature(bench);
        assert.equal(problem, undefined);
        assert.deepEqual(texts, ["registered 0s", "not visible yet 2s", "in_progress 4s"]);
      },
      optionsWith(10 * SECOND, { createdReadableAfterMs: 8 * SECOND }),
    ));

  it("says that the service does not answer", () =>
    withLifecycle(
      async (bench) => {
        const answer = { kind: "status", status: 503 } as const;
        const { texts, problem } = await waitForFeature(bench, {
          fault: { nth: 2, times: 5, answer },
        });
        assert.equal(problem, undefined);
        assert.deepEqual(texts, ["in_progress 0s", "no answer 14s"]);
      },
      optionsWith(10 * SECOND),
    ));

  it("says that the parent's status is unknown where the service tells none", () =>
    withLifecycle(
      async (bench) => {
        const answer = { kind: "edit", fields: { status: null } } as const;
        const { texts, problem } = await waitForFeature(bench, {
          create: "10s",
          fault: { times: "always", answer },
        });
        assert.equal(problem?.code, "timed-out");
        assert.deepEqual(
          texts,
          ["0s", "2s", "4s", "6s", "7s"].map((waited) => `unknown ${waited}`),
        );
      },
      optionsWith(10 * SECOND),
    ));

  it("says that the service does not take a completed parent yet, and asks ever less often, at its bound for the last time", () =>
    withLifecycle(
      async (bench) => {
        const { rows, problem } = await waitForFeature(bench, { create: "30s" });
        assert.equal(problem?.code, "refused");
        const status = "completed, but the service does not take it yet";
        assert.deepEqual(
          rows.map((row) => [row.status, row.text]),
          [1, 2, 3].map(() => [
            `feature "members-2" ${status}`,
            `waiting for feature "members-2": ${status}`,
          ]),
        );
        const times = postTimes(bench);
        assert.deepEqual(
          times.slice(1).map((time, at) => Math.floor((time - (times[at] ?? 0)) / SECOND)),
          [11, 12, 5],
        );
      },
      optionsWith(0, { parentReadyAfterMs: HOUR, parentNotReadyStatus: 400 }),
    ));
});

describe("a parent that a refused create waits for", () => {
  it("is named where the keys may not read it", () =>
    withLifecycle(async (bench) => {
      const answer = { kind: "gateway", code: 210 } as const;
      const { id, problem } = await waitForFeature(bench, { fault: { times: "always", answer } });
      assert.equal(problem?.code, "refused");
      const start = new RegExp(
        `^creating custom attributes "churn-\\w+", reading its feature ${id}: HTTP 401, `,
      );
      assert.match(problem.message, start);
    }, optionsWith(HOUR)));
});

describe("a parent that this process has seen at work", () => {
  async function seenFeature({ plugin, inputsOf }: LifecycleBench): Promise<string> {
    return (await plugin.of("feature").create(inputsOf("feature", submitted()))).id;
  }

  it("is waited for before the POST, though another parent has not been seen", () =>
    withLifecycle(
      async (bench) => {
        const featureId = await seenFeature(bench);
        const { problem } = await bench.plugin.create(bench.inputs({ featureId }));
        assert.equal(problem, undefined);
        assert.deepEqual(bench.requests("POST"), ["POST /features", "POST /task-runs"]);
      },
      optionsWith(60 * SECOND),
    ));

  it("is not waited for where it has completed meanwhile", () =>
    withLifecycle(
      async (bench) => {
        const featureId = await seenFeature(bench);
        await bench.clock.advance(61 * SECOND);
        await bench.plugin.create(bench.inputs(submitted({ featureId })));
        assert.deepEqual(bench.requests("POST"), ["POST /features", "POST /task-runs"]);
        assert.deepEqual(bench.plugin.log.steps, []);
      },
      optionsWith(60 * SECOND),
    ));
});
