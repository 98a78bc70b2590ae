import assert from "node:assert/strict";
import type { GetTaskArgs } from "pulumi-nclue";

// Checked by the compiler.
const accepted: readonly GetTaskArgs[] = [{ taskId: "7a1d" }, { name: "churn" }];
// @ts-expect-error: neither
const neither: GetTaskArgs = {};
// @ts-expect-error: both
const both: GetTaskArgs = { taskId: "7a1d", name: "churn" };

describe("The arguments of a look-up", () => {
  it("are an id or a name, as far as types go", () => {
    assert.deepEqual([...accepted, neither, both].map(Object.keys), [
      ["taskId"],
      ["name"],
      [],
      ["taskId", "name"],
    ]);
  });
});
