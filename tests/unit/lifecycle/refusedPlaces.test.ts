import assert from "node:assert/strict";
import { readDeclaration } from "../../../provider/src/domain/declaration";
import { families } from "../../../provider/src/domain/families";
import type { FamilyName } from "../../../provider/src/domain/family";
import { NclueError } from "../../../provider/src/kernel/errors";
import { withRefusedPlaces } from "../../../provider/src/lifecycle/refusedPlaces";

const data = "acme-data";
const result = { resultBucket: "acme-results", resultFilePath: "churn/" };
const args = {
  feature: { sourceBucket: data, sourceFilePath: "seq/" },
  task: { trainBucket: data, trainFilePath: "train.tsv", testBucket: data, testFilePath: "t.tsv" },
  taskRun: result,
  customAttributes: result,
  shoppingIntent: { taskId: "7a1d" },
} satisfies Record<FamilyName, object>;

function said(family: FamilyName, serviceCode: string, secrets: readonly string[] = []): string {
  const declaration = readDeclaration(families[family], { ...args[family], __nclue: { secrets } });
  const text = { doing: "creating it", cause: "refused", remedy: "do this" };
  const refusal = new NclueError("refused", text, { kind: "rejected", serviceCode });
  const explained = withRefusedPlaces(declaration, refusal);
  assert.deepEqual([explained.code, explained.facts], [refusal.code, refusal.facts]);
  return explained.message.split("\n")[0] ?? "";
}

const train = "trainFilePath: s3://acme-data/train.tsv";
const test = "testFilePath: s3://acme-data/t.tsv";
const source = "sourceFilePath: s3://acme-data/seq/";
const target = "resultFilePath: s3://acme-results/churn/";

describe("A refusal that is about a path", () => {
  for (const [family, code, places] of [
    ["feature", "10103", source],
    ["feature", "10106", source],
    ["feature", "PATH_NOT_FOUND", source],
    ["feature", "10109", source],
    ["task", "10103", `${train}; ${test}`],
    ["task", "10104", train],
    ["task", "10105", test],
    ["task", "10107", train],
    ["task", "10108", test],
    ["task", "10109", `${train}; ${test}`],
    ["taskRun", "10103", target],
    ["taskRun", "10106", target],
    ["customAttributes", "10103", target],
  ] as const) {
    it(`names argument and place: ${code} for the family ${family}`, () =>
      assert.equal(said(family, code), `creating it: refused (${places})`));
  }

  it("names no place that is secret", () =>
    assert.equal(
      said("feature", "10106", ["sourceFilePath"]),
      "creating it: refused (sourceFilePath)",
    ));

  for (const [family, code] of [
    ["feature", "10102"],
    ["feature", "12345"],
    ["taskRun", "10109"],
    ["shoppingIntent", "10103"],
  ] as const) {
    it(`is left as it is where no path can be meant: ${code} for the family ${family}`, () =>
      assert.equal(said(family, code), "creating it: refused"));
  }
});
