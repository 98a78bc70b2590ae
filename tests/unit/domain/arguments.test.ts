import assert from "node:assert/strict";
import fc from "fast-check";
import {
  ARGUMENTS,
  type ArgumentName,
  checkArguments,
  readArguments,
} from "../../../provider/src/domain/arguments";
import { seeded } from "../../support/seeds";

const UNKNOWN = "known after the update";
const isUnknown = (value: unknown) => value === UNKNOWN;
const fine = {
  taskId: "3179664c",
  featureId: "e48585fd",
  resultBucket: "acme-results",
  resultFilePath: "churn/2026-11/",
};

function problems(values: Readonly<Record<string, unknown>>): readonly string[] {
  const found = checkArguments({ ...fine, ...values }, () => true, isUnknown);
  return found.map(({ argument, severity, text }) =>
    severity === "error" ? `${argument} ${text}` : `(${argument} ${text})`,
  );
}

describe("checkArguments", () => {
  it("finds nothing wrong with what is fine, with and without the optional ones", () => {
    assert.deepEqual(problems({}), []);
    assert.deepEqual(problems({ resultBucket: undefined, resultFilePath: null, triggers: [] }), []);
    assert.deepEqual(
      problems({
        name: "이탈 예측",
        triggers: [{ a: [null] }],
        waitFor: "started",
        onFailure: "fail",
        onDeleteWhileRunning: "abandon",
        onDuplicateName: "adopt",
        verify: "all",
      }),
      [],
    );
  });

  const rules: readonly (readonly [ArgumentName, unknown, readonly string[]])[] = [
    ["taskId", undefined, ["taskId is required"]],
    ["taskId", null, ["taskId is required"]],
    ["taskId", "", ["taskId must not be empty"]],
    ["taskId", " \t", ["taskId must not be empty"]],
    ["taskId", 7, ["taskId must be a string, not a number"]],
    ["featureId", undefined, ["featureId is required"]],
    ["featureId", { id: 1 }, ["featureId must be a string, not an object"]],
    ["name", "", ["name must be 1 to 100 characters long, not 0"]],
    ["name", "x".repeat(100), []],
    ["name", "x".repeat(101), ["name must be 1 to 100 characters long, not 101"]],
    ["name", "🏃".repeat(100), []],
    ["name", ["a"], ["name must be a string, not a list"]],
    ["resultBucket", "ab", ["resultBucket must be 3 to 63 characters long, not 2"]],
    ["resultBucket", "abc", []],
    ["resultBucket", "a".repeat(63), []],
    ["resultBucket", "a".repeat(64), ["resultBucket must be 3 to 63 characters long, not 64"]],
    ["resultBucket", "Acme", ['resultBucket may hold only small letters, digits, "." and "-"']],
    ["resultBucket", "a_b", ['resultBucket may hold only small letters, digits, "." and "-"']],
    ["resultBucket", "-abc", ["resultBucket must begin and end with a small letter or a digit"]],
    ["resultBucket", "abc.", ["resultBucket must begin and end with a small letter or a digit"]],
    ["resultBucket", "a..b", ['resultBucket must not hold ".."']],
    ["resultBucket", "10.0.0.1", ["resultBucket must not look like an IP address"]],
    ["resultBucket", true, ["resultBucket must be a string, not a boolean"]],
    ["resultFilePath", "", ["resultFilePath must not be empty"]],
    ["resultFilePath", "a b=c", ["(resultFilePath holds a space =, which the service may refuse)"]],
    [
      "resultFilePath",
      "결과/",
      ["(resultFilePath holds U+ACB0 U+ACFC, which the service may refuse)"],
    ],
    ["resultFilePath", "a\u0007b", ["resultFilePath must not hold U+0007"]],
    ["resultFilePath", "a\u007fb", ["resultFilePath must not hold U+007F"]],
    ["resultFilePath", "é?", ["resultFilePath must not hold U+00E9 ?"]],
    [
      "resultFilePath",
      "a+b c+",
      [
        "resultFilePath must not hold +",
        "(resultFilePath holds a space, which the service may refuse)",
      ],
    ],
    ["triggers", "now", ["triggers must be a list, not a string"]],
    ["triggers", { 0: "a" }, ["triggers must be a list, not an object"]],
    ["waitFor", "done", ['waitFor must be one of "completed", "started", "submitted"']],
    ["waitFor", ["completed"], ['waitFor must be one of "completed", "started", "submitted"']],
    ["onFailure", "retry", ['onFailure must be one of "rerun", "fail"']],
    [
      "onDeleteWhileRunning",
      "kill",
      ['onDeleteWhileRunning must be one of "wait", "abandon", "fail"'],
    ],
    ["onDuplicateName", "steal", ['onDuplicateName must be one of "fail", "adopt"']],
    ["verify", true, ['verify must be one of "bucket", "all", "off"']],
  ];
  for (const [argument, value, expected] of rules) {
    const shown = JSON.stringify(value)?.slice(0, 40);
    it(`${argument}: ${shown} ${expected.length === 0 ? "is fine" : "is told"}`, () =>
      assert.deepEqual(problems({ [argument]: value }), expected));
  }

  for (const character of "&$@;:+,?*\\{}^%`[]<>~#|\"'") {
    it(`resultFilePath: ${character} is refused by name`, () =>
      assert.deepEqual(problems({ resultFilePath: `a${character}b` }), [
        `resultFilePath must not hold ${character}`,
      ]));
  }

  it("warns of a path without a bucket", () =>
    assert.deepEqual(problems({ resultBucket: undefined }), [
      "(resultFilePath is given without resultBucket, so no result can be found for it)",
    ]));

  it("tells everything at once", () =>
    assert.deepEqual(
      problems({ taskId: "", featureId: 1, resultBucket: "A", verify: "x" }).map(
        (problem) => problem.split(" ")[0],
      ),
      ["taskId", "featureId", "resultBucket", "resultBucket", "verify"],
    ));

  it("looks only at the arguments that it is asked about, and never at unknown ones", () => {
    const broken = { taskId: "", featureId: "", resultBucket: UNKNOWN };
    const found = checkArguments(broken, (argument) => argument !== "featureId", isUnknown);
    assert.deepEqual(
      found.map(({ argument }) => argument),
      ["taskId"],
    );
  });

  it("has an answer to any values", () =>
    fc.assert(
      fc.property(
        fc.record(Object.fromEntries(ARGUMENTS.map((name) => [name, fc.anything()]))),
        (values) => {
          for (const problem of checkArguments(values, () => true, isUnknown)) {
            assert.ok(ARGUMENTS.includes(problem.argument));
            assert.notEqual(problem.text, "");
          }
        },
      ),
      seeded(),
    ));
});

describe("readArguments", () => {
  it("fills in the defaults", () => {
    const defaults = {
      name: undefined,
      taskId: "",
      featureId: "",
      resultBucket: undefined,
      resultFilePath: undefined,
      triggers: [],
      waitFor: "completed",
      onFailure: "rerun",
      onDeleteWhileRunning: "wait",
      onDuplicateName: "fail",
      verify: "bucket",
    };
    assert.deepEqual({ ...readArguments({}), ...defaults }, readArguments({}));
  });

  it("takes what is malformed in an old state for the default", () =>
    assert.deepEqual(
      readArguments({ name: 7, triggers: "x", waitFor: "done", onFailure: null, verify: {} }),
      readArguments({}),
    ));
});
