import assert from "node:assert/strict";
import type { SimulatorOptions } from "../../simulator/src";
import { holdsPersonalData } from "../../simulator/src/sources/personalData";
import { createRecordingStore } from "./support/recordingStore";
import { postJob, requestOf } from "./support/requests";
import { type Bench, withSimulator } from "./support/withSimulator";

/** Runs a test with these objects in the bucket `acme-nclue`. */
function withObjects(
  objects: Readonly<Record<string, string>>,
  test: (bench: Bench) => Promise<void>,
  switches: SimulatorOptions["switches"] = {},
): Promise<void> {
  const resultStore = createRecordingStore();
  for (const [key, body] of Object.entries(objects)) {
    resultStore.objects.set(`acme-nclue/${key}`, body);
  }
  return withSimulator(test, { resultStore, switches });
}

/** Posts a feature or task, lets it end and shows it. */
async function ended(
  bench: Bench,
  family: "features" | "tasks",
  changes: Readonly<Record<string, unknown>> = {},
) {
  const id = await postJob(bench, family, changes);
  await bench.simulator.advance(9_000);
  return (await bench.client.get(`/${family}/${id}`)).json;
}

const users = (count: number) =>
  Array.from({ length: count }, (_, n) => `u${n}\tvisit->buy\n`).join("");
const labels = (zeros: number, ones: number) =>
  Array.from({ length: zeros + ones }, (_, n) => `u${n}\t${n < zeros ? 0 : 1}\n`).join("");

describe("The source of a feature at the simulator", () => {
  it("gives the feature its measures: lines, behaviours and bytes", () =>
    withObjects({ "seq/one.tsv": users(7) }, async (bench) => {
      const feature = await ended(bench, "features", { source_file_path: "seq/one.tsv" });
      assert.deepEqual(
        [feature.user_count, feature.token_count, feature.disk_usage],
        [7, 14, Buffer.byteLength(users(7))],
      );
    }));

  it("may be a directory with or without its slash, whose marker and hidden files do not count", () =>
    withObjects(
      {
        "seq/part-0": "u0\ta->b\nu1\ta",
        "seq/deep/part-1": "u2\tc\n",
        "seq/": "",
        "seq/_SUCCESS": "u3\ta\n",
        "seq/.part-0.crc": "u4\ta\n",
        "seq2/part-0": "u5\ta\n",
      },
      async (bench) => {
        for (const source_file_path of ["seq/", "seq", "/seq/"]) {
          const changes = { name: source_file_path, source_file_path };
          const feature = await ended(bench, "features", changes);
          assert.deepEqual([feature.user_count, feature.token_count], [3, 4], source_file_path);
        }
      },
    ));

  it("gives its lines to the tasks, results and downloads that follow", () =>
    withObjects({ "seq/one.tsv": users(7), "labels/train.tsv": labels(3, 4) }, async (bench) => {
      const { simulator, client } = bench;
      const { feature_id } = await ended(bench, "features", { source_file_path: "seq/one.tsv" });
      const task = await ended(bench, "tasks", { train_feature_id: feature_id });
      assert.equal(task.line_count, 7);
      const run = await postJob(bench, "task-runs", { task_id: task.task_id, feature_id });
      await simulator.advance(9_000);
      assert.equal((await client.get(`/task-runs/${run}`)).json.line_count, 7);
    }));

  for (const [what, objects, changes] of [
    ["missing", {}, {}],
    ["empty", { "seq/2026-04/part-0": "" }, {}],
    ["only a marker", { "seq/2026-04/": "" }, {}],
    ["only a hidden file", { "seq/2026-04/_SUCCESS": "u\ta\n" }, {}],
  ] as const) {
    it(`that is ${what} lets the feature fail at its end, or is refused when the switch says so`, () =>
      withObjects(objects, async (bench) => {
        const feature = await ended(bench, "features", changes);
        assert.deepEqual([feature.status, feature.fail_message], ["failed", "NOT_EXIST_FILE"]);
        bench.simulator.setSwitches({ checkSourceAtPost: true });
        const request = { ...requestOf("features", bench), name: "next" };
        const reply = await bench.client.post("/features", request);
        assert.deepEqual([reply.status, /10106/.test(reply.text)], [404, true]);
      }));
  }

  it("in a bucket that is not there is an access error", () =>
    withObjects({}, async (bench) => {
      const feature = await ended(bench, "features", { source_bucket: "nowhere" });
      assert.equal(feature.fail_message, "OBS_USER_FILE_ACCESS_ERROR");
    }));

  it("in a storage that cannot be read lets the feature fail, never the POST", () => {
    const resultStore = createRecordingStore();
    const getObject = () => Promise.reject(new Error("connection refused"));
    resultStore.objects.set("acme-nclue/seq/2026-04/part-0", "u\ta\n");
    return withSimulator(
      async (bench) => {
        const feature = await ended(bench, "features");
        assert.equal(feature.fail_message, "OBS_DOWNLOAD_FAILED");
      },
      { resultStore: { ...resultStore, getObject }, switches: { checkSourceAtPost: true } },
    );
  });

  for (const [what, text] of [
    ["an e-mail address", "kim@example.com\ta\n"],
    ["a mobile number", "u1\tcall 010-1234-5678\n"],
    ["a mobile number without dashes", "01012345678\ta\n"],
    ["a resident number", "900101-1234567\ta\n"],
    ["a payment card", "1234-5678-9012-3456\ta\n"],
  ] as const) {
    it(`with ${what} is refused, lets the feature fail, or is not minded`, () =>
      withObjects({ "seq/2026-04/part-0": text }, async (bench) => {
        const reply = await bench.client.post("/features", requestOf("features", bench));
        assert.deepEqual([reply.status, /10109/.test(reply.text)], [422, true]);
        bench.simulator.setSwitches({ personalData: "failsJob" });
        const failed = await ended(bench, "features");
        assert.equal(failed.fail_message, "PERSONAL_DATA_NOT_ALLOWED");
        bench.simulator.setSwitches({ personalData: "ignored" });
        assert.equal((await ended(bench, "features", { name: "b" })).status, "completed");
      }));
  }

  it("takes ordinary ids and times for no personal data", () =>
    withObjects(
      { "seq/2026-04/part-0": "user-01\t1764136424000->20261126->a1b2c3d4->v1.2.3\n" },
      async (bench) => assert.equal((await ended(bench, "features")).status, "completed"),
    ));

  for (const [message, text] of [
    ["DUPLICATE_USERID", "u1\ta\nu1\tb\n"],
    ["LIMIT_ERROR_MID_LENGTH", `${"u".repeat(101)}\ta\n`],
    ["UNEXPECTED_TXT_FORMAT", "u1,a\n"],
  ] as const) {
    it(`lets the feature fail with ${message} when the rules of files are applied`, () =>
      withObjects({ "seq/2026-04/part-0": text }, async (bench) => {
        assert.equal((await ended(bench, "features")).status, "completed");
        bench.simulator.setSwitches({ fileRules: "applied" });
        assert.equal((await ended(bench, "features", { name: "b" })).fail_message, message);
      }));
  }

  it("is not read without a storage, nor when the switch says so", async () => {
    await withSimulator(async (bench) => {
      assert.equal((await ended(bench, "features")).user_count, 120);
    });
    await withObjects(
      {},
      async (bench) => assert.equal((await ended(bench, "features")).user_count, 120),
      { sources: "ignored" },
    );
  });
});

describe("Personal data in a source", () => {
  for (const text of [
    "kim@example.com",
    "010-1234-5678",
    "010 1234 5678",
    "010.1234.5678",
    "01012345678",
    "011-234-5678",
    "+82 10-1234-5678",
    "+821012345678",
    "+82-010-1234-5678",
    "900101-1234567",
    "050606-3123456",
    "900101 1234568",
    "9001011234567",
    "9001015234561",
    "11-12-123456-78",
    "1234-5678-9012-3456",
    "1234 5678 9012 3456",
    "4111111111111111",
    "M12345678",
    "m12345678",
    "M123A4567",
    "m123a4567",
  ]) {
    it(`is ${text}`, () => {
      assert.equal(holdsPersonalData(`u1\ta->${text}->b\n`), true);
      assert.equal(holdsPersonalData(`${text}\ta->b\n`), true);
    });
  }

  for (const [what, text] of [
    ["a time in milliseconds", "1795680000000"],
    ["a time in milliseconds that begins like a date of birth", "1801011234567"],
    ["a time in microseconds", "1795680000000000"],
    ["a date of birth that no calendar has", "900230-1234567"],
    ["sixteen digits that are no card number", "4111111111111112"],
    ["a code with a date", "G20261101"],
    ["a longer code", "AM123456789"],
    ["a longer number", "0010993456789"],
    ["ten digits", "0101234567"],
    ["a fraction", "0.0101234567"],
    ["an id", "00000000-0000-4000-8000-000000000001"],
  ] as const) {
    it(`is not ${what}: ${text}`, () =>
      assert.equal(holdsPersonalData(`u1\ta->${text}->b\n`), false));
  }
});

describe("The labels of a task at the simulator", () => {
  it("that are missing let the task fail, or are refused with a code of their own", () =>
    withObjects({ "labels/train.tsv": labels(1, 1) }, async (bench) => {
      const { client, simulator, feature } = bench;
      const test = {
        test_feature_id: feature.id,
        test_bucket: "acme-nclue",
        test_file_path: "labels/none.tsv",
      };
      assert.equal((await ended(bench, "tasks", test)).fail_message, "NOT_EXIST_FILE");
      simulator.setSwitches({ checkSourceAtPost: true });
      const request = { ...requestOf("tasks", bench), name: "next" };
      assert.match((await client.post("/tasks", { ...request, ...test })).text, /10108/);
      const train = await client.post("/tasks", { ...request, train_file_path: "none" });
      assert.match(train.text, /10107/);
    }));

  for (const [message, text] of [
    ["NUM_OF_LABEL_INSUFFICIENT", labels(99, 100)],
    ["NUM_OF_LABEL_INSUFFICIENT", labels(100, 99)],
    ["UNEXPECTED_LABEL", `${labels(100, 100)}u\t2\n`],
    [null, labels(100, 100)],
  ] as const) {
    it(`end in ${message ?? "success"} when the rules of files are applied`, () =>
      withObjects(
        { "labels/train.tsv": text },
        async (bench) => assert.equal((await ended(bench, "tasks")).fail_message, message),
        { fileRules: "applied" },
      ));
  }
});
