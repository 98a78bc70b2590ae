import assert from "node:assert/strict";
import fc from "fast-check";
import {
  decodePart,
  decodeRun,
  decodeRunPage,
  encodeRunRequest,
} from "../../../provider/src/nclue/wire";
import { seeded } from "../../support/seeds";

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
  runId: "0b6c1a52",
  name: "spring-offer-2026w14",
  taskId: "7a1d9e40",
  taskName: "spring-offer",
  featureId: "c2f0b9d8",
  featureName: "members-2026-03",
  status: null,
  createdAt: "2026-04-01T09:00:00",
  completedAt: null,
  lineCount: null,
  failMessage: null,
  resultBucket: "acme-nclue",
  resultFilePath: "runs/w14/",
};

describe("decodeRun", () => {
  it("reads the answer to POST, which has no status", () =>
    assert.deepEqual(decodeRun(wire), decoded));

  it("reads a completed run, and takes complete for completed", () => {
    const end = { status: "completed", completedAt: "2026-04-01T09:41:27", lineCount: 120_345 };
    for (const status of ["completed", "complete"]) {
      const json = { ...wire, status, completed_at: end.completedAt, line_count: 120_345 };
      assert.deepEqual(decodeRun(json), { ...decoded, ...end });
    }
  });

  for (const nothing of [null, undefined, ""]) {
    it(`takes ${JSON.stringify(nothing)} for nothing yet`, () =>
      assert.deepEqual(
        decodeRun({ ...wire, completed_at: nothing, fail_message: nothing, line_count: nothing }),
        decoded,
      ));
  }

  const counts: readonly (readonly [unknown, number | null])[] = [
    ["120", 120],
    [0, 0],
    [-1, null],
    [1.5, null],
    [2 ** 60, null],
    ["many", null],
    [{}, null],
  ];
  for (const [value, count] of counts) {
    it(`reads ${JSON.stringify(value)} lines as ${count}`, () =>
      assert.equal(decodeRun({ ...wire, line_count: value })?.lineCount, count));
  }

  it("reads an id that is a number", () =>
    assert.equal(decodeRun({ ...wire, run_id: 42 })?.runId, "42"));

  for (const json of [null, [], "run", 7, {}, { run_id: "" }, { run_id: {} }]) {
    it(`finds no run in ${JSON.stringify(json)}`, () => assert.equal(decodeRun(json), undefined));
  }

  it("gives texts, counts or null for any JSON, and never throws", () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.jsonValue(),
          fc.dictionary(
            fc.constantFrom(...Object.keys(wire), "status", "line_count"),
            fc.jsonValue(),
          ),
        ),
        (json) => {
          for (const value of Object.values(decodeRun(json) ?? {})) {
            assert.ok(value === null || typeof value === "string" || typeof value === "number");
          }
          decodeRunPage(json);
          decodePart(json, "task");
        },
      ),
      seeded(),
    ));
});

describe("decodeRunPage", () => {
  it("reads the runs, counts the entries, and skips what is no run", () => {
    const page = decodeRunPage({ index: 0, limit: 100, total: "7", runs: [wire, null, {}] });
    assert.deepEqual(page, { runs: [decoded], length: 3, total: 7 });
  });

  for (const json of [{}, { runs: null }, { runs: {} }, [], null]) {
    it(`finds no page in ${JSON.stringify(json)}`, () =>
      assert.equal(decodeRunPage(json), undefined));
  }
});

describe("decodePart", () => {
  it("reads a task and a feature by their own spelling", () => {
    assert.deepEqual(decodePart({ task_id: "1", task_name: "a", status: "complete" }, "task"), {
      id: "1",
      name: "a",
      status: "completed",
    });
    assert.deepEqual(decodePart({ feature_id: "1" }, "feature"), {
      id: "1",
      name: null,
      status: null,
    });
    assert.equal(decodePart({ task_id: "1" }, "feature"), undefined);
  });
});

describe("encodeRunRequest", () => {
  it("leaves out what is not given", () => {
    const request = { name: "n", taskId: "t", featureId: "f" };
    assert.deepEqual(encodeRunRequest(request), { name: "n", task_id: "t", feature_id: "f" });
    assert.deepEqual(encodeRunRequest({ ...request, resultBucket: "b", resultFilePath: "p/" }), {
      name: "n",
      task_id: "t",
      feature_id: "f",
      result_bucket: "b",
      result_file_path: "p/",
    });
  });
});
