import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { succeeded } from "../support/engine";
import { warned, withNclue } from "../support/withNclue";

const noKeys = { NCLOUD_ACCESS_KEY: undefined, NCLOUD_SECRET_KEY: undefined };

describe("the settings", () => {
  it("without credentials only warn in a preview; wrong ones are reported together in the update, each with its places", async () => {
    const wrong = {
      NCLOUD_SECRET_KEY: undefined,
      NCLUE_ENDPOINT: "http://nclue.example.com/api/v1",
      NCLUE_REQUESTS_PER_SECOND: "fast",
      NCLOUD_OBS_ENDPOINT: "nowhere",
      NCLUE_READ_ONLY: "maybe",
    };
    await withNclue({}, async ({ stack, requests }) => {
      const preview = succeeded(await stack.preview({ env: noKeys }));
      assert.equal(warned(preview).length, 1);
      assert.match(
        warned(preview).join(),
        /(warning|problem): reading the settings of pulumi-nclue: no keys found: set NCLOUD_ACCESS_KEY and NCLOUD_SECRET_KEY, or nclue:accessKey and nclue:secretKey \(pulumi config set --secret\), or a profile in ~\/\.ncloud\/configure/,
      );
      const up = await stack.up({ env: wrong });
      assert.equal(up.exitCode, 1);
      for (const said of [
        /half a pair of keys in the environment \(NCLOUD_ACCESS_KEY, NCLOUD_SECRET_KEY\): NCLOUD_SECRET_KEY is missing/,
        /nclue:endpoint \(NCLUE_ENDPOINT\) must be https:\/\/ \(http:\/\/ is accepted for loopback/,
        /nclue:requestsPerSecond \(NCLUE_REQUESTS_PER_SECOND\) must be a number above 0/,
        /nclue:objectStorageEndpoint \(NCLOUD_OBS_ENDPOINT\) is not an address like/,
        /nclue:readOnly \(NCLUE_READ_ONLY\) must be true or false/,
      ]) {
        assert.match(up.output, said);
      }
      assert.doesNotMatch(up.output, /^\s+at /m, "a message without a stack trace");
      assert.deepEqual(requests(), []);
      assert.deepEqual(await stack.resources(), []);
    });
  });

  it("come from the stack's config before the environment", async () => {
    await withNclue({ env: { NCLUE_REQUESTS_PER_SECOND: "fast" } }, async (n) => {
      const { stack, simulator, buckets, runs } = n;
      await stack.setConfig({
        "nclue:endpoint": simulator.endpoint,
        "nclue:requestsPerSecond": "50",
        "nclue:accessKey": { secret: buckets.accessKey },
        "nclue:secretKey": { secret: buckets.secretKey },
      });
      const env = { NCLUE_ENDPOINT: "http://127.0.0.1:1", NCLOUD_ACCESS_KEY: "half-a-pair" };
      succeeded(await stack.up({ env }));
      assert.equal((await runs()).length, 1);
    });
  });

  it("take the keys from a profile where there are no others", async () => {
    await withNclue({ env: { ...noKeys, NCLOUD_PROFILE: "team" } }, async (n) => {
      const { stack, buckets, runs } = n;
      const folder = path.join(stack.folder, "home", ".ncloud");
      mkdirSync(folder);
      writeFileSync(
        path.join(folder, "configure"),
        `[DEFAULT]\nncloud_access_key_id = nobody\nncloud_secret_access_key = nothing\n\n[team]\nncloud_access_key_id = ${buckets.accessKey}\nncloud_secret_access_key = ${buckets.secretKey}\n`,
      );
      succeeded(await stack.up());
      assert.equal((await runs()).length, 1);
    });
  });

  it("with keys that the service refuses say where the keys came from", async () => {
    await withNclue({ env: { NCLOUD_SECRET_KEY: "wrong" } }, async ({ stack, program }) => {
      const up = await stack.up({ program: program({ verify: "off" }) });
      assert.equal(up.exitCode, 1);
      assert.match(
        up.output,
        /creating task run ".*", reading which task runs exist: HTTP 401, code 200/,
      );
      assert.match(
        up.output,
        /the access key came from the environment \(NCLOUD_ACCESS_KEY, NCLOUD_SECRET_KEY\)/,
      );
      assert.match(up.output, /run "pulumi up" or "pulumi refresh --run-program"/);
      assert.doesNotMatch(up.output, /wrong|bucket-secret/);
    });
  });

  // That nclue:readOnly counts like its variable: tests/unit/kernel/settings.test.ts.
  it("let a read-only job preview, refresh and find drift, and neither make nor delete a run", async () => {
    await withNclue({}, async ({ stack, program, runs, requests }) => {
      const env = { NCLUE_READ_ONLY: "true" };
      assert.deepEqual(succeeded(await stack.preview({ env })).changes, { create: 2 });
      const refused = await stack.up({ env });
      assert.equal(refused.exitCode, 1);
      assert.match(refused.output, /nclue:readOnly \(NCLUE_READ_ONLY\) is set/);
      assert.deepEqual(requests("POST"), []);
      assert.deepEqual(await stack.resources(), []);

      succeeded(await stack.up());
      const args = ["--expect-no-changes"];
      succeeded(await stack.refresh({ env, args }));
      succeeded(await stack.preview({ env, args }));
      const changed = program({ triggers: [1] });
      assert.equal((await stack.up({ env, program: changed })).exitCode, 1);
      const destroy = await stack.destroy({ env });
      assert.equal(destroy.exitCode, 1);
      assert.match(destroy.output, /deleting task run ".*" \(.*\): nclue:readOnly/);
      assert.deepEqual(requests("DELETE"), []);
      assert.equal((await runs()).length, 1);
      assert.equal((await stack.resources()).length, 1);
    });
  });
});
