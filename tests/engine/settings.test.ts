import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { succeeded } from "../support/engine";
import { warned, withNclue } from "../support/withNclue";

const noKeys = { NCLOUD_ACCESS_KEY: undefined, NCLOUD_SECRET_KEY: undefined };

describe("the settings", () => {
  it("without credentials only warn in a preview, and fail in the update", async () => {
    await withNclue({ env: noKeys }, async ({ stack, requests }) => {
      const said =
        /(warning|problem): reading the settings of pulumi-nclue: no keys found: set NCLOUD_ACCESS_KEY and NCLOUD_SECRET_KEY, or nclue:accessKey and nclue:secretKey \(pulumi config set --secret\), or a profile in ~\/\.ncloud\/configure/;
      const preview = succeeded(await stack.preview());
      assert.equal(warned(preview).length, 1);
      assert.match(warned(preview).join(), said);
      const up = await stack.up();
      assert.equal(up.exitCode, 1);
      assert.match(up.output, said);
      assert.deepEqual(requests(), []);
      assert.deepEqual(await stack.resources(), []);
    });
  });

  it("that are wrong are reported together, each with the places where it can be set", async () => {
    const env = {
      NCLOUD_SECRET_KEY: undefined,
      NCLUE_ENDPOINT: "http://nclue.example.com/api/v1",
      NCLUE_REQUESTS_PER_SECOND: "fast",
      NCLOUD_OBS_ENDPOINT: "nowhere",
    };
    await withNclue({ env, config: { "nclue:readOnly": "maybe" } }, async ({ stack, requests }) => {
      const up = await stack.up();
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
      assert.deepEqual(requests(), []);
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

  for (const [how, setting] of [
    ["nclue:readOnly", { config: { "nclue:readOnly": "true" } }],
    ["NCLUE_READ_ONLY", { env: { NCLUE_READ_ONLY: "true" } }],
  ] as const) {
    it(`refuse to make a run that is asked for read-only (${how}), after an honest preview`, async () => {
      await withNclue(setting, async ({ stack, requests }) => {
        assert.deepEqual(succeeded(await stack.preview()).changes, { create: 2 });
        const up = await stack.up();
        assert.equal(up.exitCode, 1);
        assert.match(up.output, /nclue:readOnly \(NCLUE_READ_ONLY\) is set/);
        assert.deepEqual(requests("POST"), []);
        assert.deepEqual(await stack.resources(), []);
      });
    });
  }

  it("let a read-only job refresh, preview and find drift, and delete nothing", async () => {
    await withNclue({}, async ({ stack, program, runs, requests }) => {
      succeeded(await stack.up());
      const env = { NCLUE_READ_ONLY: "true" };
      succeeded(await stack.refresh({ env }));
      succeeded(await stack.preview({ env, args: ["--expect-no-changes"] }));
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

describe("verify: all", () => {
  it("stops the preview where task or feature is missing or not completed", async () => {
    await withNclue({}, async ({ stack, simulator, program, requests }) => {
      const failed = simulator.seedFeature({ name: "old", plan: { outcome: "failed" } });
      const taskId = "00000000-0000-4000-8000-000000000000";
      const wrong = program({ taskId, featureId: failed.id, verify: "all" });
      for (const outcome of [await stack.preview({ program: wrong }), await stack.up()]) {
        assert.equal(outcome.failed, true);
        assert.match(
          outcome.output,
          /taskId value {00000000-.*} has a problem: no task has this id: check it in the console/,
        );
        assert.match(
          outcome.output,
          /featureId value {.*} has a problem: the feature "old" has failed( \(.+\))?: name another/,
        );
      }
      assert.deepEqual(requests("POST"), []);
    });
  });

  it("passes where both are completed, and looks at nothing of a run that is unchanged", async () => {
    await withNclue({}, async ({ stack, simulator, program, task, feature, requests }) => {
      succeeded(await stack.up({ program: program({ verify: "all" }) }));
      simulator.deleteJob(task.id);
      simulator.deleteJob(feature.id);
      simulator.clearLog();
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
      assert.deepEqual(requests(), []);
      succeeded(await stack.refresh({ args: ["--expect-no-changes"] }));
    });
  });
});
