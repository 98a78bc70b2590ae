import assert from "node:assert/strict";
import { DeleteBucketCommand, DeleteObjectCommand } from "@aws-sdk/client-s3";
import * as pulumi from "@pulumi/pulumi";
import * as nclue from "pulumi-nclue";
import { succeeded } from "../support/engine";
import { did, told, warned, withNclue } from "../support/withNclue";

describe("a result bucket", () => {
  it("that is missing stops preview and update, and a replacement; deleted after the run, it is no obstacle", () =>
    withNclue({}, async ({ stack, buckets, bucket, program, runs, requests }) => {
      const missing = program({ resultBucket: "nobody-made-this" });
      for (const outcome of [await stack.preview({ program: missing }), await stack.up()]) {
        assert.notEqual(outcome.exitCode, 0);
        assert.match(
          outcome.output,
          /property resultBucket value {nobody-made-this} has a problem: the bucket does not exist \(404\): create it, or name another/,
        );
      }
      assert.deepEqual(requests(), []);
      assert.deepEqual(await stack.resources(), []);

      succeeded(await stack.up({ program: program() }));
      const [run] = await runs();
      const [Key = ""] = run?.resultKeys ?? [];
      await buckets.client.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
      await buckets.client.send(new DeleteBucketCommand({ Bucket: bucket }));
      const up = succeeded(await stack.up());
      assert.deepEqual(up.changes, { same: 2 });
      assert.deepEqual(told(up), []);
      const refresh = await stack.refresh();
      assert.deepEqual(succeeded(refresh).changes, { same: 2 });

      // Another run would be paid for and lost, so it is stopped before the old run is touched.
      const replacing = await stack.up({ program: program({ triggers: ["again"] }) });
      assert.equal(replacing.exitCode, 1);
      assert.match(replacing.output, /the bucket does not exist \(404\)/);
      assert.equal(requests("POST").length, 1);
      assert.deepEqual(requests("DELETE"), []);
      assert.deepEqual(
        (await runs()).map(({ id }) => id),
        [run?.id],
      );
    }));

  it("that the keys may not see is told from one that is missing", async () => {
    await withNclue({}, async ({ stack, simulator, requests }) => {
      // NCLUE takes another secret key from now on, which the store does not.
      const keys = { accessKey: simulator.accessKey, secretKey: "changed" };
      simulator.removeKey(keys.accessKey);
      simulator.addAccount(keys);
      const preview = await stack.preview({ env: { NCLOUD_SECRET_KEY: keys.secretKey } });
      assert.equal(preview.failed, true);
      assert.match(preview.output, /a problem: the bucket is forbidden \(403\): .* verify: "off"/);
      assert.deepEqual(requests(), []);
    });
  });

  it("in a store that cannot be reached only warns in the preview, and fails in the update", async () => {
    await withNclue({ env: { NCLOUD_OBS_ENDPOINT: "http://127.0.0.1:1" } }, async (n) => {
      const { stack, requests } = n;
      const said = /Object Storage cannot be reached \(.*ECONNREFUSED.*\): check the/;
      const preview = succeeded(await stack.preview());
      assert.match(warned(preview).join(), said);
      const up = await stack.up();
      assert.equal(up.exitCode, 1);
      assert.match(up.output, said);
      assert.deepEqual(requests("POST"), []);
    });
  });

  it("is not asked for with verify: off, and a run that cannot write to it fails", async () => {
    await withNclue({}, async ({ stack, program }) => {
      const blind = program({ resultBucket: "nobody-made-this", verify: "off" });
      const up = await stack.up({ program: blind });
      assert.equal(up.exitCode, 1);
      assert.match(up.output, /task run ".*" \(.*\) of task .* failed: /);
      assert.equal((await stack.resources())[0]?.outputs?.status, "failed");
    });
  });
});

// A bucket as some other provider would make it, in the same program.
class Bucket extends pulumi.dynamic.Resource {
  declare readonly bucket: pulumi.Output<string>;
  constructor(name: string, bucket: string) {
    const provider: pulumi.dynamic.ResourceProvider = {
      async create(inputs) {
        const { CreateBucketCommand, S3Client } = require("@aws-sdk/client-s3");
        const client = new S3Client({
          endpoint: process.env.NCLOUD_OBS_ENDPOINT,
          region: process.env.NCLOUD_OBS_REGION,
          credentials: {
            accessKeyId: process.env.NCLOUD_ACCESS_KEY,
            secretAccessKey: process.env.NCLOUD_SECRET_KEY,
          },
          forcePathStyle: true,
        });
        await client.send(new CreateBucketCommand({ Bucket: inputs.bucket }));
        client.destroy();
        return { id: inputs.bucket, outs: { bucket: inputs.bucket } };
      },
    };
    super(provider, name, { bucket });
  }
}

describe("a result bucket that the same program makes", () => {
  it("may be missing in the preview, which warns, and is there in the update; what nothing makes fails that", () =>
    withNclue({}, async ({ stack, buckets, bucket, args, runs, requests }) => {
      const names = [`${bucket}-output`, `${bucket}-depends`] as const;
      const program = async () => {
        const made = new Bucket("bucket-0", names[0]);
        new nclue.TaskRun("by-output", { ...args, resultBucket: made.bucket });
        const dependsOn = new Bucket("bucket-1", names[1]);
        new nclue.TaskRun("by-name", { ...args, resultBucket: names[1] }, { dependsOn });
      };
      const creates = ["bucket-0", "bucket-1", "by-name", "by-output"].map((of) => `create ${of}`);
      const preview = succeeded(await stack.preview({ program }));
      assert.deepEqual([...did(preview)].sort(), creates);
      const warnings = warned(preview);
      assert.equal(warnings.length, 2);
      for (const warning of warnings) {
        assert.match(
          warning,
          /^warning: resultBucket: the bucket does not exist \(404\), but this program may be about to/,
        );
      }
      const up = succeeded(await stack.up());
      assert.deepEqual([...did(up)].sort(), creates);
      assert.deepEqual(told(up), []);
      const made = await runs();
      assert.deepEqual(made.map(({ fields }) => fields.result_bucket).sort(), [...names].sort());
      for (const { fields, resultKeys } of made) {
        const text = await buckets.getObject(fields.result_bucket ?? "", resultKeys[0] ?? "");
        assert.notEqual(text, "");
      }
      assert.deepEqual((await stack.preview()).changes, { same: 5 });

      const without = async () => {
        await program();
        const dependsOn = new Bucket("bucket-2", `${bucket}-other`);
        const resultBucket = "nobody-made-this";
        new nclue.TaskRun("scores", { ...args, resultBucket }, { dependsOn });
      };
      const failing = await stack.up({ program: without });
      assert.equal(failing.exitCode, 1);
      assert.match(failing.output, /the bucket does not exist \(404\)/);
      assert.equal(requests("POST").length, 2, "none for the third run");
    }));
});
