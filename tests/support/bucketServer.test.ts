import assert from "node:assert/strict";
import { HeadBucketCommand } from "@aws-sdk/client-s3";
import { processesMarked } from "../../tools/processes.mjs";
import { bucketServer, withBucketServer } from "./bucketServer";

describe("the bucket server of the tests", () => {
  it("keeps objects, and knows which buckets there are", async () => {
    const server = await bucketServer();
    await server.createBucket("kept");
    await server.putObject("kept", "a/b.csv", "1,2\n");
    assert.equal(await server.getObject("kept", "a/b.csv"), "1,2\n");
    await assert.rejects(server.client.send(new HeadBucketCommand({ Bucket: "unknown" })), {
      name: "NotFound",
    });
  });

  it("is shared within a process, and ends when it is closed", async () => {
    assert.equal(await bucketServer(), await bucketServer());
    const pid = await withBucketServer(async (server) => {
      assert.notEqual(server.endpoint, (await bucketServer()).endpoint);
      return server.pid;
    });
    assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
    assert.deepEqual(processesMarked("no process has this in its environment"), []);
  });
});
