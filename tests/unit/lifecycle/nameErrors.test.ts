import assert from "node:assert/strict";
import { families } from "../../../provider/src/domain/families";
import { NclueError } from "../../../provider/src/kernel/errors";
import {
  differs,
  lostButDiffers,
  nameOfOthers,
  nameTaken,
  takenUnseen,
  unclear,
} from "../../../provider/src/lifecycle/nameErrors";
import { declarationOf, jobOf } from "../../support/sampleJobs";

const { taskRun, customAttributes } = families;

const run = jobOf(taskRun, {
  name: "weekly",
  fields: { taskId: "t-2", featureId: "f-1", resultFilePath: "elsewhere/" },
});
const program = (args: object = {}, plumbing: object = {}) =>
  declarationOf(taskRun, { name: "weekly", ...args }, { ...plumbing });
const adopting = program({ onDuplicateName: "adopt" });

const WHICH = 'task run "weekly" (1, in_progress, created 2026-11-01T09:00:00+09:00)';
const TO_MOVE =
  "where that resource is this one under its former name, say so with the resource option aliases; " +
  "to move the run, take that resource out of the program and out of the state " +
  '("pulumi state delete <its urn>" keeps the run), then take it over with the resource option ' +
  'import: "1" or with onDuplicateName: "adopt"';
const WAYS_OUT =
  'use another name, take the run over with the resource option import: "1" or with ' +
  'onDuplicateName: "adopt" (same arguments, not failed), or delete the run';
const TO_BE_EQUAL =
  'delete it ("npx pulumi-nclue delete 1"), give this one a name of its own, or make the arguments ' +
  'equal to it and take it over with the resource option import: "1"';
const LOST = `creating it: its answer was lost, and ${WHICH} has appeared since, but `;

const other = program({ taskId: "t-1", featureId: "f-1", resultFilePath: "churn/" });
const secretly = program(
  { taskId: "t-1", featureId: "f-1", resultFilePath: "churn/" },
  { secrets: ["taskId"] },
);
const attributes = jobOf(customAttributes, {
  name: "runners",
  fields: { featureId: "f-1", keywords: ["running", "trail"] },
});

const errors: readonly (readonly [string, NclueError, string])[] = [
  [
    "of a run that has the name",
    nameTaken(program(), run, "it has failed"),
    `creating task run "weekly": the name belongs to ${WHICH}\n${WAYS_OUT}`,
  ],
  [
    "of a run that cannot be adopted",
    nameTaken(adopting, run, "it has failed"),
    `creating task run "weekly": the name belongs to ${WHICH}, which is not adopted: it has failed\n` +
      "use another name, or delete the run",
  ],
  [
    "of a run whose name the service does not tell",
    nameTaken(program(), { ...run, name: null }, undefined),
    'creating task run "weekly": the name may belong to task run without a name (1, in_progress, ' +
      "created 2026-11-01T09:00:00+09:00), whose name the service does not tell\n" +
      WAYS_OUT,
  ],
  [
    "of another resource's run",
    nameOfOthers(program(), run),
    `creating task run "weekly": the name belongs to ${WHICH}; another resource of this stack holds it\n` +
      `use another name; ${TO_MOVE}`,
  ],
  [
    "of another resource's run that was to be adopted",
    nameOfOthers(adopting, run),
    `creating task run "weekly": the name belongs to ${WHICH}, which is not adopted: another ` +
      `resource of this stack holds it\nuse another name; ${TO_MOVE}`,
  ],
  [
    "where the state could not be read",
    unclear(program(), run),
    `creating task run "weekly": the stack's state could not be read, so it is not clear whether ` +
      `${WHICH} is an interrupted attempt at this resource\n` +
      'take the run over with the resource option import: "1", delete it, or give this one a name ' +
      "of its own",
  ],
  [
    "of a run of other content",
    differs(other, run),
    `creating task run "weekly": ${WHICH} has the name that stands for this content, but taskId is ` +
      '"t-2" there and "t-1" in the program; resultFilePath is "elsewhere/" there and "churn/" in ' +
      `the program\n${TO_BE_EQUAL}`,
  ],
  [
    "of a run of other content, after a lost answer, where one argument is secret",
    lostButDiffers(secretly, "creating it", run),
    `${LOST}taskId differs; resultFilePath is "elsewhere/" there and "churn/" in the program\n${TO_BE_EQUAL}`,
  ],
  [
    "of custom attributes of other keywords",
    differs(declarationOf(customAttributes), attributes),
    'creating custom attributes "runners": custom attributes "runners" (1, in_progress, created ' +
      "2026-11-01T09:00:00+09:00) has the name that stands for this content, but keywords is " +
      '"running, trail" there and "running, marathon" in the program\n' +
      TO_BE_EQUAL,
  ],
];

describe("the error about a taken name", () => {
  for (const [what, error, message] of errors) {
    it(`says which job is in the way and what to do: ${what}`, () => {
      assert.equal(error.message, message);
      assert.equal(error.code, "name-taken");
      assert.deepEqual(error.facts, { jobIds: ["1"] });
    });
  }

  it("says that nobody is to be seen who has it, and what to do", () => {
    const refusal = new NclueError("refused", { doing: "POST /task-runs", cause: "HTTP 409" });
    const error = takenUnseen(program(), "weekly", refusal);
    assert.equal(
      error.message,
      'creating task run "weekly": the service refuses the name (HTTP 409), but lists no task run of ' +
        "that name, and what it is created from is completed\n" +
        "a job of another family, or one that was deleted, may carry the name: use another name, or " +
        "try again later",
    );
    assert.equal(error.code, "name-taken");
  });
});
