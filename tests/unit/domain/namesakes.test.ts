import assert from "node:assert/strict";
import { readArguments } from "../../../provider/src/domain/arguments";
import {
  chooseGeneratedName,
  differences,
  type KnownRun,
  type NameQuestion,
  sameContent,
} from "../../../provider/src/domain/namesakes";

const args = readArguments({
  taskId: "t",
  featureId: "f",
  resultBucket: "bucket",
  resultFilePath: "runs/",
});

const run = (runId: string, name: string, changes: Partial<KnownRun> = {}): KnownRun => ({
  runId,
  name,
  status: "in_progress",
  taskId: "t",
  featureId: "f",
  resultBucket: "bucket",
  resultFilePath: "runs/",
  createdAt: "2026-11-01T09:00:00+09:00",
  ...changes,
});

interface Row {
  readonly what: string;
  readonly known?: readonly KnownRun[];
  readonly held?: NameQuestion<KnownRun>["held"];
  readonly others?: readonly string[];
  readonly claimed?: readonly string[];
  readonly choice: string;
}

const held = { id: "held", createdAt: "2026-11-01T09:00:00+09:00" };
const heldRun = run("held", "n-1");

const rows: readonly Row[] = [
  { what: "no run of the name", choice: "post n-1" },
  { what: "an interrupted attempt", known: [run("a", "n-1")], choice: "adopt a" },
  {
    what: "an interrupted attempt that has completed since",
    known: [run("a", "n-1", { status: "completed" })],
    choice: "adopt a",
  },
  {
    what: "an interrupted attempt whose status nobody knows",
    known: [run("a", "n-1", { status: null })],
    choice: "adopt a",
  },
  {
    what: "an interrupted attempt that shows its final key",
    known: [run("a", "n-1", { resultFilePath: "runs/nclue_ab12_2026110109.tsv" })],
    choice: "adopt a",
  },
  {
    what: "an interrupted attempt under a follower",
    known: [run("a", "n-1", { status: "failed" }), run("b", "n-2")],
    choice: "adopt b",
  },
  {
    what: "an interrupted attempt behind a gap that a deleted run has left",
    known: [run("c", "n-3")],
    choice: "adopt c",
  },
  {
    what: "two attempts: the newer one",
    known: [run("a", "n-1"), run("b", "n-2", { createdAt: "2026-11-01T09:00:01+09:00" })],
    choice: "adopt b",
  },
  {
    what: "a failed attempt",
    known: [run("a", "n-1", { status: "failed" })],
    choice: "post n-2",
  },
  { what: "another task", known: [run("a", "n-1", { taskId: "u" })], choice: "post n-2" },
  { what: "another feature", known: [run("a", "n-1", { featureId: "u" })], choice: "post n-2" },
  { what: "another bucket", known: [run("a", "n-1", { resultBucket: "b" })], choice: "post n-2" },
  { what: "no bucket", known: [run("a", "n-1", { resultBucket: null })], choice: "post n-2" },
  { what: "another path", known: [run("a", "n-1", { resultFilePath: "p/" })], choice: "post n-2" },
  { what: "names of another case", known: [run("a", "N-1")], choice: "post n-1" },
  { what: "runs without a name", known: [run("a", "n-1", { name: null })], choice: "post n-1" },

  { what: "the run that the state holds", known: [heldRun], held, choice: "post n-2" },
  {
    what: "the held run and an attempt as old (stamps have whole seconds)",
    known: [heldRun, run("b", "n-2")],
    held,
    choice: "adopt b",
  },
  {
    what: "the held run and a newer attempt",
    known: [heldRun, run("b", "n-2", { createdAt: "2026-11-01T10:00:00+09:00" })],
    held,
    choice: "adopt b",
  },
  {
    what: "the held run and an older one of the same content",
    known: [heldRun, run("b", "n-2", { createdAt: "2026-11-01T08:59:59+09:00" })],
    held,
    choice: "post n-3",
  },
  {
    what: "an older one, by stamps of different zones",
    known: [heldRun, run("b", "n-2", { createdAt: "2026-10-31T23:59:59Z" })],
    held,
    choice: "post n-3",
  },
  {
    what: "a held run whose date is not known",
    known: [heldRun, run("b", "n-2", { createdAt: "2020-01-01T00:00:00+09:00" })],
    held: { id: "held", createdAt: null },
    choice: "adopt b",
  },

  {
    what: "a run that another resource holds",
    known: [run("a", "n-1")],
    others: ["a"],
    choice: "post n-2",
  },
  {
    what: "a name that another resource of the update uses",
    known: [run("a", "n-1")],
    claimed: ["n-1"],
    choice: "post n-2",
  },
  {
    what: "two attempts, of which the newer one counts",
    known: [
      run("a", "n-1", { createdAt: "2026-11-01T09:00:00+09:00" }),
      run("b", "n-2", { createdAt: "2026-11-01T10:00:00+09:00" }),
    ],
    choice: "adopt b",
  },
  {
    what: "two runs of one name, of which one is of other content",
    known: [run("a", "n-1"), run("b", "n-1", { taskId: "other" })],
    choice: "adopt a",
  },
  { what: "an unread state, and no namesake", held: undefined, choice: "post n-1" },
  {
    what: "an unread state, and what may be an attempt",
    known: [run("a", "n-1")],
    held: undefined,
    choice: "unclear a",
  },
  {
    what: "an unread state, and a failed namesake",
    known: [run("a", "n-1", { status: "failed" })],
    held: undefined,
    choice: "unclear a",
  },
];

function choose({ known = [], others = [], claimed = [], ...row }: Omit<Row, "what" | "choice">) {
  const choice = chooseGeneratedName({
    nameOf: (n) => `n-${n}`,
    args,
    known,
    held: "held" in row ? row.held : null,
    otherRunIds: new Set(others),
    isClaimed: (name) => claimed.includes(name),
  });
  return choice.kind === "post" ? `post ${choice.name}` : `${choice.kind} ${choice.run.runId}`;
}

describe("chooseGeneratedName", () => {
  for (const { what, choice, ...row } of rows) {
    it(`${what}: ${choice}`, () => assert.equal(choose(row), choice));
  }

  it("does not depend on the order of the list", () => {
    for (const { known = [], choice, ...row } of rows) {
      assert.equal(choose({ ...row, known: [...known].reverse() }), choice);
    }
  });

  it("ends, even where every name is taken", () => {
    const known = Array.from({ length: 1200 }, (_, n) =>
      run(`${n}`, `n-${n + 1}`, { taskId: "u" }),
    );
    assert.equal(choose({ known }), "post n-1001");
    const everything = chooseGeneratedName({
      nameOf: (n) => `n-${n}`,
      args,
      known: [],
      held: null,
      otherRunIds: new Set(),
      isClaimed: () => true,
    });
    assert.equal(everything.kind, "post");
  });
});

describe("differences", () => {
  it("lists each field with both sides, and leaves the name aside", () =>
    assert.deepEqual(differences(run("a", "other", { taskId: "u", resultBucket: null }), args), [
      { argument: "taskId", atService: "u", inProgram: "t" },
      { argument: "resultBucket", atService: null, inProgram: "bucket" },
    ]));

  it("takes the final key of the path for the path, and no other key", () => {
    const showing = (resultFilePath: string) => run("a", "n-1", { resultFilePath });
    assert.ok(sameContent(showing("runs/nclue_ab12_2026110109.tsv"), args));
    assert.ok(!sameContent(showing("other/nclue_ab12_2026110109.tsv"), args));
  });
});
