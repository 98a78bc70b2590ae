import assert from "node:assert/strict";
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import type { ResultObject } from "../../provider/src/domain/outputs";
import {
  acceptResult,
  compareResult,
  lookForResult,
} from "../../provider/src/lifecycle/lookForResult";
import type { RunContext } from "../../provider/src/lifecycle/runContext";
import type { ObjectStore } from "../../provider/src/storage/objectStore";
import { etagOf, type RealStore, realStore, storeAt } from "../support/realStore";
import { RecordingLog } from "../support/recordingLog";

// What the lifecycle makes of what a real S3 server holds. The server's clock is the true one, so a
// run here was made a minute ago and has just ended, unless a test says otherwise.

const MINUTE = 60_000;
const nothing = { resultKey: null, resultUri: null, resultSize: null, resultEtag: null };

describe("the result in a real store", () => {
  it("is none where there is none, with the way to look again", async () => {
    const { find, warnings } = await bench();
    assert.deepEqual(await find("churn/"), { ...nothing, drift: null });
    assert.deepEqual(warnings(), [
      `task run ${runId} is completed, but no result object was found below its path. ` +
        'The next "pulumi refresh" looks again',
    ]);
  });

  for (const [what, path, key] of [
    ["a folder", "churn/", "churn/nclue_ab12_2026110109.tsv"],
    ["the beginning of a name", "churn/scores", "churn/scores_ab12_2026110109.tsv"],
    ["a name that looks like a file's", "churn/a.tsv", "churn/a.tsv_ab12_2026110109.tsv"],
    ["other letters", "점수/한글 +%20='()!*~/", "점수/한글 +%20='()!*~/nclue_ab12_2026110109.tsv"],
    ["the final key", "churn/nclue_ab12_2026110109.tsv", "churn/nclue_ab12_2026110109.tsv"],
  ] as const) {
    it(`is the one object that fits a path that is ${what}`, async () => {
      const { find, put, bucket, warnings } = await bench();
      await put(key, "user-1\t0.5\n");
      assert.deepEqual(await find(path), {
        resultKey: key,
        resultUri: `s3://${bucket}/${key}`,
        resultSize: 11,
        resultEtag: etagOf("user-1\t0.5\n"),
        drift: null,
      });
      assert.deepEqual(warnings(), []);
    });
  }

  it("is the one object that fits among many that do not", async () => {
    const { find, put, warnings } = await bench();
    for (const foreign of [
      "churn/notes.txt",
      "churn/nclue_ab12_2026110109.csv",
      "churn/nclue_2026110109.tsv",
      "churn/nclue_ab12_2026.tsv",
      "churn/nclue_sub/ab12_2026110109.tsv",
      "churn/other_ab12_2026110109.tsv",
      "churn-2/nclue_ab12_2026110109.tsv",
      "archive/churn/nclue_ab12_2026110109.tsv",
    ]) {
      await put(foreign);
    }
    await put("churn/nclue_this_2026110109.tsv");
    assert.equal((await find("churn/")).resultKey, "churn/nclue_this_2026110109.tsv");
    assert.deepEqual(warnings(), []);
  });

  it("is found behind the first thousand keys", async () => {
    const { find, put } = await bench();
    const others = Array.from({ length: 1050 }, (_, i) => `churn/nclue_${1000 + i}.part`);
    for (let start = 0; start < others.length; start += 50) {
      await Promise.all(others.slice(start, start + 50).map((key) => put(key)));
    }
    await put("churn/nclue_zz99_2026110109.tsv");
    assert.equal((await find("churn/")).resultKey, "churn/nclue_zz99_2026110109.tsv");
  });

  for (const [count, shown] of [
    [2, "churn/nclue_0_2026110109.tsv, churn/nclue_1_2026110109.tsv"],
    [
      4,
      "churn/nclue_0_2026110109.tsv, churn/nclue_1_2026110109.tsv, churn/nclue_2_2026110109.tsv, …",
    ],
  ] as const) {
    it(`is not guessed among ${count}, and the warning names them`, async () => {
      const { find, put, warnings } = await bench();
      for (let i = 0; i < count; i++) await put(`churn/nclue_${i}_2026110109.tsv`);
      assert.deepEqual(await find("churn/"), { ...nothing, drift: null });
      assert.deepEqual(warnings(), [
        `task run ${runId} is completed, but ${count} objects below its path could be its result ` +
          `(${shown}), so none is taken. Give each run a path of its own. ` +
          'The next "pulumi refresh" looks again',
      ]);
    });
  }

  it("is waited for a little where it becomes visible late", async () => {
    const { find, put, warnings, delays } = await bench({
      onSleep: async (count) => {
        if (count === 2) await put("churn/nclue_late_2026110109.tsv");
      },
    });
    assert.equal(
      (await find("churn/", { patience: "look-again" })).resultKey,
      "churn/nclue_late_2026110109.tsv",
    );
    assert.deepEqual(delays, [1000, 2000]);
    assert.deepEqual(warnings(), []);
  });

  it("is not an object from before the run, nor one from long after it", async () => {
    const { find, put } = await bench();
    await put("churn/nclue_ab12_2026110109.tsv");
    const now = Date.now();
    const before = { createdAt: now - 180 * MINUTE, completedAt: now - 120 * MINUTE };
    const after = { createdAt: now + 60 * MINUTE, completedAt: now + 120 * MINUTE };
    for (const run of [before, after]) {
      assert.equal((await find("churn/", { run })).resultKey, null);
    }
    const inTime = { createdAt: now - 180 * MINUTE, completedAt: now - 50 * MINUTE };
    assert.equal((await find("churn/", { run: inTime })).resultSize, 1);
  });

  it("of a store that cannot be asked is left open, with the reason", async () => {
    const down = await bench({ environment: { NCLOUD_OBS_ENDPOINT: "http://127.0.0.1:1" } });
    assert.deepEqual(await down.find("churn/"), { ...nothing, drift: null });
    assert.match(
      down.warnings()[0] ?? "",
      /bucket cannot be searched \(.*ECONNREFUSED.*\)\. The n/,
    );
    const locked = await bench({ environment: { NCLOUD_SECRET_KEY: "wrong" } });
    assert.deepEqual(await locked.find("churn/"), { ...nothing, drift: null });
    assert.match(locked.warnings()[0] ?? "", /cannot be searched \(HTTP 403, .+\)\. The next/);
  });
});

describe("the drift of a result in a real store", () => {
  it("is none, missing, replaced, and none again once the same object is back", async () => {
    const { find, put, remove, compare, accept, warnings } = await bench();
    const key = "churn/nclue_ab12_2026110109.tsv";
    await put(key, "first");
    const remembered = await find("churn/");
    assert.deepEqual(await compare(remembered), remembered);

    await remove(key);
    const missing = await compare(remembered);
    assert.deepEqual(missing, { ...remembered, drift: "result-missing" });
    assert.deepEqual(await accept(missing), { ...nothing, drift: null });

    await put(key, "first");
    assert.deepEqual(await compare(missing), remembered);

    await put(key, "other");
    const replaced = await compare(remembered);
    assert.deepEqual(replaced, { ...remembered, drift: "result-replaced" });
    const accepted = await accept(replaced);
    assert.deepEqual([accepted.resultKey, accepted.resultSize, accepted.drift], [key, 5, null]);
    assert.notEqual(accepted.resultEtag, remembered.resultEtag);
    assert.deepEqual(await compare(accepted), accepted);
    assert.deepEqual(warnings(), []);
  });

  it("is not seen in objects whose keys only begin like the result's", async () => {
    const { find, put, remove, compare } = await bench();
    const key = "churn/nclue_ab12_2026110109.tsv";
    await put(key);
    const remembered = await find("churn/");
    await put(`${key}.bak`);
    assert.equal((await compare(remembered)).drift, null);
    await remove(key);
    assert.equal((await compare(remembered)).drift, "result-missing");
  });

  it("is not proven by a store that cannot be asked: a warning, and all stays as it was", async () => {
    const { bucket, find, put } = await bench();
    await put("churn/nclue_ab12_2026110109.tsv");
    const remembered = await find("churn/");
    for (const environment of [
      { NCLOUD_OBS_ENDPOINT: "http://127.0.0.1:1" },
      { NCLOUD_SECRET_KEY: "wrong" },
    ]) {
      const other = await bench({ environment, bucket });
      assert.deepEqual(await other.compare(remembered), remembered);
      assert.match(other.warnings()[0] ?? "", /^the result object cannot be compared with the st/);
      await assert.rejects(
        other.accept({ ...remembered, drift: "result-replaced" }),
        /^NclueError: looking at the result object anew: .*\ncheck the bucket and its rights, then/,
      );
    }
  });
});

const runId = "7a1d9e40-11aa-4d52-8f0e-5c9b7e330010";

interface BenchOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly bucket?: string;
  /** Called instead of waiting, with the number of the wait. */
  readonly onSleep?: (count: number) => Promise<void>;
}

interface FindOptions {
  readonly patience?: "look-once" | "look-again";
  readonly run?: { readonly createdAt: number; readonly completedAt: number };
}

async function bench(options: BenchOptions = {}) {
  const real: RealStore = await realStore();
  const bucket = options.bucket ?? real.bucket;
  const log = new RecordingLog();
  const delays: number[] = [];
  const sleep = async (ms: number) => {
    delays.push(ms);
    await options.onSleep?.(delays.length);
  };
  const store = options.environment ? storeAt(real.server, options.environment) : real.store;
  const ctx = contextOf(store, log, sleep);
  const stored = (path?: string) => ({ resultBucket: bucket, resultFilePath: path });
  return {
    bucket,
    delays,
    warnings: () => log.texts("warn"),
    put: (key: string, body = "x") => real.server.putObject(bucket, key, body),
    async remove(key: string) {
      await real.server.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
    find(path: string, { patience = "look-once", run }: FindOptions = {}) {
      const { createdAt, completedAt } = run ?? {
        createdAt: Date.now() - MINUTE,
        completedAt: Date.now(),
      };
      const finished = {
        runId,
        createdAt: new Date(createdAt).toISOString(),
        completedAt: new Date(completedAt).toISOString(),
      };
      return lookForResult(ctx, stored(path), finished, patience, "urn:a");
    },
    compare: (remembered: ResultObject) => compareResult(ctx, stored(), remembered, "urn:a"),
    accept: (remembered: ResultObject) => acceptResult(ctx, stored(), remembered),
  };
}

/** The few parts of a context that a look at a result needs. */
function contextOf(
  store: ObjectStore,
  log: RecordingLog,
  sleep: (ms: number) => Promise<void>,
): RunContext {
  const parts = {
    log,
    clock: { nowMs: () => Date.now(), monotonicMs: () => performance.now(), sleep },
    cancelled: new AbortController().signal,
    account: () => ({ store }),
  };
  return parts as unknown as RunContext;
}
