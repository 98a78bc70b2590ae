import assert from "node:assert/strict";
import { succeeded } from "../support/engine";
import { told, withNclue } from "../support/withNclue";

// What the guides promise, step by step.

describe("The guide to working offline", () => {
  it("completes runs without a bucket, with a warning", () =>
    withNclue({ env: { NCLOUD_OBS_ENDPOINT: "http://127.0.0.1:9" } }, async (n) => {
      const { stack, program } = n;
      const up = succeeded(await stack.up({ program: program({ verify: "off" }) }));
      assert.match(told(up).join(), /^warning: .* the result bucket cannot be searched/);
      const { status, resultUri } = await stack.outputs();
      assert.deepEqual({ status, resultUri }, { status: "completed", resultUri: null });
    }));
});
