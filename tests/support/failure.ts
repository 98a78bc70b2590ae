import assert from "node:assert/strict";
import { isNclueError, type NclueError } from "../../provider/src/kernel/errors";

/** The error that this work fails with, which is one of ours. */
export async function failure(work: Promise<unknown>): Promise<NclueError> {
  try {
    await work;
  } catch (error) {
    assert.ok(isNclueError(error), String(error));
    return error;
  }
  return assert.fail("it did not fail");
}
