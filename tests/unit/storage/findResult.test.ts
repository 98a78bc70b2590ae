import assert from "node:assert/strict";
import { findResults } from "../../../provider/src/storage/findResult";
import { MemoryStore } from "../../support/memoryStore";

describe("findResults", () => {
  it("gives what has the right name and was written in time, the ends included", async () => {
    const store = new MemoryStore(() => 0);
    for (const [key, modifiedMs] of [
      ["runs/nclue_a_2026110109.tsv", 1000],
      ["runs/nclue_b_2026110109.tsv", 2000],
      ["runs/nclue_early_2026110109.tsv", 999],
      ["runs/nclue_late_2026110109.tsv", 2001],
      ["runs/nclue_undated_2026110109.tsv", Number.NaN],
      ["runs/notes.txt", 1500],
    ] as const) {
      await store.putObject("acme", key, "x", modifiedMs);
    }
    const question = { bucket: "acme", path: "runs/", fromMs: 1000, untilMs: 2000 };
    const found = await findResults(store, question);
    assert.deepEqual(
      found.map(({ key }) => key),
      ["runs/nclue_a_2026110109.tsv", "runs/nclue_b_2026110109.tsv"],
    );
    assert.deepEqual(store.lists, ["acme/runs/nclue_"]);
  });

  it("finds the very object where the path is its key", async () => {
    const store = new MemoryStore(() => 1500);
    await store.putObject("acme", "runs/nclue_a_2026110109.tsv", "x");
    const path = "runs/nclue_a_2026110109.tsv";
    const found = await findResults(store, { bucket: "acme", path, fromMs: 0, untilMs: 2000 });
    assert.equal(found.length, 1);
  });
});
