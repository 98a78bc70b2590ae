import assert from "node:assert/strict";
import fc from "fast-check";
import {
  isImport,
  isSecret,
  readDeclaration,
  textField,
} from "../../../provider/src/domain/declaration";
import { families } from "../../../provider/src/domain/families";
import { declarationOf } from "../../support/sampleJobs";
import { seeded } from "../../support/seeds";

const { taskRun, customAttributes } = families;

describe("readDeclaration", () => {
  it("parses arguments, policies and plumbing at once", () => {
    const inputs = {
      name: "mine",
      featureId: "f",
      keywords: ["a"],
      resultBucket: "acme-results",
      resultFilePath: "runners/",
      triggers: [1],
      waitFor: "started",
      __nclue: { urn: "urn:a", secrets: ["keywords"] },
    };
    const declaration = readDeclaration(customAttributes, inputs);
    const { name, triggers, policies, plumbing } = declaration;
    const { featureId, keywords, resultBucket, resultFilePath } = inputs;
    assert.deepEqual([name, triggers, policies.waitFor], ["mine", [1], "started"]);
    assert.equal(plumbing.urn, "urn:a");
    assert.deepEqual(declaration.fields, { featureId, keywords, resultBucket, resultFilePath });
    assert.deepEqual(declaration.inputs, inputs);
  });

  it("takes assets among triggers by their content, which the hash stands for", () => {
    const asset = { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17" };
    const of = (path: string) =>
      readDeclaration(taskRun, { triggers: [{ file: { ...asset, hash: "h", path } }] });
    assert.deepEqual(of("a/x").triggers, of("b/x").triggers);
    assert.deepEqual(of("a/x").inputs, of("b/x").inputs);
  });

  it("leaves out what is not given, what is malformed, and what is no argument", () => {
    const { name, triggers, fields } = readDeclaration(taskRun, {
      name: 7,
      triggers: "now",
      taskId: { id: 1 },
      featureId: null,
      keywords: ["a"],
    });
    assert.deepEqual([name, triggers, fields], [undefined, [], {}]);
  });

  it("has an answer to any inputs", () =>
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(families)), fc.object(), (family, inputs) => {
        assert.deepEqual(readDeclaration(family, inputs).inputs, inputs);
      }),
      seeded(),
    ));
});

describe("textField", () => {
  it("is the value of a field that holds a text", () => {
    const declaration = declarationOf(customAttributes);
    assert.equal(textField(declaration, "featureId"), "f-1");
    assert.equal(textField(declaration, "keywords"), undefined);
    assert.equal(textField(declaration, "taskId"), undefined);
  });
});

describe("isSecret", () => {
  it("says which arguments must not be shown", () => {
    const declaration = declarationOf(taskRun, {}, { secrets: ["taskId"] });
    assert.deepEqual(
      ["taskId", "featureId"].map((name) => isSecret(declaration, name)),
      [true, false],
    );
  });
});

describe("isImport", () => {
  const inState = (id: string, ...importedIds: readonly string[]) => ({
    id,
    createdAt: null,
    importedIds,
  });
  const table: readonly (readonly [what: string, plumbing: object, expected: boolean])[] = [
    ["no import option", {}, false],
    ["an import option, and nothing in the state", { importId: "X" }, true],
    [
      "an import option, and a state that could not be read",
      { importId: "X", stateWasRead: false },
      true,
    ],
    ["the job that the state holds", { importId: "X", inState: inState("X") }, false],
    [
      "the job that the state holds, in another case",
      { importId: "X", inState: inState("x") },
      false,
    ],
    ["another job than the state holds", { importId: "X", inState: inState("Y") }, true],
    ["a job that was imported before", { importId: "X", inState: inState("Y", "X") }, false],
    [
      "a job that was imported long before",
      { importId: "X", inState: inState("Z", "X", "Y") },
      false,
    ],
    [
      "a job that was imported, in another case",
      { importId: "x", inState: inState("Y", "X") },
      false,
    ],
    ["a new job after one that was imported", { importId: "W", inState: inState("Y", "X") }, true],
  ];
  for (const [what, plumbing, expected] of table) {
    it(`${expected ? "imports" : "does not import"}: ${what}`, () =>
      assert.equal(isImport(declarationOf(taskRun, {}, { ...plumbing })), expected));
  }
});
