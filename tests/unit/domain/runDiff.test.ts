import assert from "node:assert/strict";
import fc from "fast-check";
import { diffRun, type RunDiff } from "../../../provider/src/domain/runDiff";
import { seeded } from "../../support/seeds";

const UNKNOWN = "known after the update";
const isUnknown = (value: unknown) => value === UNKNOWN;

type Values = Readonly<Record<string, unknown>>;

const inputs: Values = {
  taskId: "t",
  featureId: "f",
  resultBucket: "acme-results",
  resultFilePath: "runs/",
};
const outputs: Values = {
  ...inputs,
  runId: "1",
  name: "churn-fe00a20ac4",
  taskName: "spring-offer",
  featureName: "members",
  status: "completed",
  createdAt: "2026-11-01T09:00:00+09:00",
  completedAt: "2026-11-01T09:10:00+09:00",
  lineCount: 120,
  failMessage: null,
  resultKey: null,
  resultUri: null,
  resultSize: null,
  resultEtag: null,
  __nclue: { nameGiven: false, taken: [] },
};

const NOTHING: RunDiff = { changes: false, replaces: [] };
const UPDATE: RunDiff = { changes: true, replaces: [] };
const replace = (...replaces: readonly string[]): RunDiff => ({ changes: true, replaces });

interface Row {
  readonly what: string;
  readonly old?: Values;
  readonly now?: Values;
  readonly inPreview: RunDiff;
  /** Where it differs from the preview. */
  readonly inUpdate?: RunDiff;
}

const inProgress = { status: "in_progress", completedAt: null, lineCount: null };
const failed = { status: "failed", failMessage: "OBS_UPLOAD_FAILED" };
const given = { name: "mine", __nclue: { nameGiven: true, taken: [] } };
const taken = { __nclue: { nameGiven: false, taken: ["resultBucket", "resultFilePath"] } };

const rows: readonly Row[] = [
  { what: "nothing", inPreview: NOTHING },

  // Arguments that replace.
  { what: "another task", now: { taskId: "u" }, inPreview: replace("taskId") },
  { what: "another feature", now: { featureId: "u" }, inPreview: replace("featureId") },
  { what: "another bucket", now: { resultBucket: "b" }, inPreview: replace("resultBucket") },
  { what: "another path", now: { resultFilePath: "p/" }, inPreview: replace("resultFilePath") },
  { what: "a bucket less", now: { resultBucket: undefined }, inPreview: replace("resultBucket") },
  { what: "a bucket more", old: { resultBucket: null }, inPreview: replace("resultBucket") },
  {
    what: "several at once",
    now: { taskId: "u", resultFilePath: "p/" },
    inPreview: replace("taskId", "resultFilePath"),
  },

  // Names.
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

  // Triggers.
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
  {
    what: "another order of triggers",
    old: { triggers: [1, 2] },
    now: { triggers: [2, 1] },
    inPreview: replace("triggers"),
  },
  { what: "triggers taken away", old: { triggers: [1] }, inPreview: replace("triggers") },

  // Unknown values.
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

  // Policies.
  { what: "a policy, once it has ended", now: { onFailure: "fail" }, inPreview: NOTHING },
  { what: "an unknown policy, once it has ended", now: { verify: UNKNOWN }, inPreview: NOTHING },
  ...["onFailure:fail", "onDeleteWhileRunning:fail", "onDuplicateName:adopt", "verify:off"].map(
    (policy): Row => {
      const [name = "", value] = policy.split(":");
      return {
        what: `${name} while it runs`,
        old: inProgress,
        now: { [name]: value, waitFor: "submitted" },
        inPreview: UPDATE,
      };
    },
  ),
  {
    what: "a policy's default, written into the program",
    old: { ...inProgress, waitFor: "submitted" },
    now: { waitFor: "submitted", onFailure: "rerun", verify: "bucket" },
    inPreview: NOTHING,
  },
  {
    what: "an unknown policy while it runs",
    old: { ...inProgress, waitFor: "submitted" },
    now: { waitFor: "submitted", verify: UNKNOWN },
    inPreview: UPDATE,
  },

  // Status.
  { what: "not completed yet", old: inProgress, inPreview: UPDATE },
  ...["registered", "pending"].map(
    (status): Row => ({
      what: `${status}, and "started" is wanted`,
      old: { ...inProgress, status, waitFor: "started" },
      now: { waitFor: "started" },
      inPreview: UPDATE,
    }),
  ),
  ...["in_progress", "completed"].map(
    (status): Row => ({
      what: `${status}, and "started" is wanted`,
      old: { ...inProgress, status, waitFor: "started" },
      now: { waitFor: "started" },
      inPreview: NOTHING,
    }),
  ),
  ...["registered", "pending", "in_progress", "completed", "hibernating"].map(
    (status): Row => ({
      what: `${status}, and "submitted" is wanted`,
      old: { ...inProgress, status, waitFor: "submitted" },
      now: { waitFor: "submitted" },
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

  // Import.
  {
    what: "an import option that has been carried out",
    old: { __nclue: { importId: "1" } },
    now: { __nclue: { importId: "1" } },
    inPreview: NOTHING,
  },
  {
    what: "an import option taken out",
    old: { __nclue: { importId: "1" } },
    now: { __nclue: {} },
    inPreview: NOTHING,
  },
  {
    what: "an import option for the very run that is held",
    now: { __nclue: { importId: "1" } },
    inPreview: NOTHING,
  },
  {
    what: "bucket and path that the import took from the service",
    old: taken,
    now: { resultBucket: undefined, resultFilePath: undefined },
    inPreview: NOTHING,
  },
  {
    what: "another bucket than the import took from the service",
    old: taken,
    now: { resultBucket: "b", resultFilePath: undefined },
    inPreview: replace("resultBucket"),
  },

  // Plumbing and old states.
  {
    what: "a URN, timeouts and other plumbing",
    now: { __nclue: { urn: "u", timeouts: { create: "1h" }, stateWasRead: true } },
    inPreview: NOTHING,
  },
];

describe("diffRun", () => {
  for (const { what, old = {}, now = {}, inPreview, inUpdate = inPreview } of rows) {
    for (const [isPreview, expected] of [
      [true, inPreview],
      [false, inUpdate],
    ] as const) {
      const outcome =
        expected.replaces.length > 0 ? "replaces" : expected.changes ? "updates" : "is no change";
      it(`${what}: ${outcome} in ${isPreview ? "a preview" : "an update"}`, () =>
        assert.deepEqual(
          diffRun("1", { ...outputs, ...old }, { ...inputs, ...now }, isPreview, isUnknown),
          expected,
        ));
    }
  }

  it('replaces a failed run under "rerun", and says which one failed and why', () =>
    assert.deepEqual(diffRun("1", { ...outputs, ...failed }, inputs, true, isUnknown), {
      changes: true,
      replaces: ["status"],
      reason:
        'task run "churn-fe00a20ac4" (1) failed: OBS_UPLOAD_FAILED; a new run replaces it (onFailure: "rerun")',
    }));

  it("replaces where the import option names another run, and says so", () => {
    const news = { ...inputs, __nclue: { importId: "2" } };
    const { changes, replaces, reason } = diffRun("1", outputs, news, true, isUnknown);
    assert.deepEqual({ changes, replaces }, replace("import"));
    assert.match(reason ?? "", /the import option names (task )?run 2 now/);
  });

  it("says nothing where an argument is the reason", () =>
    assert.equal(
      diffRun("1", { ...outputs, ...failed }, { ...inputs, taskId: "u" }, true, isUnknown).reason,
      undefined,
    ));

  for (const missing of ["taskId", "featureId", "status", "name", "__nclue", "triggers"]) {
    it(`finds no change where an old state lacks ${missing}`, () => {
      const { [missing]: _, ...rest } = outputs;
      assert.deepEqual(diffRun("1", rest, inputs, true, isUnknown), NOTHING);
    });
  }

  const known = fc.record(
    {
      taskId: fc.string(),
      featureId: fc.string(),
      name: fc.string({ minLength: 1 }),
      resultBucket: fc.string(),
      resultFilePath: fc.string(),
      triggers: fc.array(fc.jsonValue()),
      onFailure: fc.constantFrom("rerun", "fail"),
      verify: fc.constantFrom("bucket", "all", "off"),
    },
    { requiredKeys: ["taskId", "featureId"] },
  );

  it("finds no change in a completed run whose arguments are the same", () =>
    fc.assert(
      fc.property(known, fc.boolean(), (args, isPreview) => {
        const stored = {
          ...outputs,
          resultBucket: null,
          resultFilePath: null,
          ...args,
          __nclue: { nameGiven: args.name !== undefined },
        };
        assert.deepEqual(diffRun("1", stored, args, isPreview, isUnknown), NOTHING);
      }),
      seeded(),
    ));

  const anything = fc.dictionary(
    fc.oneof(
      fc.constantFrom(...Object.keys(outputs), "triggers", "waitFor", "onFailure"),
      fc.string(),
    ),
    fc.oneof(fc.anything({ maxDepth: 3 }), fc.constant(UNKNOWN), fc.constant([{ a: UNKNOWN }])),
  );

  it("has an answer to any state and any inputs", () =>
    fc.assert(
      fc.property(anything, anything, fc.boolean(), (old, now, isPreview) => {
        const { changes, replaces } = diffRun("1", old, now, isPreview, isUnknown);
        assert.equal(typeof changes, "boolean");
        if (replaces.length > 0) assert.ok(changes);
      }),
      seeded(),
    ));
});
