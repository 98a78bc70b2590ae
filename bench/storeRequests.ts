import * as nclue from "pulumi-nclue";
import { bucketServer } from "../tests/support/bucketServer";
import { type Program, succeeded } from "../tests/support/engine";
import { testProxy } from "../tests/support/testProxy";
import { type BenchOptions, type Parts, run, withBench } from "./measure";

/** Half of them features, half tasks that are trained on them. */
export const JOBS = 200;
/** Half of them directories of behaviour, half files of labels. */
export const SOURCES = 20;

const AT_ONCE = { registeredMs: 0, pendingMs: 0, inProgressMs: 0 };

/**
 * How many requests reach Object Storage in a preview of unchanged jobs with
 * `onSourceChange: "rerun"`: a proxy between the provider and the S3 server counts them.
 */
export async function countStoreRequests(): Promise<number> {
  const { endpoint } = await bucketServer();
  const proxy = await testProxy({ port: Number(new URL(endpoint).port) });
  const options: BenchOptions = {
    name: "sources",
    plan: AT_ONCE,
    parallel: JOBS + 8,
    // Loopback addresses never use a proxy, so the server gets a name that only the proxy knows.
    env: {
      NCLOUD_OBS_ENDPOINT: "http://store.test",
      NCLUE_ALLOW_HTTP: "true",
      HTTP_PROXY: proxy.address,
    },
    programOf,
  };
  try {
    return await withBench(options, async (bench) => {
      await run("up", bench);
      const before = proxy.asked.length;
      succeeded(await bench.stack.preview({ args: ["--expect-no-changes"] }));
      return proxy.asked.length - before;
    });
  } finally {
    proxy.close();
  }
}

async function programOf({ buckets, bucket }: Parts): Promise<Program> {
  const half = SOURCES / 2;
  for (let n = 0; n < half; n++) {
    await buckets.putObject(bucket, `seq/${n}/part-1.tsv`, `user-1\tview ${n}->buy\n`);
    await buckets.putObject(bucket, `labels/${n}.tsv`, "user-1\t1\n");
  }
  return async () => {
    for (let n = 0; n < JOBS / 2; n++) {
      const feature = new nclue.Feature(`members-${n}`, {
        sourceBucket: bucket,
        sourceFilePath: `seq/${n % half}/`,
        onSourceChange: "rerun",
      });
      new nclue.Task(`segment-${n}`, {
        trainFeatureId: feature.id,
        trainBucket: bucket,
        trainFilePath: `labels/${n % half}.tsv`,
        onSourceChange: "rerun",
      });
    }
  };
}
