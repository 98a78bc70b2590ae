import assert from "node:assert/strict";
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { families } from "../../provider/src/domain/families";
import type { Job } from "../../provider/src/domain/job";
import type { ResultObject } from "../../provider/src/domain/outputs";
import type { JobContext } from "../../provider/src/lifecycle/jobContext";
import {
  acceptResult,
  compareResult,
  type ResultSearch,
  searchResult,
} from "../../provider/src/lifecycle/resultSearch";
import type { ObjectStore } from "../../provider/src/storage/objectStore";
import { etagOf, type RealStore, realStore, storeAt } from "../support/realStore";
import { RecordingLog } from "../support/recordingLog";
import { jobOf } from "../support/sampleJobs";

// What the lifecycle makes of what a real S3 server holds. The server's clock is the true one, so a
// job here was created a minute ago and has just ended, unless a test says otherwise.

const { taskRun, customAttributes } = families;
const MINUTE = 60_000;
const nothing = { resultKey: null, resultUri: null, resultSize: null, resultEtag: null };

/** The key of what was found, or why none was. */
const keyOf = (search: ResultSearch) =>
  search.kind === "found" ? search.result.resultKey : search.kind;

describe("the result in a real store", () => {
  it("is none where there is none", async () => {
    const { find } = await bench();
    assert.deepEqual(await find("churn/"), {
      kind: "none",
      isProven: true,
      text: "no result object was found below its path",
    });
  });

  it("is not searched for where nothing says where it would be", async () => {
    const { find } = await bench();
    assert.deepEqual(await find(undefined), { kind: "not-sought" });
  });

  for (const [what, path, key] of [
    ["a folder", "churn/", "churn/nclue_ab12_2026110109.tsv"],
    ["the beginning of a name", "churn/scores", "churn/scores_ab12_2026110109.tsv"],
    ["a name that looks like a file's", "churn/a.tsv", "churn/a.tsv_ab12_2026110109.tsv"],
    ["other letters", "점수/한글 +%20='()!*~/", "점수/한글 +%20='()!*~/nclue_ab12_2026110109.tsv"],
    ["the final key", "churn/nclue_ab12_2026110109.tsv", "churn/nclue_ab12_2026110109.tsv"],
    ["one that the service tidies", "/churn//x/", "churn/x/nclue_ab12_2026110109.tsv"],
  ] as const) {
    it(`is the one object that fits a path that is ${what}`, async () => {
      const { find, put, bucket } = await bench();
      await put(key, "user-1\t0.5\n");
      assert.deepEqual(await find(path), {
        kind: "found",
        result: {
          resultKey: key,
          resultUri: `s3://${bucket}/${key}`,
          resultSize: 11,
          resultEtag: etagOf("user-1\t0.5\n"),
        },
      });
    });
  }

  it("is the one object that fits among many that do not", async () => {
    const { find, put } = await bench();
    for (const foreign of [
      "churn/notes.txt",
      "churn/nclue_ab12_2026110109.csv",
      "churn/nclue_2026110109.tsv",
      "churn/nclue_ab12_2026.tsv",
      "churn/nclue_sub/ab12_2026110109.tsv",
      "churn/nclue_of_another_2026110109.tsv",
      "churn/other_ab12_2026110109.tsv",
      "churn-2/nclue_ab12_2026110109.tsv",
      "archive/churn/nclue_ab12_2026110109.tsv",
    ]) {
      await put(foreign);
    }
    await put("churn/nclue_this_2026110109.tsv");
    assert.equal(keyOf(await find("churn/")), "churn/nclue_this_2026110109.tsv");
  });

  it("is not the object of a longer path", async () => {
    const { find, put } = await bench();
    await put("scores/churn_vip_ab12_2026112614.tsv");
    assert.equal(keyOf(await find("scores/churn")), "none");
    await put("scores/churn_cd34_2026112614.tsv");
    assert.equal(keyOf(await find("scores/churn")), "scores/churn_cd34_2026112614.tsv");
  });

  it("is found behind the first thousand keys", async () => {
    const { find, put } = await bench();
    const others = Array.from({ length: 1050 }, (_, i) => `churn/nclue_${1000 + i}.part`);
    for (let start = 0; start < others.length; start += 50) {
      await Promise.all(others.slice(start, start + 50).map((key) => put(key)));
    }
    await put("churn/nclue_zz99_2026110109.tsv");
    assert.equal(keyOf(await find("churn/")), "churn/nclue_zz99_2026110109.tsv");
  });

  for (const [count, shown] of [
    [2, "churn/nclue_0_2026110109.tsv, churn/nclue_1_2026110109.tsv"],
    [
      4,
      "churn/nclue_0_2026110109.tsv, churn/nclue_1_2026110109.tsv, churn/nclue_2_2026110109.tsv, …",
    ],
  ] as const) {
    it(`is not guessed among ${count}, and the text names them`, async () => {
      const { find, put } = await bench();
      for (let i = 0; i < count; i++) await put(`churn/nclue_${i}_2026110109.tsv`);
      assert.deepEqual(await find("churn/"), {
        kind: "none",
        isProven: false,
        text:
          `${count} objects below its path could be its result (${shown}), so none is taken. ` +
          "Give each run a path of its own",
      });
    });
  }

  it("is not named below a secret path", async () => {
    const { find, put } = await bench();
    for (const i of [0, 1]) await put(`churn/nclue_${i}_2026110109.tsv`);
    const search = await find("churn/", { isSecret: true });
    assert.doesNotMatch(JSON.stringify(search), /nclue_/);
  });

  it("is waited for a little where it becomes visible late", async () => {
    const { find, put, delays } = await bench({
      onSleep: async (count) => {
        if (count === 2) await put("churn/nclue_late_2026110109.tsv");
      },
    });
    assert.equal(
      keyOf(await find("churn/", { patience: "patiently" })),
      "churn/nclue_late_2026110109.tsv",
    );
    assert.deepEqual(delays, [1000, 2000]);
  });

  it("is searched for four times more, then none", async () => {
    const { find, delays } = await bench();
    assert.equal(keyOf(await find("churn/", { patience: "patiently" })), "none");
    assert.deepEqual(delays, [1000, 2000, 4000, 8000]);
  });

  it("is not an object from before the job, nor one from long after it", async () => {
    const { find, put } = await bench();
    await put("churn/nclue_ab12_2026110109.tsv");
    const now = Date.now();
    const before = { createdAt: now - 180 * MINUTE, completedAt: now - 120 * MINUTE };
    const after = { createdAt: now + 60 * MINUTE, completedAt: now + 120 * MINUTE };
    for (const times of [before, after]) {
      assert.equal(keyOf(await find("churn/", { times })), "none");
    }
    const inTime = { createdAt: now - 180 * MINUTE, completedAt: now - 50 * MINUTE };
    assert.equal(keyOf(await find("churn/", { times: inTime })), "churn/nclue_ab12_2026110109.tsv");
  });

  it("is none where nobody knows since when it may have been written", async () => {
    const { find, put } = await bench();
    await put("churn/nclue_ab12_2026110109.tsv");
    for (const [createdAt, said] of [
      [null, "no date"],
      ["26/04/01 (KST)", 'the date "26/04/01 (KST)"'],
    ] as const) {
      const search = await find("churn/", { job: { createdAt } });
      assert.deepEqual(search, {
        kind: "none",
        isProven: false,
        text:
          `the service gives ${said} for its creation, so which object it wrote is not clear, and ` +
          "none is taken",
      });
    }
  });

  it("is found by a creation date in any spelling", async () => {
    const { find, put } = await bench();
    await put("churn/nclue_ab12_2026110109.tsv");
    const ago = Date.now() - MINUTE;
    const korean = new Date(ago + 9 * 60 * MINUTE).toISOString().slice(0, 19);
    for (const createdAt of [
      String(ago),
      String(Math.floor(ago / 1000)),
      `${korean}+09`,
      `${korean}+09:00[Asia/Seoul]`,
      korean,
    ]) {
      const search = await find("churn/", { job: { createdAt } });
      assert.equal(keyOf(search), "churn/nclue_ab12_2026110109.tsv", createdAt);
    }
  });

  describe("beside other jobs of the account", () => {
    const key = "a/nclue_ab12_2026110109.tsv";
    const rivalOf = (bucket: string, path: string, changes: Partial<Job> = {}) =>
      jobOf(taskRun, {
        id: "rival",
        status: "in_progress",
        createdAt: new Date(Date.now() - 5 * MINUTE).toISOString(),
        ...changes,
        fields: { resultBucket: bucket, resultFilePath: path },
      });

    it("is none where another job could have written the same object at that time", async () => {
      for (const path of ["a/nclue", "a/", "/a/"]) {
        const world = await bench();
        await world.put(key);
        world.others.push(rivalOf(world.bucket, path));
        assert.deepEqual(await world.find("a/"), {
          kind: "none",
          isProven: false,
          text:
            "task run rival could have written the object below its path too, so it is not taken. " +
            "Give each run a path of its own",
        });
      }
    });

    it("is none beside custom attributes with such a path", async () => {
      const { find, put, bucket, profiles } = await bench();
      await put(key);
      const fields = { resultBucket: bucket, resultFilePath: "a/" };
      profiles.push(jobOf(customAttributes, { id: "rival", fields }));
      assert.match(JSON.stringify(await find("a/")), /custom attributes rival could have written/);
    });

    it("is found beside jobs that cannot have written it", async () => {
      const { find, put, bucket, others } = await bench();
      await put(key);
      const [hour, minute] = [60, 1].map((n) => new Date(Date.now() - n * MINUTE).toISOString());
      others.push(
        rivalOf(bucket, "a/other"),
        rivalOf("other-bucket", "a/nclue"),
        rivalOf(bucket, "a/nclue", { createdAt: hour ?? null, completedAt: hour ?? null }),
        rivalOf(bucket, "a/nclue", { status: "failed", createdAt: hour ?? null }),
        rivalOf(bucket, "a/", { id: JOB_ID.toUpperCase(), createdAt: minute ?? null }),
      );
      assert.equal(keyOf(await find("a/")), key);
    });
  });

  it("of a store that cannot be asked is left open, of one that says no it is none", async () => {
    const down = await bench({ environment: { NCLOUD_OBS_ENDPOINT: "http://127.0.0.1:1" } });
    const open = await down.find("churn/");
    assert.equal(open.kind, "open");
    assert.match(JSON.stringify(open), /the result bucket cannot be searched \(.*ECONNREFUSED/);
    const locked = await bench({ environment: { NCLOUD_SECRET_KEY: "wrong" } });
    const none = await locked.find("churn/");
    assert.equal(none.kind, "none");
    assert.match(JSON.stringify(none), /the result bucket cannot be searched \(HTTP 403, /);
  });

  it("is left open where the engine asks to stop", async () => {
    const { find, cancel } = await bench({ onSleep: async () => cancel() });
    assert.deepEqual(await find("churn/", { patience: "patiently" }), {
      kind: "open",
      text: "the search for its result was stopped",
    });
  });
});

describe("the drift of a result in a real store", () => {
  it("is none, missing, replaced, and none again once the same object is back", async () => {
    const { found, put, remove, compare, accept, warnings } = await bench();
    const key = "churn/nclue_ab12_2026110109.tsv";
    await put(key, "first");
    const remembered = await found("churn/");
    assert.equal(await compare(remembered), null);

    await remove(key);
    assert.equal(await compare(remembered), "result-missing");
    assert.deepEqual(await accept(remembered), nothing);

    await put(key, "first");
    assert.equal(await compare(remembered), null);

    await put(key, "other");
    assert.equal(await compare(remembered), "result-replaced");
    const accepted = await accept(remembered);
    assert.deepEqual([accepted.resultKey, accepted.resultSize], [key, 5]);
    assert.notEqual(accepted.resultEtag, remembered.resultEtag);
    assert.equal(await compare(accepted), null);
    assert.deepEqual(warnings(), []);
  });

  it("is not seen in objects whose keys only begin like the result's", async () => {
    const { found, put, remove, compare } = await bench();
    const key = "churn/nclue_ab12_2026110109.tsv";
    await put(key);
    const remembered = await found("churn/");
    await put(`${key}.bak`);
    assert.equal(await compare(remembered), null);
    await remove(key);
    assert.equal(await compare(remembered), "result-missing");
  });

  it("is not proven by a store that cannot be asked: a warning, and no drift", async () => {
    const { bucket, found, put } = await bench();
    await put("churn/nclue_ab12_2026110109.tsv");
    const remembered = await found("churn/");
    for (const environment of [
      { NCLOUD_OBS_ENDPOINT: "http://127.0.0.1:1" },
      { NCLOUD_SECRET_KEY: "wrong" },
    ]) {
      const other = await bench({ environment, bucket });
      assert.equal(await other.compare(remembered), null);
      assert.match(other.warnings()[0] ?? "", /^the result object cannot be compared with the st/);
      await assert.rejects(
        other.accept(remembered),
        /^NclueError: reading the result object again: .*\ncheck the bucket and its rights, then/,
      );
    }
  });
});

const JOB_ID = "7a1d9e40-11aa-4d52-8f0e-5c9b7e330010";

interface BenchOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly bucket?: string;
  /** Called instead of waiting, with the number of the wait. */
  readonly onSleep?: (count: number) => Promise<void>;
}

interface FindOptions {
  readonly patience?: "once" | "patiently";
  readonly times?: { readonly createdAt: number; readonly completedAt: number };
  readonly job?: Partial<Job>;
  readonly isSecret?: boolean;
}

async function bench(options: BenchOptions = {}) {
  const real: RealStore = await realStore();
  const bucket = options.bucket ?? real.bucket;
  const log = new RecordingLog();
  const delays: number[] = [];
  const stop = new AbortController();
  const sleep = async (ms: number) => {
    delays.push(ms);
    await options.onSleep?.(delays.length);
    stop.signal.throwIfAborted();
  };
  const [others, profiles]: [Job[], Job[]] = [[], []];
  const store = options.environment ? storeAt(real.server, options.environment) : real.store;
  const ctx = contextOf(store, log, sleep, stop.signal, others, profiles);
  const find = (path: string | undefined, { patience = "once", ...wanted }: FindOptions = {}) => {
    const { createdAt, completedAt } = wanted.times ?? {
      createdAt: Date.now() - MINUTE,
      completedAt: Date.now(),
    };
    const job = jobOf(taskRun, {
      id: JOB_ID,
      status: "completed",
      createdAt: new Date(createdAt).toISOString(),
      completedAt: new Date(completedAt).toISOString(),
      ...wanted.job,
    });
    const { isSecret = false } = wanted;
    return searchResult(ctx, { family: taskRun, job, bucket, path, isSecret }, patience);
  };
  return {
    bucket,
    delays,
    /** The account's other runs, and its custom attributes. */
    others,
    profiles,
    find,
    cancel: () => stop.abort(new Error("stop")),
    warnings: () => log.texts("warn"),
    put: (key: string, body = "x") => real.server.putObject(bucket, key, body),
    async remove(key: string) {
      await real.server.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
    async found(path: string): Promise<ResultObject> {
      const search = await find(path);
      assert.ok(search.kind === "found", JSON.stringify(search));
      return search.result;
    },
    compare: (remembered: ResultObject) =>
      compareResult(ctx, { bucket, job: jobOf(taskRun, { id: JOB_ID }) }, remembered),
    accept: (remembered: ResultObject) => acceptResult(ctx, { bucket }, remembered),
  };
}

/** The few parts of a context that a search for a result needs. */
function contextOf(
  store: ObjectStore,
  log: RecordingLog,
  sleep: (ms: number) => Promise<void>,
  cancelled: AbortSignal,
  runs: readonly Job[],
  profiles: readonly Job[],
): JobContext {
  const knowing = (jobs: readonly Job[]) => ({
    livingSince: async () => jobs,
    observe: async (id: string) => ({ kind: "seen", job: jobs.find((job) => job.id === id) }),
  });
  const jobs = { taskRun: knowing(runs), customAttributes: knowing(profiles) };
  const parts = {
    log,
    clock: { nowMs: () => Date.now(), monotonicMs: () => performance.now(), sleep },
    cancelled,
    urnOf: () => undefined,
    clients: () => ({ store, jobs, transport: { serviceNowMs: () => Date.now() } }),
  };
  return parts as unknown as JobContext;
}
