import assert from "node:assert/strict";
import { families } from "../../../provider/src/domain/families";
import type { Job } from "../../../provider/src/domain/job";
import {
  chooseGeneratedName,
  differences,
  hasSameContent,
  type NameQuestion,
  namelessAttempts,
} from "../../../provider/src/domain/namesakes";
import { declarationOf, jobOf } from "../../support/sampleJobs";

const { taskRun, task, customAttributes } = families;

const content = {
  taskId: "t",
  featureId: "f",
  resultBucket: "bucket",
  resultFilePath: "runs/",
};
const declaration = declarationOf(taskRun, content);

const run = (id: string, name: string | null, changes: Partial<Job> = {}): Job =>
  jobOf(taskRun, { id, name, ...changes, fields: { ...content, ...changes.fields } });
/** The key of a result, and the job that has written it. */
const key = "runs/nclue_ab12_2026110109.tsv";
const ended = {
  status: "completed",
  createdAt: "2026-11-01T09:00:00+09:00",
  completedAt: "2026-11-01T09:30:00+09:00",
};
const created = (time: string) => ({ createdAt: `2026-11-01T${time}+09:00` });

interface Row {
  readonly what: string;
  readonly known?: readonly Job[];
  readonly inState?: NameQuestion["inState"];
  readonly others?: readonly string[];
  readonly claimed?: readonly string[];
  readonly choice: string;
}

const inState = { id: "own", ...created("09:00:00"), importedIds: [] };
const ownRun = run("own", "n-1");
const failed = { status: "failed" };
const other = { fields: { taskId: "u" } };

const nobody: readonly Row[] = [
  { what: "no job of the name", choice: "post n-1" },
  { what: "names of another case", known: [run("a", "N-1")], choice: "post n-1" },
  { what: "jobs without a name", known: [run("a", null)], choice: "post n-1" },
  { what: "jobs of other names", known: [run("a", "n-1-2"), run("b", "m-1")], choice: "post n-1" },
];

const interrupted: readonly Row[] = [
  { what: "an interrupted attempt", known: [run("a", "n-1")], choice: "adopt a" },
  ...["registered", "pending", "completed", "hibernating", null].map((status) => ({
    what: `an interrupted attempt that is ${status ?? "of no status"}`,
    known: [run("a", "n-1", { status })],
    choice: "adopt a",
  })),
  {
    what: "one that shows its final key",
    known: [run("a", "n-1", { ...ended, fields: { resultFilePath: key } })],
    choice: "adopt a",
  },
  {
    what: "one whose path the service has tidied",
    known: [run("a", "n-1", { fields: { resultFilePath: "/runs" } })],
    choice: "adopt a",
  },
  {
    what: "one whose ids the service writes in capitals",
    known: [run("a", "n-1", { fields: { taskId: "T", featureId: "F" } })],
    choice: "adopt a",
  },
  {
    what: "one whose bucket and path the service does not say",
    known: [run("a", "n-1", { fields: { resultBucket: null, resultFilePath: null } })],
    choice: "adopt a",
  },
  {
    what: "one that the service says nothing of",
    known: [jobOf(taskRun, { id: "a", name: "n-1", createdAt: null })],
    choice: "adopt a",
  },
  {
    what: "one under a follower",
    known: [run("a", "n-1", failed), run("b", "n-2")],
    choice: "adopt b",
  },
  {
    what: "one behind a gap that a deleted job has left",
    known: [run("c", "n-3")],
    choice: "adopt c",
  },
  {
    what: "one behind many gaps and followers",
    known: [5, 10, 15, 20].map((n) => run(`${n}`, `n-${n}`, n === 20 ? {} : failed)),
    choice: "adopt 20",
  },
  {
    what: "two attempts: the newer one",
    known: [run("a", "n-1"), run("b", "n-2", created("09:00:01"))],
    choice: "adopt b",
  },
  {
    what: "two attempts, of which the follower is older",
    known: [run("a", "n-1", created("10:00:00")), run("b", "n-2")],
    choice: "adopt a",
  },
  {
    what: "two attempts of the same second: the follower",
    known: [run("a", "n-1"), run("b", "n-2")],
    choice: "adopt b",
  },
];

const different: readonly Row[] = [
  ...Object.keys(content).map((field) => ({
    what: `another ${field}`,
    known: [run("a", "n-1", { fields: { [field]: "other" } })],
    choice: "differs a",
  })),
  {
    what: "other content under a follower",
    known: [run("a", "n-1", failed), run("b", "n-2", other)],
    choice: "differs b",
  },
  {
    what: "two jobs of one name, of which one is of other content",
    known: [run("a", "n-1"), run("b", "n-1", other)],
    choice: "adopt a",
  },
  {
    what: "an attempt, and a newer job of other content",
    known: [run("a", "n-1"), run("b", "n-2", { ...other, ...created("10:00:00") })],
    choice: "adopt a",
  },
];

const explained: readonly Row[] = [
  { what: "a failed attempt", known: [run("a", "n-1", failed)], choice: "post n-2" },
  {
    what: "a failed job of other content",
    known: [run("a", "n-1", { ...failed, ...other })],
    choice: "post n-2",
  },
  { what: "the job that the state holds", known: [ownRun], inState, choice: "post n-2" },
  {
    what: "the job that the state holds, with its id in capitals",
    known: [run("OWN", "n-1")],
    inState,
    choice: "post n-2",
  },
  {
    what: "the job that the state holds, of other content (a secret argument has changed)",
    known: [run("own", "n-1", other)],
    inState,
    choice: "post n-2",
  },
  {
    what: "a deleted predecessor of the job that the state holds",
    known: [run("own", "n-2")],
    inState,
    choice: "post n-1",
  },
  {
    what: "the state's job and an attempt as old (stamps have whole seconds)",
    known: [ownRun, run("b", "n-2")],
    inState,
    choice: "adopt b",
  },
  {
    what: "the state's job and a newer attempt",
    known: [ownRun, run("b", "n-2", created("10:00:00"))],
    inState,
    choice: "adopt b",
  },
  {
    what: "the state's job and a newer one of other content",
    known: [ownRun, run("b", "n-2", { ...other, ...created("10:00:00") })],
    inState,
    choice: "differs b",
  },
  {
    what: "the state's job and an older one of the same content",
    known: [ownRun, run("b", "n-2", created("08:59:59"))],
    inState,
    choice: "post n-3",
  },
  {
    what: "an older one, by stamps of different zones",
    known: [ownRun, run("b", "n-2", { createdAt: "2026-10-31T23:59:59Z" })],
    inState,
    choice: "post n-3",
  },
  {
    what: "a job in the state whose date is not known",
    known: [ownRun, run("b", "n-2", { createdAt: "2020-01-01T00:00:00+09:00" })],
    inState: { ...inState, createdAt: null },
    choice: "adopt b",
  },
  {
    what: "an attempt whose date is not known",
    known: [ownRun, run("b", "n-2", { createdAt: null })],
    inState,
    choice: "adopt b",
  },
  {
    what: "a job that another resource of the stack owns",
    known: [run("a", "n-1")],
    others: ["a"],
    choice: "post n-2",
  },
  {
    what: "a job that another resource owns, with its id in capitals",
    known: [run("a", "n-1")],
    others: ["A"],
    choice: "post n-2",
  },
  {
    what: "a name that another resource of the update uses",
    known: [run("a", "n-1")],
    claimed: ["n-1"],
    choice: "post n-2",
  },
];

const unread: readonly Row[] = [
  { what: "no namesake", inState: undefined, choice: "post n-1" },
  { what: "an attempt", known: [run("a", "n-1")], inState: undefined, choice: "unclear a" },
  {
    what: "a failed namesake",
    known: [run("a", "n-1", failed)],
    inState: undefined,
    choice: "unclear a",
  },
];

function choose({ known = [], others = [], claimed = [], ...row }: Omit<Row, "what" | "choice">) {
  const choice = chooseGeneratedName({
    nameOf: (n) => `n-${n}`,
    declaration,
    known,
    inState: "inState" in row ? row.inState : null,
    otherJobIds: new Set(others),
    isClaimed: (name) => claimed.includes(name),
  });
  return choice.kind === "post" ? `post ${choice.name}` : `${choice.kind} ${choice.job.id}`;
}

describe("chooseGeneratedName", () => {
  for (const [world, rows] of [
    ["where nobody has the name", nobody],
    ["beside what may be an interrupted attempt", interrupted],
    ["beside jobs of other content", different],
    ["beside jobs that are explained", explained],
    ["where the state could not be read", unread],
  ] as const) {
    describe(world, () => {
      for (const { what, choice, ...row } of rows) {
        it(`${what}: ${choice}`, () => assert.equal(choose(row), choice));

        it(`${what}: ${choice}, in whatever order the list has it`, () =>
          assert.equal(choose({ ...row, known: [...(row.known ?? [])].reverse() }), choice));
      }
    });
  }

  it("says in which fields a job of the name differs", () => {
    const job = run("a", "n-1", { fields: { taskId: "u", resultFilePath: "other/" } });
    assert.deepEqual(
      chooseGeneratedName({
        nameOf: (n) => `n-${n}`,
        declaration,
        known: [job],
        inState: null,
        otherJobIds: new Set(),
        isClaimed: () => false,
      }),
      {
        kind: "differs",
        job,
        differences: [
          { argument: "taskId", atService: "u", inProgram: "t" },
          { argument: "resultFilePath", atService: "other/", inProgram: "runs/" },
        ],
      },
    );
  });

  it("ends, even where every name is taken", () => {
    const known = Array.from({ length: 1200 }, (_, n) => run(`${n}`, `n-${n + 1}`, failed));
    assert.equal(choose({ known }), "post n-1001");
    const everything = chooseGeneratedName({
      nameOf: (n) => `n-${n}`,
      declaration,
      known: [],
      inState: null,
      otherJobIds: new Set(),
      isClaimed: () => true,
    });
    assert.equal(everything.kind, "post");
  });
});

describe("namelessAttempts", () => {
  const attempts = {
    sinceMs: Date.parse("2026-11-01T08:00:00+09:00"),
    untilMs: Date.parse("2026-11-01T10:00:00+09:00"),
  };
  const at = (time: string, changes: Partial<Job> = {}) =>
    run(time, null, { ...created(time), ...changes });
  const rows: readonly (readonly [string, Job, boolean])[] = [
    ["one of this content, made in time", at("09:00:00"), true],
    ["one at the beginning of that time", at("08:00:00"), true],
    ["one before it", at("07:59:59"), false],
    ["one at its end", at("10:00:00"), false],
    ["one without a date", at("09:00:00", { createdAt: null }), false],
    ["one with a name", { ...at("09:00:00"), name: "m-1" }, false],
    ["one of other content", at("09:00:00", other), false],
    ["one whose path is not told", at("09:00:00", { fields: { resultFilePath: null } }), false],
    ["a failed one", at("09:00:00", failed), false],
    ["one that another resource holds", { ...at("09:00:00"), id: "other" }, false],
    ["one that the state holds", { ...at("09:30:00"), id: "OWN" }, false],
    ["one that is older than what the state holds", at("08:30:00"), false],
  ];
  for (const [what, job, isOne] of rows) {
    it(`${isOne ? "gives" : "leaves out"} ${what}`, () => {
      const state = what.includes("the state holds") ? inState : null;
      const question = {
        known: [job],
        declaration,
        inState: state,
        otherJobIds: new Set(["other"]),
        attempts,
      };
      assert.equal(namelessAttempts(question).length, isOne ? 1 : 0);
      assert.deepEqual(namelessAttempts({ ...question, attempts: undefined }), []);
    });
  }

  it("gives the newest first, and chooseGeneratedName adopts that", () => {
    const question = {
      nameOf: (n: number) => `n-${n}`,
      declaration,
      known: [at("09:00:00"), at("09:30:00")],
      inState: null,
      otherJobIds: new Set<string>(),
      isClaimed: () => false,
      attempts,
    };
    const choice = chooseGeneratedName(question);
    assert.ok(choice.kind === "adopt");
    assert.equal(choice.job.id, "09:30:00");
    assert.equal(chooseGeneratedName({ ...question, inState: undefined }).kind, "unclear");
  });
});

describe("differences", () => {
  it("lists each field with both sides, and leaves the name aside", () =>
    assert.deepEqual(differences(run("a", "other", { fields: { taskId: "u" } }), declaration), [
      { argument: "taskId", atService: "u", inProgram: "t" },
    ]));

  it("does not count what the service does not say", () => {
    const fields = { taskId: null, featureId: null, resultBucket: null, resultFilePath: null };
    assert.deepEqual(differences(run("a", "n-1", { fields }), declaration), []);
  });

  it("does not count what nobody asked for", () => {
    const job = jobOf(task, {
      fields: {
        trainFeatureId: "f-1",
        trainBucket: "acme-behaviour",
        trainFilePath: "labels/churn.tsv",
        testFeatureId: "f-9",
        testBucket: "some-bucket",
        testFilePath: "split/",
      },
    });
    assert.ok(hasSameContent(job, declarationOf(task)));
    assert.ok(!hasSameContent(job, declarationOf(task, { testFeatureId: "f-8" })));
  });

  it("takes the final key of the path for the path, and no other key", () => {
    const showing = (resultFilePath: string) =>
      run("a", "n-1", { ...ended, fields: { resultFilePath } });
    assert.ok(hasSameContent(showing(key), declaration));
    assert.ok(!hasSameContent(showing("other/nclue_ab12_2026110109.tsv"), declaration));
  });

  it("compares keywords as a set", () => {
    const showing = (...keywords: readonly string[]) =>
      jobOf(customAttributes, { fields: { keywords } });
    const wanted = declarationOf(customAttributes);
    assert.ok(hasSameContent(showing("marathon", "running"), wanted));
    assert.ok(!hasSameContent(showing("marathon"), wanted));
  });
});
