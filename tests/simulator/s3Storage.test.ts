import assert from "node:assert/strict";
import { bucketServer } from "../support/bucketServer";
import { postJob } from "./support/requests";
import { withSimulator } from "./support/withSimulator";

const bucket = "acme-nclue";

describe("The simulator with an S3-compatible server", function () {
  this.timeout(30_000);

  it("reads a directory of sources and a file, and writes results beside them", async () => {
    const server = await bucketServer();
    await server.createBucket(bucket);
    await server.putObject(bucket, "seq/2026-04/part-0", "u1\ta->b\nu2\tc\n");
    await server.putObject(bucket, "seq/2026-04/part-1", "u3\ta\n");
    await server.putObject(bucket, "seq/2026-04/_SUCCESS", "\n");
    await server.putObject(bucket, "labels/train.tsv", "u1\t1\nu2\t0\n");
    const { endpoint, region, accessKey, secretKey } = server;
    await withSimulator(
      async (bench) => {
        const { simulator, client } = bench;
        const posted = [
          await postJob(bench, "features"),
          await postJob(bench, "features", { name: "none", source_file_path: "seq/none/" }),
          await postJob(bench, "features", { name: "nowhere", source_bucket: "no-such-bucket" }),
          await postJob(bench, "tasks"),
          await postJob(bench, "task-runs", { name: "run" }),
        ];
        await simulator.advance(9_000);
        const jobs = await Promise.all(posted.map((id) => simulator.job(id)));
        assert.deepEqual(
          jobs.map((job) => job?.failMessage),
          [null, "NOT_EXIST_FILE", "OBS_USER_FILE_ACCESS_ERROR", null, null],
        );
        assert.equal((await client.get(`/features/${posted[0]}`)).json.user_count, 3);
        const [key = ""] = jobs.at(-1)?.resultKeys ?? [];
        assert.equal((await server.getObject(bucket, key)).split("\n").length, 121);
      },
      { storage: { endpoint, region, accessKey, secretKey } },
    );
  });
});
