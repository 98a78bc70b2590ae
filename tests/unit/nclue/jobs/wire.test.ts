import assert from "node:assert/strict";
import fc from "fast-check";
import { families } from "../../../../provider/src/domain/families";
import type { FamilyName } from "../../../../provider/src/domain/family";
import type { FieldValue } from "../../../../provider/src/domain/field";
import { decodeJob, decodePage, encodeRequest } from "../../../../provider/src/nclue/jobs/wire";
import { seeded } from "../../../support/seeds";

type Json = Readonly<Record<string, unknown>>;

const { taskRun, feature } = families;

const wire = {
  run_id: "0b6c1a52",
  run_name: "spring-offer-2026w14",
  task_id: "7a1d9e40",
  task_name: "spring-offer",
  feature_id: "c2f0b9d8",
  feature_name: "members-2026-03",
  created_at: "2026-04-01T09:00:00",
  result_bucket: "acme-nclue",
  result_file_path: "runs/w14/",
};
const decoded = {
  id: "0b6c1a52",
  name: "spring-offer-2026w14",
  status: null,
  createdAt: "2026-04-01T09:00:00",
  completedAt: null,
  failMessage: null,
  fields: {
    taskId: "7a1d9e40",
    featureId: "c2f0b9d8",
    resultBucket: "acme-nclue",
    resultFilePath: "runs/w14/",
  },
  measures: { taskName: "spring-offer", featureName: "members-2026-03", lineCount: null },
};

describe("decodeJob", () => {
  it("reads the answer to POST, which has no status", () =>
    assert.deepEqual(decodeJob(taskRun, wire), decoded));

  it("reads a completed job, and takes complete for completed", () => {
    for (const status of ["completed", "complete"]) {
      const end = { status, completed_at: "2026-04-01T09:41:27", line_count: 120_345 };
      assert.deepEqual(decodeJob(taskRun, { ...wire, ...end }), {
        ...decoded,
        status: "completed",
        completedAt: "2026-04-01T09:41:27",
        measures: { ...decoded.measures, lineCount: 120_345 },
      });
    }
  });

  it("passes on a status that it does not know", () =>
    assert.equal(decodeJob(taskRun, { ...wire, status: "paused" })?.status, "paused"));

  for (const nothing of [null, undefined, ""]) {
    it(`takes ${JSON.stringify(nothing)} for nothing yet`, () =>
      assert.deepEqual(
        decodeJob(taskRun, {
          ...wire,
          completed_at: nothing,
          fail_message: nothing,
          line_count: nothing,
          status: nothing,
        }),
        decoded,
      ));
  }

  const samples: readonly (readonly [FamilyName, Json, Json, Json])[] = [
    [
      "feature",
      {
        feature_id: "1",
        feature_name: "members",
        source_bucket: "acme",
        source_file_path: "seq/",
        user_count: 120_345,
        token_count: 9_876_543,
        disk_usage: 734_003_200,
      },
      { sourceBucket: "acme", sourceFilePath: "seq/" },
      { userCount: 120_345, tokenCount: 9_876_543, diskUsage: 734_003_200 },
    ],
    [
      "task",
      {
        task_id: "1",
        task_name: "offer",
        train_feature_id: "f",
        train_feature_name: "members",
        train_bucket: "acme",
        train_file_path: "labels/train.tsv",
        test_feature_id: null,
        test_feature_name: null,
        test_bucket: null,
        test_file_path: null,
        AUROC: "0.8412",
        line_count: 120_345,
        disk_usage: 5_242_880,
      },
      {
        trainFeatureId: "f",
        trainBucket: "acme",
        trainFilePath: "labels/train.tsv",
        testFeatureId: null,
        testBucket: null,
        testFilePath: null,
      },
      {
        trainFeatureName: "members",
        testFeatureName: null,
        auroc: 0.8412,
        lineCount: 120_345,
        diskUsage: 5_242_880,
      },
    ],
    [
      "customAttributes",
      {
        profile_id: "1",
        profile_name: "runners",
        feature_id: "f",
        feature_name: "members",
        keyword_set: "running,jogging, marathon",
        result_bucket: "acme",
        result_file_path: "attr/runners",
        line_count: null,
      },
      {
        featureId: "f",
        keywords: ["running", "jogging", "marathon"],
        resultBucket: "acme",
        resultFilePath: "attr/runners",
      },
      { featureName: "members", lineCount: null },
    ],
    [
      "shoppingIntent",
      {
        profile_id: "1",
        profile_name: "intents",
        task_id: "t",
        task_name: "offer",
        line_count: 7,
        disk_usage: 9,
      },
      { taskId: "t" },
      { taskName: "offer", lineCount: 7, diskUsage: 9 },
    ],
  ];
  for (const [name, json, fields, measures] of samples) {
    it(`reads a documented ${families[name].noun}`, () => {
      const job = decodeJob(families[name], json);
      assert.equal(job?.id, "1");
      assert.ok(job?.name);
      assert.deepEqual([job?.fields, job?.measures], [fields, measures]);
    });
  }

  it("reads an id and dates that are numbers", () => {
    const job = decodeJob(taskRun, { ...wire, run_id: 42, created_at: 1_775_001_600 });
    assert.deepEqual([job?.id, job?.createdAt], ["42", "1775001600"]);
  });

  for (const json of [
    null,
    [],
    "run",
    7,
    {},
    { run_id: "" },
    { run_id: {} },
    { feature_id: "1" },
  ]) {
    it(`finds no run in ${JSON.stringify(json)}`, () =>
      assert.equal(decodeJob(taskRun, json), undefined));
  }

  for (const family of Object.values(families)) {
    const keys = [
      ...Object.values(family.fields).map((field) => field.wire),
      ...Object.values(family.measures).map((measure) => measure.wire),
      ...["id", "name"].map((end) => `${family.stem}_${end}`),
      ...["status", "created_at", "completed_at", "fail_message", "total", family.list],
    ];
    it(`gives texts, numbers, lists of texts or null for any JSON, and never throws: ${family.noun}`, () =>
      fc.assert(
        fc.property(
          fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom(...keys), fc.jsonValue())),
          (json) => {
            const { fields = {}, measures = {}, ...rest } = decodeJob(family, json) ?? {};
            for (const value of Object.values({ ...fields, ...measures, ...rest })) {
              const isTexts =
                Array.isArray(value) && value.every((text) => typeof text === "string");
              assert.ok(value === null || isTexts || ["string", "number"].includes(typeof value));
            }
            const page = decodePage(family, json);
            assert.ok(page === undefined || page.jobs.length <= page.length);
          },
        ),
        seeded(),
      ));
  }
});

describe("decodePage", () => {
  it("reads the jobs, counts the entries, and skips what is no job", () => {
    const page = decodePage(taskRun, { index: 0, limit: 100, total: "7", runs: [wire, null, {}] });
    assert.deepEqual(page, { jobs: [decoded], length: 3, total: 7 });
  });

  it("reads a page that says no total", () =>
    assert.deepEqual(decodePage(taskRun, { runs: [wire] }), {
      jobs: [decoded],
      length: 1,
      total: null,
    }));

  for (const json of [
    { runs: null, total: 0 },
    { total: 0 },
    { index: 0, limit: 100, total: "0" },
    { runs: [], total: 0 },
  ]) {
    it(`reads ${JSON.stringify(json)} as an empty list`, () =>
      assert.deepEqual(decodePage(taskRun, json), { jobs: [], length: 0, total: 0 }));
  }

  for (const json of [
    {},
    { runs: null },
    { runs: null, total: 3 },
    { total: 3 },
    { runs: {}, total: 0 },
    { runs: "", total: 0 },
    { features: [] },
    [],
    null,
  ]) {
    it(`finds no page in ${JSON.stringify(json)}`, () =>
      assert.equal(decodePage(taskRun, json), undefined));
  }

  for (const json of [
    { index: 0, limit: 100, runs: null },
    { index: 0, limit: 100 },
    { limit: "100", total: null },
  ]) {
    it(`reads ${JSON.stringify(json)} as an empty list whose total is left out`, () =>
      assert.deepEqual(decodePage(taskRun, json), { jobs: [], length: 0, total: null }));
  }

  for (const json of [
    { index: 0, limit: 100, total: 3 },
    { index: 0, limit: 100, total: "many" },
    { index: 0, limit: 100, runs: {} },
  ]) {
    it(`finds no first page in ${JSON.stringify(json)}`, () =>
      assert.equal(decodePage(taskRun, json), undefined));
  }

  for (const json of [
    { index: 2, limit: 100, total: 150 },
    { runs: null, total: 150 },
    { runs: null, index: 2 },
    { limit: 100 },
  ]) {
    it(`reads ${JSON.stringify(json)} as an empty page after the first`, () =>
      assert.equal(decodePage(taskRun, json, 2)?.length, 0));
  }

  for (const json of [{}, { runs: null }, { runs: {}, index: 2 }, { index: "x" }, null]) {
    it(`finds no page after the first in ${JSON.stringify(json)}`, () =>
      assert.equal(decodePage(taskRun, json, 2), undefined));
  }

  it("reads each family's own list", () => {
    for (const family of Object.values(families)) {
      assert.equal(decodePage(family, { [family.list]: [], total: 0 })?.length, 0);
    }
  });
});

describe("encodeRequest", () => {
  const samples: readonly (readonly [FamilyName, Readonly<Record<string, FieldValue>>, Json])[] = [
    ["taskRun", { taskId: "t", featureId: "f" }, { task_id: "t", feature_id: "f" }],
    [
      "taskRun",
      { taskId: "t", featureId: "f", resultBucket: "b", resultFilePath: "/p//" },
      { task_id: "t", feature_id: "f", result_bucket: "b", result_file_path: "/p//" },
    ],
    [
      "feature",
      { sourceBucket: "b", sourceFilePath: "seq/" },
      { source_bucket: "b", source_file_path: "seq/" },
    ],
    [
      "task",
      { trainFeatureId: "f", trainBucket: "b", trainFilePath: "p", testFeatureId: "g" },
      { train_feature_id: "f", train_bucket: "b", train_file_path: "p", test_feature_id: "g" },
    ],
    [
      "customAttributes",
      { featureId: "f", keywords: ["b", "a"], resultBucket: "b", resultFilePath: "p/" },
      { feature_id: "f", keyword_set: "b\na", result_bucket: "b", result_file_path: "p/" },
    ],
    ["shoppingIntent", { taskId: "t" }, { task_id: "t" }],
  ];
  for (const [name, fields, expected] of samples) {
    it(`sends what is given of a ${families[name].noun}, and no more: ${Object.keys(fields)}`, () =>
      assert.deepEqual(encodeRequest(families[name], "n", fields), { name: "n", ...expected }));
  }

  it("sends nothing that is no field", () =>
    assert.deepEqual(encodeRequest(feature, "n", { taskId: "t" }), { name: "n" }));
});
