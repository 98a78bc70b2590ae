import assert from "node:assert/strict";
import { families } from "../../provider/src/domain/families";
import type { Searching } from "../../provider/src/lifecycle/resultPlace";
import { rivalOf } from "../../provider/src/lifecycle/rivals";
import { jobOf } from "../support/sampleJobs";
import { type LifecycleBench, withLifecycle } from "../support/withLifecycle";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const bucket = "acme-results";
const KEY = "a/nclue_0wn_2026110108.tsv";
const RIVAL = "7d9c1f7e-0000-4000-8000-000000000001";

/** Seconds since the run in question was created, an hour ago; it ended after a minute. */
interface Case {
  /** @default its path, "a/" */
  readonly path?: string;
  readonly bucket?: string;
  readonly from: number;
  /** Left out where it still runs. */
  readonly until?: number;
  readonly hasFailed?: boolean;
  /** When the rival wrote an object of its own, if it did. */
  readonly wroteAt?: number;
  /** When the object in question was written. @default 60 */
  readonly written?: number;
}

const startOf = ({ clock }: LifecycleBench) => clock.trueMs() - HOUR;

function seedRival(bench: LifecycleBench, rival: Case): void {
  const { from, until, hasFailed = false } = rival;
  bench.simulator.seedTaskRun({
    id: RIVAL,
    resultBucket: rival.bucket ?? bucket,
    resultFilePath: rival.path ?? "a/",
    createdAtMs: startOf(bench) + from * SECOND,
    plan: {
      registeredMs: 0,
      pendingMs: 0,
      inProgressMs: until === undefined ? "never" : (until - from) * SECOND,
      outcome: hasFailed ? "failed" : "completed",
    },
  });
}

interface Asked {
  readonly ctx?: Searching;
  readonly path?: string;
  readonly toldPath?: string;
}

/** The id of the rival of an object below the path of a run, `undefined` where there is none. */
async function rivalId(bench: LifecycleBench, written: number, asked: Asked = {}) {
  const { ctx = bench.plugin.ctx, path = "a/", toldPath = path } = asked;
  const startMs = startOf(bench);
  const iso = (ms: number) => new Date(ms).toISOString();
  const job = jobOf(families.taskRun, {
    id: "7d9c1f7e-0000-4000-8000-000000000002",
    status: "completed",
    createdAt: iso(startMs),
    completedAt: iso(startMs + MINUTE),
    fields: { resultBucket: bucket, resultFilePath: toldPath },
  });
  const question = { family: families.taskRun, job, bucket, path, isSecret: false };
  const modifiedMs = startMs + written * SECOND;
  await bench.store.putObject(bucket, KEY, "x", modifiedMs);
  const object = { key: KEY, size: 1, etag: null, modifiedMs };
  return (await bench.clock.runUntil(rivalOf(ctx, question, object)))?.job.id;
}

const cases: readonly (readonly [string, Case, boolean])[] = [
  ["is running", { from: 30 }, true],
  ["writes to another bucket", { from: 30, bucket: "acme-other" }, false],
  ["has the very key for its path", { from: 30, path: KEY }, true],
  ["has the folder's name for its path, where slashes are kept", { from: 30, path: "a" }, false],
  ["was created in the second of the object", { from: 60, written: 60 }, true],
  ["was created after it", { from: 61, written: 60 }, false],
  ["ended two minutes before it", { from: -90, until: -60 }, true],
  ["ended more than two minutes before it", { from: -90, until: -61 }, false],
  ["ended two minutes before it, with a result", { from: -90, until: -60, wroteAt: -60 }, false],
  ["was created before the run, and has failed", { from: -90, until: 30, hasFailed: true }, false],
  ["was created during the run, and has failed", { from: 30, until: 40, hasFailed: true }, true],
  ["ended as the run began, with a result", { from: -90, until: 0, wroteAt: -10 }, true],
  ["began as the run ended, with a result", { from: 60, until: 70, wroteAt: 60 }, true],
  ["began after the run, with a result", { from: 61, until: 70, wroteAt: 70, written: 80 }, false],
  ["began after the run, without one", { from: 61, until: 70, written: 80 }, true],
];

describe("an object below a run's path may be that of another run", () => {
  for (const [what, rival, isRival] of cases) {
    it(`that ${what}: ${isRival ? "yes" : "no"}`, () =>
      withLifecycle(
        async (bench) => {
          seedRival(bench, rival);
          await bench.simulator.settle();
          if (rival.wroteAt !== undefined) {
            const writtenMs = startOf(bench) + rival.wroteAt * SECOND;
            await bench.store.putObject(bucket, "a/nclue_r1val_2026110108.tsv", "x", writtenMs);
          }
          const expected = isRival ? RIVAL : undefined;
          assert.equal(await rivalId(bench, rival.written ?? 60), expected);
        },
        { switches: { results: "none" } },
      ));
  }

  const before = { from: -90, until: -30 };
  const remembered = [
    [KEY, RIVAL],
    ["a/nclue_r1val_2026110108.tsv", undefined],
  ] as const;
  for (const [key, expected] of remembered) {
    it(`whose result is ${key} in the state: ${expected === undefined ? "no" : "yes"}`, () =>
      withLifecycle(async (bench) => {
        seedRival(bench, before);
        bench.plugin.ctx.update.resultKeys.set(RIVAL, key);
        assert.equal(await rivalId(bench, 60), expected);
      }));
  }

  it("is asked by a program too, which has no state", () =>
    withLifecycle(
      async (bench) => {
        seedRival(bench, before);
        const { clock, cancelled, clients } = bench.plugin.ctx;
        assert.equal(await rivalId(bench, 60, { ctx: { clock, cancelled, clients } }), RIVAL);
      },
      { switches: { results: "none" } },
    ));

  const untold = [
    ["result_bucket", { from: 30, bucket: "acme-other" }, RIVAL],
    ["result_bucket", { ...before, bucket: "acme-other" }, RIVAL],
    ["result_file_path", { from: 30 }, undefined],
  ] as const;
  for (const [omittedFields, rival, expected] of untold) {
    const end = "until" in rival ? "ended" : "running";
    it(`of which the service does not tell the ${omittedFields} (${end}): ${expected ? "yes" : "no"}`, () =>
      withLifecycle(
        async (bench) => {
          seedRival(bench, rival);
          assert.equal(await rivalId(bench, 60), expected);
        },
        { switches: { omittedFields, results: "none" } },
      ));
  }

  it("that has the folder's name for its path, where the service adds the slash to one", () =>
    withLifecycle(async (bench) => {
      seedRival(bench, { from: 30, path: "a" });
      assert.equal(await rivalId(bench, 60, { path: "a", toldPath: "a/" }), RIVAL);
    }));

  it("that was started after a look at the list, within the second that dates the object", () =>
    withLifecycle(async (bench) => {
      const { clock, plugin, simulator } = bench;
      const dateMs = clock.trueMs();
      await clock.advance(200);
      await clock.runUntil(plugin.ctx.clients().jobs.taskRun.list(plugin.ctx.cancelled));
      await clock.advance(200);
      simulator.seedTaskRun({ id: RIVAL, resultBucket: bucket, resultFilePath: "a/" });
      assert.equal(await rivalId(bench, (dateMs - startOf(bench)) / SECOND), RIVAL);
    }));
});

describe("a run that was seen long ago", () => {
  const again = ["GET /task-runs/*"];
  const fates = [
    ["at work, is asked for again, alone", {}, () => {}, RIVAL, again],
    ["at work, counts where it was deleted since", {}, deleteIt, RIVAL, again],
    ["at work, does not count where it has failed since", {}, failIt, undefined, again],
    ["at its end, is not asked for again", { until: 3590 }, () => {}, RIVAL, []],
    ["at work elsewhere, is not asked for again", { path: "b/" }, () => {}, undefined, []],
  ] as const;
  for (const [what, rival, happens, expected, asked] of fates) {
    it(what, () =>
      withLifecycle(
        async (bench) => {
          const { simulator, clock } = bench;
          seedRival(bench, { from: -900, ...rival });
          for (let n = 0; n < 12; n++) {
            simulator.seedTaskRun({ createdAtMs: startOf(bench) + n * MINUTE });
          }
          assert.equal(await rivalId(bench, -3000), undefined);
          await clock.advance(MINUTE);
          happens(bench);
          simulator.clearLog();
          assert.equal(await rivalId(bench, 3590), expected);
          const runs = bench.requests().filter((request) => request.includes("/task-runs"));
          assert.deepEqual(runs, ["GET /task-runs", ...asked]);
        },
        { switches: { pageSizeCap: 10, firstPageCap: 10, results: "none" } },
      ),
    );
  }
});

function deleteIt({ simulator }: LifecycleBench): void {
  simulator.deleteJob(RIVAL);
}

function failIt({ simulator }: LifecycleBench): void {
  simulator.failJob(RIVAL);
}
