import assert from "node:assert/strict";
import fc from "fast-check";
import { families } from "../../../provider/src/domain/families";
import type { FamilyName } from "../../../provider/src/domain/family";
import {
  generatedNames,
  isGeneratedName,
  isSameName,
  isSameNameInAnyCase,
} from "../../../provider/src/domain/jobName";
import { declarationOf } from "../../support/sampleJobs";
import { seeded } from "../../support/seeds";

type Values = Readonly<Record<string, unknown>>;

const owner = { organization: "acme", project: "shop", stack: "dev", logicalName: "churn-scores" };
const run = {
  taskId: "task",
  featureId: "feature",
  resultBucket: "bucket",
  resultFilePath: "path/",
  triggers: [1],
};

function nameOf(
  changes: Values = {},
  plumbing: Values = {},
  { n = 1, family = "taskRun" as FamilyName, base = run as Values } = {},
): string {
  const given = { ...base, ...changes };
  return generatedNames(declarationOf(families[family], given, { ...owner, ...plumbing }))(n);
}

/** Frozen: under these names jobs exist, and another name would pay for them again. */
const vectors: readonly (readonly [
  what: string,
  family: FamilyName,
  args: Values,
  plumbing: Values,
  name: string,
])[] = [
  [
    "a run with everything",
    "taskRun",
    run,
    { replacementTrigger: "digest" },
    "churn-scores-9df1722e12",
  ],
  ["a run", "taskRun", run, {}, "churn-scores-5114986d63"],
  [
    "a run without triggers",
    "taskRun",
    { ...run, triggers: undefined },
    {},
    "churn-scores-b970fd7fa2",
  ],
  ["a run with no triggers", "taskRun", { ...run, triggers: [] }, {}, "churn-scores-b970fd7fa2"],
  [
    "a run without bucket and path",
    "taskRun",
    { taskId: "task", featureId: "feature" },
    {},
    "churn-scores-00480625e1",
  ],
  [
    "a run without a bucket",
    "taskRun",
    { ...run, resultBucket: undefined },
    {},
    "churn-scores-ea32a8af30",
  ],
  [
    "a run without a path",
    "taskRun",
    { ...run, resultFilePath: undefined },
    {},
    "churn-scores-7b0fe3b70b",
  ],
  [
    "a replacement trigger",
    "taskRun",
    run,
    { replacementTrigger: "other" },
    "churn-scores-48f3d2a57e",
  ],
  [
    "a deep trigger",
    "taskRun",
    { ...run, triggers: [{ b: [null, true], a: { c: 1.5 } }] },
    {},
    "churn-scores-88a3e3ceb9",
  ],
  ["a Korean trigger", "taskRun", { ...run, triggers: ["이탈"] }, {}, "churn-scores-4e41ea4952"],
  [
    "a Korean path",
    "taskRun",
    { ...run, resultFilePath: "점수/이탈/" },
    {},
    "churn-scores-942c442690",
  ],
  [
    "an emoji in a path",
    "taskRun",
    { ...run, resultFilePath: "🏃/" },
    {},
    "churn-scores-c7f51b4868",
  ],
  ["a Korean logical name", "taskRun", run, { logicalName: "이탈 예측" }, "run-e0dd4596a5"],
  ["an emoji for a logical name", "taskRun", run, { logicalName: "🏃🏽" }, "run-c2ae4c2a8d"],
  [
    "a mixed logical name",
    "taskRun",
    run,
    { logicalName: "Churn 점수 2026!" },
    "churn-2026-113d193e2f",
  ],
  [
    "a long logical name",
    "taskRun",
    run,
    { logicalName: "monthly-churn-scores-of-all-members" },
    "monthly-churn-scores-of-all-m-1f78a33ce8",
  ],
  ["a Korean stack", "taskRun", run, { stack: "개발" }, "churn-scores-082653da5c"],
  ["no organization", "taskRun", run, { organization: "" }, "churn-scores-acabfbc712"],
  ["a secret path", "taskRun", run, { secrets: ["resultFilePath"] }, "churn-scores-7b0fe3b70b"],
  ["secret triggers", "taskRun", run, { secrets: ["triggers"] }, "churn-scores-b970fd7fa2"],
  ["everything secret", "taskRun", run, { secrets: Object.keys(run) }, "churn-scores-03ebd713b6"],
  ["a feature", "feature", {}, { logicalName: "members" }, "members-99beffa15f"],
  ["a Korean feature", "feature", {}, { logicalName: "회원" }, "feature-9a86fdbfd5"],
  ["a task", "task", {}, { logicalName: "churn" }, "churn-ffbef57aee"],
  [
    "a task with test data",
    "task",
    { testFeatureId: "f-2", testBucket: "acme-behaviour", testFilePath: "labels/test.tsv" },
    { logicalName: "churn" },
    "churn-d56d960b09",
  ],
  ["custom attributes", "customAttributes", {}, { logicalName: "runners" }, "runners-a725073dcf"],
  [
    "Korean keywords",
    "customAttributes",
    { keywords: ["달리기", "마라톤", "🏃"] },
    { logicalName: "runners" },
    "runners-e38645a66b",
  ],
  ["a shopping intent", "shoppingIntent", {}, { logicalName: "intents" }, "intents-9bcb8df4f0"],
];

describe("generatedNames", () => {
  for (const [what, family, args, plumbing, name] of vectors) {
    it(`names ${what} ${name}, for ever`, () =>
      assert.equal(nameOf(args, plumbing, { family, base: {} }), name));
  }

  it("freezes a different name for each different work", () => {
    // No triggers are an empty list of them, and what is secret counts as not given.
    const same = ["a run without triggers", "a secret path", "secret triggers"];
    const names = vectors.filter(([what]) => !same.includes(what)).map(([, , , , name]) => name);
    assert.equal(new Set(names).size, names.length);
  });

  it("continues with -2 and -3", () => {
    assert.equal(nameOf({}, {}, { n: 2 }), `${nameOf()}-2`);
    assert.equal(nameOf({}, {}, { n: 3 }), `${nameOf()}-3`);
  });

  const ingredients: readonly (readonly [string, Values, Values])[] = [
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
  ];
  const hashes = new Set([nameOf().slice(-10)]);
  for (const [what, changes, plumbing] of ingredients) {
    it(`changes with the ${what}`, () => {
      const hash = nameOf(changes, plumbing).slice(-10);
      assert.ok(!hashes.has(hash));
      hashes.add(hash);
    });
  }

  it("changes with the family, since two families may have the same fields", () => {
    const base = { taskId: "task" };
    assert.notEqual(
      nameOf({}, {}, { family: "shoppingIntent", base }),
      nameOf({}, {}, { family: "taskRun", base: { ...base, featureId: undefined } }),
    );
  });

  const others: readonly (readonly [string, Values, Values])[] = [
    ["policies", { waitFor: "submitted", onFailure: "fail", verify: "off" }, {}],
    ["the URN, which an alias changes", {}, { urn: "urn:other" }],
    ["timeouts", {}, { timeouts: { create: "1s" } }],
    ["what the state holds", {}, { inState: { id: "1", createdAt: null } }],
    ["an import option", {}, { importId: "1" }],
  ];
  for (const [what, changes, plumbing] of others) {
    it(`does not change with ${what}`, () => assert.equal(nameOf(changes, plumbing), nameOf()));
  }

  it("does not change with the order of keywords", () => {
    const base = { family: "customAttributes" as const, base: {} };
    const of = (...keywords: readonly string[]) => nameOf({ keywords }, {}, base);
    assert.equal(of("a", "b", "c"), of("c", "a", "b"));
    assert.notEqual(of("a", "b", "c"), of("a", "b"));
  });

  it("does not change with blanks around keywords, or with the form of their Unicode", () => {
    const base = { family: "customAttributes" as const, base: {} };
    const of = (...keywords: readonly string[]) => nameOf({ keywords }, {}, base);
    const [korean, latin] = ["달리기", "é"];
    const spelled = [` ${korean.normalize("NFD")} `, latin.normalize("NFD"), "z"];
    assert.equal(of("z", korean, latin), of(...spelled));
    assert.notEqual(of("z"), of("Z"));
  });

  it("does not change with the order of a trigger's keys, but with that of triggers", () => {
    assert.equal(nameOf({ triggers: [{ a: 1, b: 2 }] }), nameOf({ triggers: [{ b: 2, a: 1 }] }));
    assert.notEqual(nameOf({ triggers: ["a", "b"] }), nameOf({ triggers: ["b", "a"] }));
  });

  for (const argument of ["taskId", "resultFilePath", "triggers"]) {
    it(`says nothing of a secret ${argument}: guesses of it cannot be tried`, () => {
      const secret = { secrets: [argument] };
      const value = argument === "triggers" ? ["guess"] : "guess";
      assert.equal(nameOf({}, secret), nameOf({ [argument]: value }, secret));
      assert.notEqual(nameOf({}, secret), nameOf());
    });
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
    it(`begins with ${start} for ${JSON.stringify(logicalName)}`, () =>
      assert.equal(nameOf({}, { logicalName }).slice(0, -11), start));
  }

  it("begins with the service's word where the logical name has no Latin letters", () => {
    const starts = Object.values(families).map(({ name }) =>
      nameOf({}, { logicalName: "회원" }, { family: name, base: {} }).slice(0, -11),
    );
    assert.deepEqual(starts, ["feature", "task", "run", "profile", "profile"]);
  });

  it("is at most 40 characters of [a-z0-9-], whatever the logical name is", () =>
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 80 }),
        fc.integer({ min: 1, max: 1001 }),
        fc.constantFrom(...Object.values(families)),
        (logicalName, n, { name: family }) => {
          const name = nameOf({}, { logicalName }, { n, family, base: {} });
          assert.match(name, /^[a-z0-9][a-z0-9-]*$/);
          assert.ok(name.length <= 40, name);
          assert.ok(!name.includes("--"), name);
          assert.ok(isGeneratedName(name), name);
        },
      ),
      seeded(),
    ));
});

describe("isGeneratedName", () => {
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
    "churn-2026112614",
    "churn-2026010100-2",
  ]) {
    it(`is not taken in by ${JSON.stringify(name)}`, () =>
      assert.equal(isGeneratedName(name), false));
  }

  for (const name of [
    "churn-0123456789",
    "churn-0123456789-2",
    "churn-2026132614",
    "churn-2026110014",
    "churn-2026113214",
    "churn-2026112624",
    "churn-1926112614",
  ]) {
    it(`knows ${name}, which ends with no date and hour`, () =>
      assert.equal(isGeneratedName(name), true));
  }
});

describe("isSameName", () => {
  it("compares without blanks around a name and without the form of its Unicode", () => {
    assert.ok(isSameName(" 이탈", "이탈".normalize("NFD")));
    assert.ok(!isSameName("churn", "Churn"));
    assert.ok(!isSameName("churn", "churn 2"));
  });
});

describe("isSameNameInAnyCase", () => {
  it("compares without case, blanks and the form of Unicode", () => {
    assert.ok(isSameNameInAnyCase(" Éclair", "éclair".normalize("NFD")));
    assert.ok(!isSameNameInAnyCase("churn", "churns"));
  });
});
