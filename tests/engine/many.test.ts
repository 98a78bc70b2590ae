import assert from "node:assert/strict";
import { connect, createServer, type Server, type Socket } from "node:net";
import * as nclue from "pulumi-nclue";
import { type Program, succeeded } from "../support/engine";
import { type Nclue, told, withNclue } from "../support/withNclue";

const COUNT = 40;
const PAGE_LENGTH = 30;
const withPlacesForAll = { NCLUE_REQUESTS_PER_SECOND: "1000", PULUMI_PARALLEL: `${COUNT + 8}` };

function manyRuns({ args }: Nclue, changes: Partial<nclue.TaskRunArgs> = {}): Program {
  return async () => {
    for (let n = 0; n < COUNT; n++) {
      new nclue.TaskRun(`run-${n}`, { ...args, resultFilePath: `runs/${n}/`, ...changes });
    }
  };
}

/** How often each line of requests was sent. */
function tally(requests: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const request of requests) counts[request] = (counts[request] ?? 0) + 1;
  return counts;
}

describe(`${COUNT} task runs of one program`, () => {
  it("cost one request each to create and to delete, and a list for each page to refresh", async () => {
    const switches = { pageSizeCap: PAGE_LENGTH };
    await withNclue({ env: withPlacesForAll, switches }, async (n) => {
      const { stack, simulator, requests } = n;
      succeeded(await stack.up({ program: manyRuns(n, { waitFor: "submitted" }) }));
      assert.deepEqual(tally(requests()), { "GET /task-runs": 1, "POST /task-runs": COUNT });

      // The first refresh also searches for the results, since the update did not wait for them.
      succeeded(await stack.refresh());
      simulator.clearLog();
      succeeded(await stack.refresh({ env: { PULUMI_PARALLEL: "8" } }));
      const pages = Math.ceil(COUNT / PAGE_LENGTH);
      assert.deepEqual(tally(requests()), { "GET /task-runs": pages });

      simulator.clearLog();
      succeeded(await stack.destroy());
      assert.equal(requests("DELETE").length, COUNT);
      assert.equal(requests().length, COUNT);
    });
  });

  it("cost a preview one request for each bucket, and no request to the service", async () => {
    await withNclue({}, async (n) => {
      const other = `${n.bucket}-b`;
      await n.buckets.createBucket(other);
      const gate = await countHeads(n.buckets.endpoint);
      try {
        const preview = await n.stack.preview({
          env: { NCLOUD_OBS_ENDPOINT: gate.endpoint },
          program: async () => {
            await manyRuns(n)();
            const args = { ...n.args, resultBucket: other };
            new nclue.TaskRun("elsewhere", args);
          },
        });
        succeeded(preview);
        assert.deepEqual(n.requests(), []);
        assert.deepEqual(gate.heads(), { [n.bucket]: 1, [other]: 1 });
        assert.deepEqual(told(preview), [
          `info: this update will start ${COUNT + 1} new task runs`,
        ]);
      } finally {
        await gate.close();
      }
    });
  });
});

/** Passes everything on to the bucket server, and notes whose head was asked for. */
async function countHeads(endpoint: string) {
  const { hostname, port } = new URL(endpoint);
  const looks: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((incoming) => {
    const outgoing = connect(Number(port), hostname);
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
    }
    incoming.on("data", (bytes) => {
      const heads = bytes.toString("latin1").matchAll(/^HEAD \/([^/ ?]*)/gm);
      for (const [, bucket = ""] of heads) looks.push(bucket);
    });
    incoming.pipe(outgoing).pipe(incoming);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const own = typeof address === "object" && address !== null ? address.port : 0;
  return {
    endpoint: `http://127.0.0.1:${own}`,
    heads: () => tally(looks),
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
