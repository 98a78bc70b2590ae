import assert from "node:assert/strict";
import fc from "fast-check";
import {
  argumentProblems,
  argumentsOf,
  replacingArgumentsOf,
} from "../../../provider/src/domain/arguments";
import { families } from "../../../provider/src/domain/families";
import type { Family } from "../../../provider/src/domain/family";
import { requiredArguments } from "../../support/sampleJobs";
import { seeded } from "../../support/seeds";

type Values = Readonly<Record<string, unknown>>;

const { feature, task, taskRun, customAttributes, shoppingIntent } = families;
const UNKNOWN = "known after the update";
const isUnknown = (value: unknown) => value === UNKNOWN;
const run = {
  ...requiredArguments.taskRun,
  resultBucket: "acme-results",
  resultFilePath: "churn/",
};

/** Warnings in brackets. */
function problems(
  family: Family,
  values: Values,
  isChecked: (argument: string) => boolean = () => true,
): readonly string[] {
  return argumentProblems(family, values, isChecked, isUnknown).map(
    ({ argument, severity, text }) =>
      severity === "error" ? `${argument} ${text}` : `(${argument} ${text})`,
  );
}

describe("argumentsOf", () => {
  const policies = ["waitFor", "onFailure", "onDeleteWhileRunning", "onDuplicateName", "verify"];
  const table: readonly (readonly [Family, readonly string[], readonly string[]])[] = [
    [feature, ["sourceBucket", "sourceFilePath"], ["onSourceChange"]],
    [
      task,
      [
        "trainFeatureId",
        "trainBucket",
        "trainFilePath",
        "testFeatureId",
        "testBucket",
        "testFilePath",
      ],
      ["onSourceChange", "minAuroc"],
    ],
    [taskRun, ["taskId", "featureId", "resultBucket", "resultFilePath"], ["onResultMissing"]],
    [
      customAttributes,
      ["featureId", "keywords", "resultBucket", "resultFilePath"],
      ["onResultMissing"],
    ],
    [shoppingIntent, ["taskId"], []],
  ];
  for (const [family, fields, own] of table) {
    it(`lists the arguments of ${family.nouns}: what asks for a new job, then the policies`, () => {
      assert.deepEqual(replacingArgumentsOf(family), ["name", ...fields, "triggers"]);
      assert.deepEqual(argumentsOf(family), ["name", ...fields, "triggers", ...policies, ...own]);
    });
  }
});

describe("argumentProblems", () => {
  for (const family of Object.values(families)) {
    it(`finds nothing wrong with ${family.nouns} that give what is required`, () => {
      const errors = problems(family, requiredArguments[family.name]);
      assert.deepEqual(
        errors.filter((text) => !text.startsWith("(")),
        [],
      );
    });

    it(`requires of ${family.nouns} what is required, from JavaScript as well`, () => {
      const required = Object.keys(requiredArguments[family.name]);
      for (const nothing of [undefined, null]) {
        const values = Object.fromEntries(required.map((argument) => [argument, nothing]));
        assert.deepEqual(
          problems(family, values).filter((text) => text.endsWith("is required")),
          required.map((argument) => `${argument} is required`),
        );
      }
    });

    it(`takes the common arguments of ${family.nouns}`, () => {
      const common = {
        name: "이탈 예측",
        triggers: [{ a: [null] }],
        waitFor: "started",
        onFailure: "fail",
        onDeleteWhileRunning: "abandon",
        onDuplicateName: "adopt",
        verify: "all",
      };
      const given = { ...requiredArguments[family.name], ...common };
      assert.deepEqual(
        problems(family, given).filter((text) => !text.startsWith("(")),
        [],
      );
    });
  }

  const rules: readonly (readonly [argument: string, value: unknown, readonly string[]])[] = [
    ["taskId", "", ["taskId must not be empty"]],
    ["featureId", 7, ["featureId must be a string, not a number"]],
    ["name", "", ["name must be 1 to 100 characters long, not 0"]],
    ["name", "x", []],
    ["name", "x".repeat(100), []],
    ["name", "x".repeat(101), ["name must be 1 to 100 characters long, not 101"]],
    ["name", "🏃".repeat(100), []],
    ["name", " ", ["name must not be blank"]],
    ["name", ["a"], ["name must be a string, not a list"]],
    ["name", null, []],
    ["resultBucket", "ab", ["resultBucket must be 3 to 63 characters long, not 2"]],
    ["resultFilePath", "a?", ["resultFilePath must not hold ?"]],
    ["triggers", [], []],
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
    ["onResultMissing", "ask", ['onResultMissing must be one of "accept", "rerun", "fail"']],
    ["onResultMissing", "fail", []],
    ["onSourceChange", "nonsense of another family", []],
    ["minAuroc", "nonsense of another family", []],
  ];
  for (const [argument, value, expected] of rules) {
    const shown = (JSON.stringify(value) ?? "undefined").slice(0, 40);
    it(`${expected.length === 0 ? "allows" : "objects to"} ${argument}: ${shown}`, () =>
      assert.deepEqual(problems(taskRun, { ...run, [argument]: value }), expected));
  }

  const bounds: readonly (readonly [unknown, readonly string[]])[] = [
    [0, []],
    [0.75, []],
    [1, []],
    [-0.01, ["minAuroc must be a number from 0 to 1, not -0.01"]],
    [1.01, ["minAuroc must be a number from 0 to 1, not 1.01"]],
    [75, ["minAuroc must be a number from 0 to 1, not 75"]],
    [Number.NaN, ["minAuroc must be a number from 0 to 1, not NaN"]],
    ["0.75", ["minAuroc must be a number, not a string"]],
  ];
  for (const [minAuroc, expected] of bounds) {
    it(`${expected.length === 0 ? "allows" : "objects to"} minAuroc: ${minAuroc}`, () =>
      assert.deepEqual(problems(task, { ...requiredArguments.task, minAuroc }), expected));
  }

  it("takes onSourceChange where there is source data", () => {
    for (const family of [feature, task]) {
      const of = (onSourceChange: string) =>
        problems(family, { ...requiredArguments[family.name], onSourceChange });
      assert.deepEqual(of("rerun"), []);
      assert.deepEqual(of("fail"), ['onSourceChange must be one of "ignore", "rerun"']);
    }
  });

  it("says everything at once", () =>
    assert.deepEqual(
      problems(taskRun, { ...run, taskId: "", featureId: 1, resultBucket: "A", verify: "x" }).map(
        (problem) => problem.split(" ")[0],
      ),
      ["taskId", "featureId", "resultBucket", "resultBucket", "verify"],
    ));

  it("checks only the arguments that it is asked about", () => {
    const broken = { ...run, taskId: "", featureId: "" };
    assert.deepEqual(
      problems(taskRun, broken, (argument) => argument !== "featureId"),
      ["taskId must not be empty"],
    );
  });

  it("skips what is not known yet, at any depth", () => {
    assert.deepEqual(problems(taskRun, { ...run, resultBucket: UNKNOWN, taskId: UNKNOWN }), []);
    const keywords = [UNKNOWN, UNKNOWN, "a,b"];
    const values = { ...requiredArguments.customAttributes, keywords };
    assert.deepEqual(problems(customAttributes, values), []);
  });

  it("has an answer to any values", () => {
    for (const family of Object.values(families)) {
      const names = argumentsOf(family);
      fc.assert(
        fc.property(
          fc.record(Object.fromEntries(names.map((name) => [name, fc.anything()]))),
          (values) => {
            for (const problem of argumentProblems(family, values, () => true, isUnknown)) {
              assert.ok(names.includes(problem.argument));
              assert.notEqual(problem.text, "");
            }
          },
        ),
        seeded(),
      );
    }
  });
});

describe("test data of a task", () => {
  const testFeatureId = "f-2";
  const testBucket = "acme-behaviour";
  const testFilePath = "labels/test.tsv";
  const missing = (argument: string) => [
    `${argument} is missing: give testFeatureId, testBucket, testFilePath together, or none of them`,
  ];
  const of = (values: Values, isChecked?: (argument: string) => boolean) =>
    problems(task, { ...requiredArguments.task, ...values }, isChecked);

  it("may be given as a whole, or not at all", () => {
    assert.deepEqual(of({}), []);
    assert.deepEqual(of({ testFeatureId, testBucket, testFilePath }), []);
    assert.deepEqual(of({ testFeatureId: null, testBucket: undefined }), []);
  });

  for (const [values, expected] of [
    [{ testFeatureId }, missing("testBucket")],
    [{ testBucket }, missing("testFeatureId")],
    [{ testFilePath, testBucket }, missing("testFeatureId")],
    [{ testFeatureId, testBucket, testFilePath: null }, missing("testFilePath")],
  ] as const) {
    it(`may not be given in part: ${Object.keys(values)}`, () =>
      assert.deepEqual(of(values), expected));
  }

  it("is asked for where only one of the three has changed", () =>
    assert.deepEqual(
      of({ testFeatureId }, (argument) => argument === "testFeatureId"),
      missing("testBucket"),
    ));

  it("is not asked for where none of the three has changed", () =>
    assert.deepEqual(
      of({ testFeatureId }, (argument) => argument === "trainBucket"),
      [],
    ));

  it("counts as given where it is not known yet", () =>
    assert.deepEqual(of({ testFeatureId: UNKNOWN, testBucket, testFilePath }), []));
});

describe("the place of a run's result", () => {
  const { resultBucket, resultFilePath, ...ids } = run;
  const documented =
    "the service's newest documentation requires resultBucket and resultFilePath, and without";

  it("is not given: a warning", () =>
    assert.deepEqual(problems(taskRun, ids), [
      `(resultBucket is not given: ${documented} them no result can be found)`,
    ]));

  it("is given in part: a warning about what is missing", () => {
    assert.deepEqual(problems(taskRun, { ...ids, resultFilePath }), [
      `(resultBucket is not given: ${documented} resultBucket no result can be found)`,
    ]);
    assert.deepEqual(problems(taskRun, { ...ids, resultBucket }), [
      `(resultFilePath is not given: ${documented} resultFilePath no result can be found)`,
    ]);
  });

  it("is not known yet: nothing to warn of", () =>
    assert.deepEqual(problems(taskRun, { ...ids, resultBucket: UNKNOWN, resultFilePath }), []));

  it("has not changed: nothing is said again", () =>
    assert.deepEqual(
      problems(taskRun, ids, (argument) => argument === "taskId"),
      [],
    ));

  for (const policy of ["fail", "rerun"]) {
    const needed = `onResultMissing is "${policy}", which needs resultBucket and resultFilePath: give both, or leave it out`;
    const errors = (values: Values, isChecked?: (argument: string) => boolean) =>
      problems(taskRun, { ...ids, onResultMissing: policy, ...values }, isChecked).filter(
        (text) => !text.startsWith("("),
      );

    it(`has to be given under onResultMissing: "${policy}"`, () => {
      assert.deepEqual(errors({}), [needed]);
      assert.deepEqual(errors({ resultBucket }), [needed]);
      assert.deepEqual(errors({ resultBucket, resultFilePath }), []);
    });

    it(`may not be taken away from under onResultMissing: "${policy}"`, () =>
      assert.deepEqual(
        errors({ resultFilePath }, (argument) => argument === "resultBucket"),
        [needed],
      ));
  }

  it("need not be given under onResultMissing: accept", () =>
    assert.deepEqual(
      problems(taskRun, { ...ids, onResultMissing: "accept" }).map((text) => text[0]),
      ["("],
    ));
});
