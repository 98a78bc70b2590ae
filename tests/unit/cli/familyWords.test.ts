import assert from "node:assert/strict";
import { ALL_FAMILIES, countJobs, familyOf } from "../../../provider/src/cli/familyWords";
import { families } from "../../../provider/src/domain/families";

describe("the word for a family", () => {
  for (const [word, name] of [
    ["runs", "taskRun"],
    ["run", "taskRun"],
    ["taskRun", "taskRun"],
    ["task-runs", "taskRun"],
    ["tasks", "task"],
    ["Feature", "feature"],
    ["attributes", "customAttributes"],
    ["custom-attributes", "customAttributes"],
    ["intent", "shoppingIntent"],
    ["shopping intents", "shoppingIntent"],
    ["profiles", undefined],
    ["", undefined],
  ] as const) {
    it(`may be ${JSON.stringify(word)}, which means ${name ?? "none"}`, () =>
      assert.equal(familyOf(word)?.name, name));
  }

  it("means one of the service's families, each of which is looked in", () =>
    assert.deepEqual(new Set(ALL_FAMILIES), new Set(Object.values(families))));
});

describe("a number of jobs in words", () => {
  const { taskRun, task } = families;
  for (const [count, all, words] of [
    [1, [taskRun], "1 task run"],
    [0, [taskRun], "0 task runs"],
    [1268, [taskRun, taskRun], "1,268 task runs"],
    [1, [taskRun, task], "1 job"],
    [2, [taskRun, task], "2 jobs"],
    [0, [], "0 jobs"],
  ] as const) {
    it(`is ${words}`, () => assert.equal(countJobs(count, all), words));
  }
});
