import assert from "node:assert/strict";
import {
  isResultKey,
  resultKeyMatches,
  resultKeyPrefix,
} from "../../../provider/src/domain/resultKey";

describe("resultKeyMatches", () => {
  const table: readonly (readonly [path: string, key: string, matches: boolean, why: string])[] = [
    ["runs/w14/", "runs/w14/nclue_ab12_2026040109.tsv", true, "a directory"],
    ["runs/w14", "runs/w14_ab12_2026040109.tsv", true, "a stem"],
    ["runs/w14.tsv", "runs/w14.tsv_ab12_2026040109.tsv", true, "a stem that ends in .tsv"],
    ["runs/w14/", "runs/w14/nclue_b-c_20260401091523.tsv", true, "a longer stamp"],
    ["/", "/nclue_ab12_2026040109.tsv", true, "the root"],
    ["runs/w14/", "runs/w14/other_ab12_2026040109.tsv", false, "another name"],
    ["runs/w14/", "runs/w14/nclue_2026040109.tsv", false, "no random part"],
    ["runs/w14/", "runs/w14/nclue_ab12_2026.tsv", false, "a short stamp"],
    ["runs/w14/", "runs/w14/nclue_ab12_202604010915230.tsv", false, "too long a stamp"],
    ["runs/w14/", "runs/w14/nclue_ab12_2026040109.csv", false, "another ending"],
    ["runs/w14/", "runs/w14/nclue_sub/ab12_2026040109.tsv", false, "a deeper directory"],
    ["runs/w14", "runs/w14/nclue_ab12_2026040109.tsv", false, "a directory where a stem is meant"],
    ["runs/w1", "runs/w14_ab12_2026040109.tsv", false, "a longer path"],
    ["runs/w14/", "other/runs/w14/nclue_ab12_2026040109.tsv", false, "below something else"],
    ["a.c/", "abc/nclue_ab12_2026040109.tsv", false, "a path is no pattern"],
    ["scores/churn", "scores/churn_vip_ab12_2026112614.tsv", false, "a longer path's object"],
    ["scores/churn_vip", "scores/churn_vip_ab12_2026112614.tsv", true, "its own object"],
    ["scores/churn", "scores/churn__ab12_2026112614.tsv", false, "the object of churn_"],
    ["churn/", "churn/nclue_a_b_2026112614.tsv", false, "an underscore in the random part"],
    ["a/nclue", "a/nclue_ab12_2026112614.tsv", true, "a stem that looks like a directory's object"],
  ];
  for (const [path, key, matches, why] of table) {
    it(`${matches ? "takes" : "refuses"} ${key} for ${path}: ${why}`, () =>
      assert.equal(resultKeyMatches(key, path), matches));
  }

  it("matches only keys that begin with the prefix to search below", () => {
    for (const [path, key, matches] of table) {
      if (matches) assert.ok(key.startsWith(resultKeyPrefix(path)));
    }
  });
});

describe("isResultKey", () => {
  for (const key of ["runs/w14/nclue_ab12_2026040109.tsv", "runs/w14_ab12_2026040109.tsv"]) {
    it(`takes ${key} for the key of a result`, () => assert.ok(isResultKey(key)));
  }
  for (const path of ["runs/w14/", "runs/w14", "runs/w14.tsv", "nclue_2026040109/"]) {
    it(`takes ${path} for a path`, () => assert.ok(!isResultKey(path)));
  }
});
