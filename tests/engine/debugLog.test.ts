import assert from "node:assert/strict";
import { succeeded } from "../support/engine";
import { told, withNclue } from "../support/withNclue";

const REQUEST = /(GET|POST|DELETE) \/api\/v1\/\S* → HTTP \d{3} \(attempt \d+, \d+ ms\)/;

describe("NCLUE_LOG=debug", () => {
  it("shows each request of a pulumi up, with nothing of its headers and body", () =>
    withNclue({ env: { NCLUE_LOG: "debug" } }, async ({ stack, buckets, requests }) => {
      const up = succeeded(await stack.up());
      const lines = told(up).filter((line) => REQUEST.test(line));
      assert.ok(lines.every((line) => line.startsWith("info: ")));
      assert.deepEqual(
        lines.map((line) => /(\w+ )\/api\/v1(\/[^ ?]*)/.exec(line)?.slice(1).join("")),
        requests(),
      );
      for (const line of lines) assert.ok(up.stdout.includes(line.replace("info: ", "").trim()));
      for (const secret of [buckets.accessKey, buckets.secretKey, "signature", "task_id"]) {
        assert.ok(!up.output.toLowerCase().includes(secret.toLowerCase()), secret);
      }
    }));
});

describe("a value that means nothing", () => {
  it("of NCLUE_LOG is an error in one sentence, and nothing is asked for", () =>
    withNclue({ env: { NCLUE_LOG: "trace" } }, async ({ stack, requests }) => {
      const up = await stack.up();
      assert.equal(up.exitCode, 1);
      const said = "reading the settings of pulumi-nclue: NCLUE_LOG must be debug or unset";
      assert.ok(up.output.includes(said), up.output);
      assert.doesNotMatch(up.output, /^\s+at /m);
      assert.deepEqual(requests(), []);
    }));
});
