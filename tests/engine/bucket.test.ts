import assert from "node:assert/strict";
import { DeleteBucketCommand, DeleteObjectCommand } from "@aws-sdk/client-s3";
import * as pulumi from "@pulumi/pulumi";
import * as nclue from "pulumi-nclue";
import { type Program, succeeded } from "../support/engine";
import { did, type Nclue, told, warned, withNclue } from "../support/withNclue";

describe("a result bucket", () => {
  it("that is missing stops the preview and the update, and nothing is posted", async () => {
    await withNclue({}, async ({ stack, program, requests }) => {
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
    });
  });

  it("that is missing stops a replacement before the old run is touched", async () => {
    await withNclue({}, async ({ stack, program, runs, requests }) => {
      succeeded(await stack.up());
      const missing = program({ resultBucket: "nobody-made-this" });
      assert.equal((await stack.preview({ program: missing })).failed, true);
      assert.equal((await stack.up()).failed, true);
      assert.equal((await runs()).length, 1);
      assert.deepEqual(requests("DELETE"), []);
    });
  });

  it("that the keys may not see is told from one that is missing", async () => {
    await withNclue({}, async ({ stack, simulator, program, requests }) => {
      // NCLUE takes another secret key from now on, which the store does not.
      const keys = { accessKey: simulator.accessKey, secretKey: "changed" };
      simulator.removeKey(keys.accessKey);
      simulator.addAccount(keys);
      const env = { NCLOUD_SECRET_KEY: keys.secretKey };
      const preview = await stack.preview({ env });
      assert.equal(preview.failed, true);
      assert.match(preview.output, /a problem: the bucket is forbidden \(403\): .* verify: "off"/);
      assert.deepEqual(requests(), []);
      succeeded(await stack.preview({ env, program: program({ verify: "off" }) }));
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
      succeeded(await stack.preview({ program: blind }));
      const up = await stack.up();
      assert.equal(up.exitCode, 1);
      assert.match(up.output, /task run ".*" \(.*\) of task .* failed: /);
      assert.equal((await stack.resources())[0]?.outputs?.status, "failed");
    });
  });

  it("that was deleted after the run is no obstacle: up, preview and refresh stay empty", async () => {
    await withNclue({}, async ({ stack, buckets, bucket, program, runs, requests }) => {
      succeeded(await stack.up());
      const [run] = await runs();
      const [Key = ""] = run?.resultKeys ?? [];
      await buckets.client.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
      await buckets.client.send(new DeleteBucketCommand({ Bucket: bucket }));
      for (const outcome of [await stack.preview(), await stack.up()]) {
        assert.deepEqual(succeeded(outcome).changes, { same: 2 });
        assert.deepEqual(told(outcome), []);
      }
      const refresh = await stack.refresh();
      assert.deepEqual(succeeded(refresh).changes, { same: 2 });

      // Another run would be paid for and lost, so it is stopped before the POST.
      const up = await stack.up({ program: program({ triggers: ["again"] }) });
      assert.equal(up.exitCode, 1);
      assert.match(up.output, /the bucket does not exist \(404\)/);
      assert.equal(requests("POST").length, 1);
      assert.deepEqual(
        (await runs()).map(({ id }) => id),
        [run?.id],
      );
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
  const ways: Record<string, (n: Nclue, name: string) => Program> = {
    "as an output of a resource":
      ({ args }, name) =>
      async () => {
        const { bucket } = new Bucket("bucket", name);
        new nclue.TaskRun("scores", { ...args, resultBucket: bucket });
      },
    "by its name, with dependsOn":
      ({ args }, name) =>
      async () => {
        const dependsOn = new Bucket("bucket", name);
        new nclue.TaskRun("scores", { ...args, resultBucket: name }, { dependsOn });
      },
  };
  for (const [how, program] of Object.entries(ways)) {
    it(`may be missing in the preview, which warns, and is there in the update (${how})`, async () => {
      await withNclue({}, async (n) => {
        const { stack, buckets, bucket, runs } = n;
        const name = `${bucket}-made`;
        const preview = succeeded(await stack.preview({ program: program(n, name) }));
        assert.deepEqual(did(preview), ["create bucket", "create scores"]);
        assert.match(
          warned(preview).join(),
          /^warning: resultBucket: the bucket does not exist \(404\), but this program may be about to/,
        );
        const up = succeeded(await stack.up());
        assert.deepEqual(did(up), ["create bucket", "create scores"]);
        assert.deepEqual(told(up), []);
        const [key = ""] = (await runs())[0]?.resultKeys ?? [];
        assert.notEqual(await buckets.getObject(name, key), "");
        assert.deepEqual((await stack.preview()).changes, { same: 3 });
      });
    });
  }

  it("must be there in the update: a bucket that nothing creates fails it before the POST", async () => {
    await withNclue({}, async ({ stack, args, bucket, requests }) => {
      const program = async () => {
        const dependsOn = new Bucket("bucket", `${bucket}-other`);
        const resultBucket = "nobody-made-this";
        new nclue.TaskRun("scores", { ...args, resultBucket }, { dependsOn });
      };
      succeeded(await stack.preview({ program }));
      const up = await stack.up();
      assert.equal(up.exitCode, 1);
      assert.match(up.output, /the bucket does not exist \(404\)/);
      assert.deepEqual(requests("POST"), []);
    });
  });
});
