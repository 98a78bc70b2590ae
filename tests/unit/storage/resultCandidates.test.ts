import assert from "node:assert/strict";
import { type ResultPlace, resultCandidates } from "../../../provider/src/storage/resultCandidates";
import { MemoryStore } from "../../support/memoryStore";

type Written = readonly (readonly [key: string, modifiedMs: number])[];

async function find(written: Written, place: Partial<ResultPlace> = {}) {
  const store = new MemoryStore(() => 0);
  for (const [key, modifiedMs] of written) await store.putObject("acme", key, "x", modifiedMs);
  const found = await resultCandidates(store, {
    bucket: "acme",
    paths: ["runs/"],
    fromMs: 1000,
    untilMs: 2000,
    ...place,
  });
  return { keys: found.map(({ key }) => key), lists: store.lists };
}

describe("resultCandidates", () => {
  it("gives what has the right name and was written in time, the ends included", async () => {
    const { keys, lists } = await find([
      ["runs/nclue_a_2026110109.tsv", 1000],
      ["runs/nclue_b_2026110109.tsv", 2000],
      ["runs/nclue_early_2026110109.tsv", 999],
      ["runs/nclue_late_2026110109.tsv", 2001],
      ["runs/nclue_undated_2026110109.tsv", Number.NaN],
      ["runs/nclue_other_path_2026110109.tsv", 1500],
      ["runs/notes.txt", 1500],
    ]);
    assert.deepEqual(keys, ["runs/nclue_a_2026110109.tsv", "runs/nclue_b_2026110109.tsv"]);
    assert.deepEqual(lists, ["acme/runs/nclue_"]);
  });

  it("counts from the second in which the window begins: a store's dates have no fraction", async () => {
    const written = [
      ["runs/nclue_a_2026110109.tsv", 1000],
      ["runs/nclue_b_2026110109.tsv", 0],
    ] as const;
    const { keys } = await find(written, { fromMs: 1900 });
    assert.deepEqual(keys, ["runs/nclue_a_2026110109.tsv"]);
  });

  it("finds the very object where the path is its key", async () => {
    const path = "runs/nclue_a_2026110109.tsv";
    const { keys } = await find([[path, 1500]], { paths: [path] });
    assert.deepEqual(keys, [path]);
  });

  it("finds an object below each form of the path, and each object once", async () => {
    const own = "churn/x/nclue_a_2026110109.tsv";
    const odd = "/churn//x/nclue_b_2026110109.tsv";
    const written = [own, odd].map((key) => [key, 1500] as const);
    const { keys } = await find(written, { paths: ["/churn//x/", "churn/x/", "churn/x/"] });
    assert.deepEqual([...keys].sort(), [odd, own].sort());
  });

  it("does not take the object of a longer path", async () => {
    const { keys } = await find([["scores/churn_vip_ab12_2026112614.tsv", 1500]], {
      paths: ["scores/churn"],
    });
    assert.deepEqual(keys, []);
  });

  it("finds nothing where nothing is", async () => assert.deepEqual((await find([])).keys, []));
});
