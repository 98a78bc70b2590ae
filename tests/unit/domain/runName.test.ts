import assert from "node:assert/strict";
import fc from "fast-check";
import { type RunArguments, readArguments } from "../../../provider/src/domain/arguments";
import { type Plumbing, readPlumbing } from "../../../provider/src/domain/plumbing";
import { generatedNames, isGeneratedName } from "../../../provider/src/domain/runName";
import { seeded } from "../../support/seeds";

const args: RunArguments = readArguments({
  taskId: "task",
  featureId: "feature",
  resultBucket: "bucket",
  resultFilePath: "path/",
  triggers: [1],
});
const plumbing: Plumbing = readPlumbing({
  __nclue: {
    organization: "acme",
    project: "shop",
    stack: "dev",
    logicalName: "churn-scores",
    replacementTrigger: "digest",
  },
});

const nameOf = (changedArgs: object = {}, changedPlumbing: object = {}, n = 1) =>
  generatedNames({ ...args, ...changedArgs }, { ...plumbing, ...changedPlumbing })(n);

describe("generatedNames", () => {
  it("are the logical name and ten hex digits", () =>
    assert.match(nameOf(), /^churn-scores-[0-9a-f]{10}$/));

  it("are the same for the same content, for ever", () =>
    assert.equal(nameOf(), "churn-scores-74f66b7828"));

  it("go on with -2, -3", () => {
    assert.equal(nameOf({}, {}, 2), `${nameOf()}-2`);
    assert.equal(nameOf({}, {}, 3), `${nameOf()}-3`);
  });

  const ingredients: readonly (readonly [string, object, object])[] = [
    ["task", { taskId: "other" }, {}],
    ["feature", { featureId: "other" }, {}],
    ["bucket", { resultBucket: "other" }, {}],
    ["bucket that is not given", { resultBucket: undefined }, {}],
    ["path", { resultFilePath: "other" }, {}],
    ["path that is not given", { resultFilePath: undefined }, {}],
    ["triggers", { triggers: [2] }, {}],
    ["organization", {}, { organization: "other" }],
    ["project", {}, { project: "other" }],
    ["stack", {}, { stack: "other" }],
    ["logical name in its cut-off part", {}, { logicalName: `${"x".repeat(60)}1` }],
    ["replacementTrigger", {}, { replacementTrigger: "other" }],
    ["replacementTrigger that is not given", {}, { replacementTrigger: undefined }],
  ];
  const hashes = new Set([nameOf().slice(-10)]);
  for (const [what, changedArgs, changedPlumbing] of ingredients) {
    it(`change with the ${what}`, () => {
      const hash = nameOf(changedArgs, changedPlumbing).slice(-10);
      assert.ok(!hashes.has(hash));
      hashes.add(hash);
    });
  }

  const others: readonly (readonly [string, object, object])[] = [
    ["policies", { waitFor: "submitted", onFailure: "fail", verify: "off" }, {}],
    ["the URN, which an alias changes", {}, { urn: "urn:other" }],
    ["timeouts", {}, { timeouts: { create: "1s" } }],
    ["what the state holds", {}, { held: { id: "1", createdAt: null } }],
  ];
  for (const [what, changedArgs, changedPlumbing] of others) {
    it(`do not change with ${what}`, () =>
      assert.equal(nameOf(changedArgs, changedPlumbing), nameOf()));
  }

  const logicalNames: readonly (readonly [string, string])[] = [
    ["Churn Scores!", "churn-scores"],
    ["--a__b--", "a-b"],
    ["이탈", "run"],
    ["", "run"],
    ["x".repeat(100), "x".repeat(29)],
    [`${"x".repeat(28)}-tail`, "x".repeat(28)],
  ];
  for (const [logicalName, start] of logicalNames) {
    it(`make ${JSON.stringify(logicalName)} to ${start}`, () =>
      assert.equal(nameOf({}, { logicalName }).slice(0, -11), start));
  }

  it("are at most 40 long and of [a-z0-9-], whatever the logical name is", () =>
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 80 }),
        fc.integer({ min: 1, max: 1001 }),
        (logicalName, n) => {
          const name = nameOf({}, { logicalName }, n);
          assert.match(name, /^[a-z0-9][a-z0-9-]*$/);
          assert.ok(name.length <= 40, name);
          assert.ok(!name.includes("--"), name);
        },
      ),
      seeded(),
    ));
});

describe("isGeneratedName", () => {
  it("knows every generated name", () =>
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 1, max: 2000 }), (name, n) =>
        isGeneratedName(nameOf({}, { logicalName: name }, n)),
      ),
      seeded(),
    ));

  for (const name of [
    "churn",
    "churn-2026-11",
    "0123456789",
    "-0123456789",
    "churn-012345678",
    "churn-0123456789a",
    "churn-012345678G",
    "Churn-0123456789",
    "churn_x-0123456789",
    "churn-0123456789-",
    "churn-0123456789-0",
    "churn-0123456789-1",
    "churn-0123456789-x",
    `${"a".repeat(30)}-0123456789`,
    "churn-0123456789\n",
  ]) {
    it(`is not taken in by ${JSON.stringify(name)}`, () =>
      assert.equal(isGeneratedName(name), false));
  }
});
