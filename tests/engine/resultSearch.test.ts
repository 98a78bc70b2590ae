import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { succeeded } from "../support/engine";
import { did, told, withNclue } from "../support/withNclue";

describe("a Ctrl-C while the result of a completed run is searched for", () => {
  it("says that nothing is lost, and the next up searches again instead of doing nothing", () =>
    withEmptyStore(async (store) =>
      withNclue({}, async ({ stack, program, runs, requests }) => {
        const env = { NCLOUD_OBS_ENDPOINT: store.endpoint };
        const up = await stack.start("up", { program: program({ verify: "off" }), env });
        await store.asked;
        up.signal("SIGINT");
        const outcome = await up.ended;
        assert.equal(outcome.failed, true);
        const [run] = await runs();
        const which = `task run "${run?.name}" (${run?.id})`;
        assert.ok(
          outcome.output.includes(
            `searching for the result of ${which}: the search for its result was stopped`,
          ),
          outcome.output,
        );
        assert.match(outcome.output, /nothing is lost: the next "pulumi up" searches again/);

        const again = succeeded(await stack.up());
        assert.deepEqual(did(again), ["update scores"]);
        assert.ok(
          told(again).includes(`info: resumed the search for the result of ${which}`),
          again.output,
        );
        assert.equal((await stack.resources())[0]?.outputs?.resultKey, run?.resultKeys[0]);
        assert.equal(requests("POST").length, 1);
        succeeded(await stack.up({ args: ["--expect-no-changes"] }));
      }),
    ));
});

interface EmptyStore {
  readonly endpoint: string;
  /** Resolves at the first request. */
  readonly asked: Promise<unknown>;
}

/** An object store in which there is nothing. */
async function withEmptyStore(fn: (store: EmptyStore) => Promise<void>): Promise<void> {
  const server = http.createServer((_, response) => {
    response.setHeader("content-type", "application/xml");
    response.end("<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>");
  });
  const asked = once(server, "request");
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  try {
    await fn({ endpoint: `http://127.0.0.1:${port}`, asked });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
