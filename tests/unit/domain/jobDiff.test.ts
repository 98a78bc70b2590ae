import assert from "node:assert/strict";
import fc from "fast-check";
import { argumentsOf } from "../../../provider/src/domain/arguments";
import { readDeclaration } from "../../../provider/src/domain/declaration";
import { families } from "../../../provider/src/domain/families";
import type { Family } from "../../../provider/src/domain/family";
import { type DiffFacts, diffJob, type JobDiff } from "../../../provider/src/domain/jobDiff";
import { readStored } from "../../../provider/src/domain/stored";
import { requiredArguments } from "../../support/sampleJobs";
import { seeded } from "../../support/seeds";

type Values = Readonly<Record<string, unknown>>;

const { feature, task, taskRun, customAttributes } = families;
const UNKNOWN = "known after the update";
const isUnknown = (value: unknown) => value === UNKNOWN;

const inputs: Values = {
  taskId: "t",
  featureId: "f",
  resultBucket: "acme-results",
  resultFilePath: "runs/",
};
const noResult = { resultKey: null, resultUri: null, resultSize: null, resultEtag: null };
const found = {
  resultKey: "runs/nclue_ab12_2026110109.tsv",
  resultUri: "s3://acme-results/runs/nclue_ab12_2026110109.tsv",
  resultSize: 120,
  resultEtag: "x",
};
const outputs: Values = {
  ...inputs,
  ...found,
  runId: "1",
  name: "churn-fe00a20ac4",
  taskName: "spring-offer",
  featureName: "members",
  status: "completed",
  createdAt: "2026-11-01T09:00:00+09:00",
  completedAt: "2026-11-01T09:10:00+09:00",
  lineCount: 120,
  failMessage: null,
  drift: null,
  __nclue: { nameGiven: false, taken: [] },
};

/** The difference between a stored run and a program, both with changes. */
function diffRun(old: Values = {}, now: Values = {}, facts: Partial<DiffFacts> = {}): JobDiff {
  return diff(taskRun, { ...outputs, ...old }, { ...inputs, ...now }, facts);
}

function diff(
  family: Family,
  stored: Values,
  declared: Values,
  { isPreview = true, sourceChange, isSourceReadable = false }: Partial<DiffFacts> = {},
): JobDiff {
  const declaration = readDeclaration(family, declared);
  const facts = { isPreview, isUnknown, sourceChange, isSourceReadable };
  return diffJob(readStored(family, "1", stored), declaration, facts);
}

const NOTHING: JobDiff = { changes: false, replaces: [] };
const UPDATE: JobDiff = { changes: true, replaces: [] };
const replace = (...replaces: readonly string[]): JobDiff => ({ changes: true, replaces });

interface Row {
  readonly what: string;
  readonly old?: Values;
  readonly now?: Values;
  readonly inPreview: JobDiff;
  /** Where it differs from the preview. */
  readonly inUpdate?: JobDiff;
}

const inProgress = { ...noResult, status: "in_progress", completedAt: null, lineCount: null };
const failed = { ...noResult, status: "failed", failMessage: "OBS_UPLOAD_FAILED" };
const given = { name: "mine", __nclue: { nameGiven: true, taken: [] } };
const taken = { __nclue: { nameGiven: false, taken: ["resultBucket", "resultFilePath"] } };

const fieldRows: readonly Row[] = [
  { what: "another task", now: { taskId: "u" }, inPreview: replace("taskId") },
  { what: "a task in capitals", now: { taskId: "T" }, inPreview: replace("taskId") },
  { what: "another feature", now: { featureId: "u" }, inPreview: replace("featureId") },
  { what: "another bucket", now: { resultBucket: "b" }, inPreview: replace("resultBucket") },
  { what: "another path", now: { resultFilePath: "p/" }, inPreview: replace("resultFilePath") },
  {
    what: "no bucket any more",
    now: { resultBucket: undefined },
    inPreview: replace("resultBucket"),
  },
  {
    what: "a bucket for the first time",
    old: { resultBucket: null },
    inPreview: replace("resultBucket"),
  },
  {
    what: "several at once",
    now: { taskId: "u", resultFilePath: "p/" },
    inPreview: replace("taskId", "resultFilePath"),
  },
];

const nameRows: readonly Row[] = [
  { what: "the generated name, which is no argument", inPreview: NOTHING },
  { what: "a name where there was none", now: { name: "mine" }, inPreview: replace("name") },
  {
    what: "the generated name, written into the program",
    now: { name: "churn-fe00a20ac4" },
    inPreview: NOTHING,
  },
  { what: "the same given name", old: given, now: { name: "mine" }, inPreview: NOTHING },
  { what: "another given name", old: given, now: { name: "other" }, inPreview: replace("name") },
  { what: "no name any more", old: given, inPreview: replace("name") },
];

const triggerRows: readonly Row[] = [
  { what: "an empty list of triggers", now: { triggers: [] }, inPreview: NOTHING },
  {
    what: "no triggers instead of an empty list",
    old: { triggers: [] },
    now: { triggers: null },
    inPreview: NOTHING,
  },
  { what: "a first trigger", now: { triggers: [1] }, inPreview: replace("triggers") },
  {
    what: "another order of a trigger's keys",
    old: { triggers: [{ a: 1, b: 2 }] },
    now: { triggers: [{ b: 2, a: 1 }] },
    inPreview: NOTHING,
  },
  ...[
    [
      [1, 2],
      [2, 1],
    ],
    [
      ["a", "b"],
      ["b", "a"],
    ],
    [["a"], ["a", "a"]],
    [["a"], ["a "]],
    [["1"], [1]],
  ].map(
    ([before, after]): Row => ({
      what: `triggers ${JSON.stringify(after)} instead of ${JSON.stringify(before)}`,
      old: { triggers: before },
      now: { triggers: after },
      inPreview: replace("triggers"),
    }),
  ),
  { what: "triggers taken away", old: { triggers: [1] }, inPreview: replace("triggers") },
];

const unknownRows: readonly Row[] = [
  {
    what: "an unknown bucket",
    now: { resultBucket: UNKNOWN },
    inPreview: replace("resultBucket"),
    inUpdate: UPDATE,
  },
  {
    what: "an unknown value inside a trigger",
    old: { triggers: [{ a: 1 }] },
    now: { triggers: [{ a: UNKNOWN }] },
    inPreview: replace("triggers"),
    inUpdate: UPDATE,
  },
  {
    what: "an unknown name where the name is generated",
    now: { name: UNKNOWN },
    inPreview: replace("name"),
    inUpdate: UPDATE,
  },
  {
    what: "an unknown bucket beside another task",
    now: { resultBucket: UNKNOWN, taskId: "u" },
    inPreview: replace("taskId", "resultBucket"),
    inUpdate: replace("taskId"),
  },
];

const submitted = { waitFor: "submitted" };
const policyRows: readonly Row[] = [
  { what: "a policy, once it has ended", now: { onFailure: "fail" }, inPreview: NOTHING },
  { what: "waitFor, once it has ended", now: submitted, inPreview: NOTHING },
  { what: "an unknown policy, once it has ended", now: { verify: UNKNOWN }, inPreview: NOTHING },
  ...[
    "onFailure:fail",
    "onDeleteWhileRunning:fail",
    "onDuplicateName:adopt",
    "verify:off",
    "onResultMissing:fail",
  ].map((policy): Row => {
    const [name = "", value] = policy.split(":");
    return {
      what: `${name} while it runs`,
      old: { ...inProgress, ...submitted },
      now: { [name]: value, ...submitted },
      inPreview: UPDATE,
    };
  }),
  { what: "waitFor while it runs", old: inProgress, now: submitted, inPreview: UPDATE },
  {
    what: "a policy's default, written into the program",
    old: { ...inProgress, ...submitted },
    now: { ...submitted, onFailure: "rerun", verify: "bucket", onResultMissing: "accept" },
    inPreview: NOTHING,
  },
  {
    what: "an unknown policy while it runs",
    old: { ...inProgress, ...submitted },
    now: { ...submitted, verify: UNKNOWN },
    inPreview: UPDATE,
  },
];

const statusRows: readonly Row[] = [
  { what: "not completed yet", old: inProgress, inPreview: UPDATE },
  ...["registered", "pending"].map(
    (status): Row => ({
      what: `${status}, and "started" is wanted`,
      old: { ...inProgress, status, waitFor: "started" },
      now: { waitFor: "started" },
      inPreview: UPDATE,
    }),
  ),
  {
    what: 'in progress, and "started" is wanted',
    old: { ...inProgress, waitFor: "started" },
    now: { waitFor: "started" },
    inPreview: NOTHING,
  },
  {
    what: 'completed, and "started" is wanted',
    old: { waitFor: "started" },
    now: { waitFor: "started" },
    inPreview: NOTHING,
  },
  ...["registered", "pending", "in_progress", "hibernating"].map(
    (status): Row => ({
      what: `${status}, and "submitted" is wanted`,
      old: { ...inProgress, ...submitted, status },
      now: submitted,
      inPreview: NOTHING,
    }),
  ),
  {
    what: "a status that nobody knows",
    old: { ...inProgress, status: "hibernating" },
    inPreview: UPDATE,
  },
  {
    what: 'failed, under "fail"',
    old: { ...failed, onFailure: "fail" },
    now: { onFailure: "fail" },
    inPreview: UPDATE,
  },
  {
    what: 'failed, under "fail", with another path',
    old: { ...failed, onFailure: "fail" },
    now: { onFailure: "fail", resultFilePath: "p/" },
    inPreview: replace("resultFilePath"),
  },
];

const imported = { __nclue: { importedIds: ["x", "Y"] } };
const importRows: readonly Row[] = [
  {
    what: "an import option that has been carried out",
    old: { __nclue: { importedIds: ["1"] } },
    now: { __nclue: { importId: "1" } },
    inPreview: NOTHING,
  },
  {
    what: "an import option that release 0.1.0 has carried out",
    old: { __nclue: { importId: "x" } },
    now: { __nclue: { importId: "x" } },
    inPreview: NOTHING,
  },
  { what: "an import option taken out", old: imported, inPreview: NOTHING },
  {
    what: "an import option for the very job that is stored",
    now: { __nclue: { importId: "1" } },
    inPreview: NOTHING,
  },
  {
    what: "an import option left in, whose job was replaced since",
    old: imported,
    now: { __nclue: { importId: "x" } },
    inPreview: NOTHING,
  },
  {
    what: "an import option left in, with the id in another case",
    old: imported,
    now: { __nclue: { importId: "y" } },
    inPreview: NOTHING,
  },
  {
    what: "an import option left in, and other triggers",
    old: { ...imported, triggers: [1] },
    now: { __nclue: { importId: "x" }, triggers: [2] },
    inPreview: replace("triggers"),
  },
  {
    what: "bucket and path that the import took from the service",
    old: taken,
    now: { resultBucket: undefined, resultFilePath: undefined },
    inPreview: NOTHING,
  },
  {
    what: "bucket and path that the import took, written into the program",
    old: taken,
    inPreview: NOTHING,
  },
  {
    what: "another bucket than the import took from the service",
    old: taken,
    now: { resultBucket: "b", resultFilePath: undefined },
    inPreview: replace("resultBucket"),
  },
];

const plumbingRows: readonly Row[] = [
  {
    what: "a URN, timeouts and other plumbing",
    now: { __nclue: { urn: "u", timeouts: { create: "1h" }, stateWasRead: true } },
    inPreview: NOTHING,
  },
];

describe("diffJob", () => {
  for (const [what, rows] of [
    ["of what a job is created from", fieldRows],
    ["of the name", nameRows],
    ["of triggers", triggerRows],
    ["of values that are not known yet", unknownRows],
    ["of policies", policyRows],
    ["of the status", statusRows],
    ["of the import option", importRows],
    ["of plumbing", plumbingRows],
  ] as const) {
    describe(what, () => {
      for (const { what, old, now, inPreview, inUpdate = inPreview } of rows) {
        for (const [isPreview, expected] of [
          [true, inPreview],
          [false, inUpdate],
        ] as const) {
          const outcome =
            expected.replaces.length > 0
              ? "replaces"
              : expected.changes
                ? "updates"
                : "is no change";
          it(`${what}: ${outcome} in ${isPreview ? "a preview" : "an update"}`, () =>
            assert.deepEqual(diffRun(old, now, { isPreview }), expected));
        }
      }
    });
  }
});

describe("the reason of a difference", () => {
  it('is the failure of the job, under "rerun"', () =>
    assert.deepEqual(diffRun(failed), {
      ...replace("status"),
      reason: '{job} failed: OBS_UPLOAD_FAILED; a new run replaces it (onFailure: "rerun")',
    }));

  it("is a failure for which the service gives no reason", () =>
    assert.equal(
      diffRun({ ...failed, failMessage: null }).reason,
      '{job} failed; a new run replaces it (onFailure: "rerun")',
    ));

  it("is an import option that names another job", () =>
    assert.deepEqual(diffRun({}, { __nclue: { importId: "2" } }), {
      ...replace("import"),
      reason: "the import option names 2 now, which replaces {job}",
    }));

  it("is left out where an argument is the reason", () =>
    assert.deepEqual(diffRun(failed, { taskId: "u" }), replace("taskId")));
});

describe("a replacement", () => {
  const deleted = (...replaces: readonly string[]) => ({
    ...replace(...replaces),
    deleteBeforeReplace: true,
  });

  it("deletes the old job first where both would have the same given name", () => {
    const now = { name: "mine", taskId: "u" };
    assert.deepEqual(diffRun(given, now), deleted("taskId"));
    const { deleteBeforeReplace } = diffRun({ ...given, ...failed }, { name: "mine" });
    assert.equal(deleteBeforeReplace, true);
  });

  it("creates the new job first under another given name, and under a generated one", () => {
    assert.deepEqual(diffRun(given, { name: "other" }), replace("name"));
    assert.deepEqual(diffRun({}, { taskId: "u" }), replace("taskId"));
  });

  it("deletes nothing where nothing is replaced", () =>
    assert.deepEqual(diffRun({ ...given, ...inProgress }, { name: "mine" }), UPDATE));
});

describe("the difference in a result", () => {
  const none = { ...noResult };
  const missing = { drift: "result-missing" };
  const open = { ...none, __nclue: { isSearchOpen: true } };
  const accept = { onResultMissing: "accept" };
  const fail = { onResultMissing: "fail" };
  const rerun = { onResultMissing: "rerun" };
  const table: readonly (readonly [what: string, old: Values, now: Values, expected: JobDiff])[] = [
    ["a result that is there", {}, rerun, NOTHING],
    [
      "a result that was replaced",
      { drift: "result-replaced" },
      {},
      { ...UPDATE, reason: "the result of {job} was replaced; an update accepts it as it is now" },
    ],
    [
      "a result that is missing",
      missing,
      {},
      {
        ...UPDATE,
        reason:
          'the result of {job} is missing; an update accepts that (onResultMissing: "accept")',
      },
    ],
    [
      "a result that is missing, which is an error",
      missing,
      fail,
      {
        ...UPDATE,
        reason:
          "the result of {job} is missing; an update searches again, and fails without it " +
          '(onResultMissing: "fail")',
      },
    ],
    [
      "a result that is missing, which asks for a new job",
      missing,
      rerun,
      {
        ...replace("resultKey"),
        reason: 'the result of {job} is missing; a new run replaces it (onResultMissing: "rerun")',
      },
    ],
    [
      "a search that was cut short",
      open,
      {},
      {
        ...UPDATE,
        reason: "the search for the result of {job} was cut short; an update searches again",
      },
    ],
    [
      "a search that was cut short, which asks for no new job yet",
      open,
      rerun,
      {
        ...UPDATE,
        reason: "the search for the result of {job} was cut short; an update searches again",
      },
    ],
    ["no result, which is accepted", none, accept, NOTHING],
    [
      "no result, which is an error",
      none,
      fail,
      {
        ...UPDATE,
        reason:
          "the result of {job} was not found; an update searches again, and fails without it " +
          '(onResultMissing: "fail")',
      },
    ],
    [
      "no result, which asks for a new job",
      none,
      rerun,
      {
        ...replace("resultKey"),
        reason:
          'the result of {job} was not found; a new run replaces it (onResultMissing: "rerun")',
      },
    ],
    [
      "no result of a job that is not completed",
      { ...inProgress, ...submitted },
      submitted,
      NOTHING,
    ],
    [
      "no result of a job whose program names no place",
      { ...none, resultBucket: null, resultFilePath: null },
      { ...fail, resultBucket: null, resultFilePath: null },
      NOTHING,
    ],
  ];
  for (const [what, old, now, expected] of table) {
    for (const isPreview of [true, false]) {
      it(`${what} (${isPreview ? "preview" : "update"})`, () =>
        assert.deepEqual(diffRun(old, now, { isPreview }), expected));
    }
  }

  it("counts for custom attributes as for runs", () => {
    const given = requiredArguments.customAttributes;
    const stored = { ...given, ...none, name: "n", profileId: "1", status: "completed" };
    assert.deepEqual(diff(customAttributes, stored, { ...given, ...rerun }).replaces, [
      "resultKey",
    ]);
  });
});

describe("the difference in keywords", () => {
  const given = requiredArguments.customAttributes;
  const stored = { ...given, ...found, name: "n", profileId: "1", status: "completed" };
  const of = (...keywords: readonly unknown[]) =>
    diff(customAttributes, stored, { ...given, keywords });

  it("is none in their order, or in blanks around them", () => {
    assert.deepEqual(of("marathon", "running"), NOTHING);
    assert.deepEqual(of(" marathon", "running "), NOTHING);
  });

  it("replaces where one is added, taken away, changed or malformed", () => {
    for (const keywords of [
      ["running", "marathon", "jogging"],
      ["running"],
      ["running", "Marathon"],
      [7],
    ]) {
      assert.deepEqual(of(...keywords), replace("keywords"));
    }
  });
});

describe("the difference in a task", () => {
  const given = requiredArguments.task;
  const trained = {
    ...given,
    testFeatureId: null,
    testBucket: null,
    testFilePath: null,
    taskId: "1",
    name: "churn-fe00a20ac4",
    status: "completed",
    auroc: 0.7,
    sourceDigest: "d",
    drift: null,
    __nclue: { nameGiven: false, source: { count: 1, newestMs: 1 } },
  };
  const of = (old: Values, now: Values, facts: Partial<DiffFacts> = {}) =>
    diff(task, { ...trained, ...old }, { ...given, ...now }, facts);
  const notGood = (auroc: number | null, minAuroc: number) => ({
    ...UPDATE,
    reason:
      auroc === null
        ? `{job} is not good enough: the service gives no AUROC, and minAuroc is ${minAuroc}`
        : `{job} is not good enough: its AUROC is ${auroc}, which is below minAuroc ${minAuroc}`,
  });

  it("is an update at each up, while the gate is not met", () => {
    const gate = { minAuroc: 0.75 };
    assert.deepEqual(of(gate, gate), notGood(0.7, 0.75));
    assert.deepEqual(of({ ...gate, auroc: null }, gate), notGood(null, 0.75));
  });

  it("is an update where the gate is raised above a finished model", () =>
    assert.deepEqual(of({ minAuroc: 0.6 }, { minAuroc: 0.75 }), notGood(0.7, 0.75)));

  it("is an update without a word where the gate is lowered, and met or left out", () => {
    assert.deepEqual(of({ minAuroc: 0.75 }, { minAuroc: 0.7 }), UPDATE);
    assert.deepEqual(of({ minAuroc: 0.75 }, {}), UPDATE);
  });

  it("is none where the gate is met, and none before the task is completed", () => {
    assert.deepEqual(of({ minAuroc: 0.7 }, { minAuroc: 0.7 }), NOTHING);
    const running = { ...submitted, status: "in_progress", auroc: null, minAuroc: 0.9 };
    assert.deepEqual(of(running, { ...submitted, minAuroc: 0.9 }), NOTHING);
  });

  it("is an update where the gate is not known yet", () =>
    assert.deepEqual(of({ minAuroc: 0.7 }, { minAuroc: UNKNOWN }), UPDATE));

  it("replaces below the gate where an argument changes", () =>
    assert.deepEqual(
      of({ minAuroc: 0.75 }, { minAuroc: 0.75, trainFilePath: "labels/new.tsv" }),
      replace("trainFilePath"),
    ));

  it("replaces where test data is added or taken away", () => {
    const test = { testFeatureId: "f-2", testBucket: "acme-behaviour", testFilePath: "test/" };
    const all = replace("testFeatureId", "testBucket", "testFilePath");
    assert.deepEqual(of({}, test), all);
    assert.deepEqual(of(test, {}), all);
    assert.deepEqual(of(test, test), NOTHING);
  });
});

describe("the difference in source data", () => {
  const given = requiredArguments.feature;
  const stored = {
    ...given,
    featureId: "1",
    name: "members-fe00a20ac4",
    status: "completed",
    sourceDigest: "d",
    drift: null,
    onSourceChange: "rerun",
    __nclue: { nameGiven: false, source: { count: 1, newestMs: 1 } },
  };
  const sourceChange = "the source data of {job} has changed: 1 of 1 objects changed since";
  const rerun = { onSourceChange: "rerun" };
  const of = (old: Values, now: Values, facts: Partial<DiffFacts> = {}) =>
    diff(feature, { ...stored, ...old }, { ...given, ...now }, facts);
  const replaced = {
    ...replace("sourceDigest"),
    reason: `${sourceChange}; a new feature replaces it (onSourceChange: "rerun")`,
  };

  it("replaces, in preview and update alike", () => {
    for (const isPreview of [true, false]) {
      assert.deepEqual(of({}, rerun, { sourceChange, isPreview }), replaced);
    }
  });

  it("replaces a job that has not ended, and one that failed and stays an error", () => {
    assert.deepEqual(of({ status: "in_progress" }, rerun, { sourceChange }), replaced);
    const fail = { onFailure: "fail" };
    const old = { ...fail, status: "failed" };
    assert.deepEqual(of(old, { ...rerun, ...fail }, { sourceChange }), replaced);
  });

  it("replaces a task below its gate: new data may make a better one", () => {
    const ofTask = { ...requiredArguments.task, minAuroc: 0.9, ...rerun };
    const old = { ...ofTask, taskId: "1", name: "n", status: "completed", auroc: 0.1 };
    assert.deepEqual(diff(task, old, ofTask, { sourceChange }).replaces, ["sourceDigest"]);
  });

  it("is none where nothing has changed, and drift that a refresh has noted is none", () => {
    assert.deepEqual(of({}, rerun), NOTHING);
    const ignored = { onSourceChange: "ignore", drift: "source-changed" };
    assert.deepEqual(of(ignored, {}), NOTHING);
  });

  it("comes after a changed argument", () =>
    assert.deepEqual(
      of({}, { ...rerun, sourceFilePath: "new/" }, { sourceChange }),
      replace("sourceFilePath"),
    ));

  it("is watched from the update on that asks for it", () => {
    const ignored = { onSourceChange: "ignore", sourceDigest: null };
    assert.deepEqual(of(ignored, rerun), UPDATE);
    assert.deepEqual(of({ ...ignored, onSourceChange: "rerun" }, rerun), NOTHING);
  });
});

describe("the difference in any job", () => {
  for (const missing of ["taskId", "featureId", "status", "name", "__nclue", "triggers", "drift"]) {
    it(`is none where an old state lacks ${missing}`, () => {
      const { [missing]: _, ...rest } = outputs;
      assert.deepEqual(diff(taskRun, rest, inputs), NOTHING);
    });
  }

  it("is none where an old state knows nothing of results", () => {
    const { resultKey, resultUri, resultSize, resultEtag, drift, ...rest } = outputs;
    assert.deepEqual(diff(taskRun, rest, inputs), NOTHING);
  });

  const text = fc.string({ minLength: 1 });
  const field = fc.oneof(text, fc.array(text, { minLength: 1 }));
  const argsOf = (family: Family) =>
    fc.record(
      {
        ...Object.fromEntries(Object.keys(family.fields).map((name) => [name, field])),
        name: text,
        triggers: fc.array(fc.jsonValue()),
        onFailure: fc.constantFrom("rerun", "fail"),
        verify: fc.constantFrom("bucket", "all", "off"),
        onSourceChange: fc.constantFrom("ignore", "rerun"),
      },
      { requiredKeys: [] },
    ) as fc.Arbitrary<Values>;

  for (const family of Object.values(families)) {
    it(`is none between a completed job and the arguments that it was created from: ${family.noun}`, () =>
      fc.assert(
        fc.property(argsOf(family), fc.boolean(), (args, isPreview) => {
          const nothing = Object.fromEntries(argumentsOf(family).map((name) => [name, null]));
          const stored = {
            ...nothing,
            ...args,
            status: "completed",
            name: args.name ?? "generated",
            __nclue: { nameGiven: args.name !== undefined },
          };
          assert.deepEqual(diff(family, stored, args, { isPreview }), NOTHING);
        }),
        seeded(),
      ));
  }

  const anything = fc.dictionary(
    fc.oneof(
      fc.constantFrom(...Object.keys(outputs), "triggers", "waitFor", "onFailure", "minAuroc"),
      fc.string(),
    ),
    fc.oneof(fc.anything({ maxDepth: 3 }), fc.constant(UNKNOWN), fc.constant([{ a: UNKNOWN }])),
  );

  it("has an answer to any state and any inputs", () =>
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(families)),
        anything,
        anything,
        fc.boolean(),
        (family, old, now, isPreview) => {
          const { changes, replaces } = diff(family, old, now, { isPreview });
          assert.equal(typeof changes, "boolean");
          if (replaces.length > 0) assert.ok(changes);
        },
      ),
      seeded(),
    ));
});
