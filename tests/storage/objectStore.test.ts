import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { MOST_KEYS } from "../../provider/src/storage/objectStore";
import { bucketServer } from "../support/bucketServer";
import { etagOf, realStore, storeAt } from "../support/realStore";

describe("a look at a bucket", () => {
  it("tells one that exists from one that is missing", async () => {
    const { store, bucket } = await realStore();
    assert.deepEqual(await store.lookAtBucket(bucket), { kind: "exists" });
    assert.deepEqual(await store.lookAtBucket(`${bucket}-other`), { kind: "missing" });
  });

  it("tells that it is forbidden, where the keys are wrong", async () => {
    const { server, bucket } = await realStore();
    const store = storeAt(server, { NCLOUD_SECRET_KEY: "wrong" });
    assert.deepEqual(await store.lookAtBucket(bucket), { kind: "forbidden" });
    await assert.rejects(store.list(bucket, "churn/"), { name: "SignatureDoesNotMatch" });
  });

  it("tells that the store cannot be reached, and why", async () => {
    const server = await bucketServer();
    const store = storeAt(server, { NCLOUD_OBS_ENDPOINT: "http://127.0.0.1:1" });
    const state = await store.lookAtBucket("acme");
    assert.ok(state.kind === "unreachable");
    assert.match(state.cause, /ECONNREFUSED/);
  });

  it("tells that a store without an answer for it cannot be reached, and with which status", () =>
    withAnswers({ status: 503, body: "" }, async (endpoint) => {
      const store = storeAt(await bucketServer(), { NCLOUD_OBS_ENDPOINT: endpoint });
      const state = await store.lookAtBucket("acme");
      assert.ok(state.kind === "unreachable");
      assert.match(state.cause, /^HTTP 503/);
    }));

  for (const [status, kind] of [
    [401, "forbidden"],
    [403, "forbidden"],
    [301, "elsewhere"],
    [307, "elsewhere"],
  ] as const) {
    it(`takes HTTP ${status} for ${kind}`, () =>
      withAnswers({ status, body: "" }, async (endpoint) => {
        const store = storeAt(await bucketServer(), { NCLOUD_OBS_ENDPOINT: endpoint });
        assert.deepEqual(await store.lookAtBucket("acme"), { kind });
      }));
  }
});

describe("a list of objects", () => {
  it("holds what begins with the prefix, with size, ETag and time", async () => {
    const { server, store, bucket } = await realStore();
    const before = Date.now();
    await server.putObject(bucket, "churn/a.tsv", "user-1\t0.5\n");
    await server.putObject(bucket, "churn/empty.tsv", "");
    await server.putObject(bucket, "churn-other/a.tsv", "x");
    await server.putObject(bucket, "other/churn/a.tsv", "x");
    const objects = await store.list(bucket, "churn/");
    assert.deepEqual(
      objects.map(({ key, size, etag }) => ({ key, size, etag })),
      [
        { key: "churn/a.tsv", size: 11, etag: etagOf("user-1\t0.5\n") },
        { key: "churn/empty.tsv", size: 0, etag: etagOf("") },
      ],
    );
    for (const { modifiedMs } of objects) {
      // Times in lists are whole seconds.
      assert.ok(modifiedMs >= Math.floor(before / 1000) * 1000 && modifiedMs <= Date.now());
    }
    assert.deepEqual(await store.list(bucket, "nothing/"), []);
  });

  for (const name of [
    "점수/스코어",
    "with space and + plus",
    "percent %2F %20 %",
    "quotes ' \" and (round) [square] {curly}",
    "a=b;c,d:e@f$g!h*i~j",
    "<less & more>",
    "emoji 🎯",
    "e\u0301 and \u00e9",
  ]) {
    it(`gives keys as they are: ${name}`, async () => {
      const { server, store, bucket } = await realStore();
      const key = `${name}/nclue_ab12_2026110109.tsv`;
      await server.putObject(bucket, key, "x");
      const objects = await store.list(bucket, `${name}/nclue_`);
      assert.deepEqual(
        objects.map((object) => object.key),
        [key],
      );
    });
  }

  it("goes on from page to page, and holds each object once", async () => {
    const { server, store, bucket } = await realStore();
    const keys = Array.from({ length: 1100 }, (_, i) => `runs/${String(i).padStart(4, "0")}.tsv`);
    for (let start = 0; start < keys.length; start += 50) {
      const some = keys.slice(start, start + 50);
      await Promise.all(some.map((key) => server.putObject(bucket, key, "x")));
    }
    const objects = await store.list(bucket, "runs/");
    assert.deepEqual(
      objects.map(({ key }) => key),
      keys,
    );
  });

  it("is refused rather than cut where there are more than anybody can have meant", async () => {
    let pages = 0;
    const page = () => {
      pages += 1;
      const keys = Array.from({ length: 1000 }, (_, i) => `runs/${pages}-${i}`);
      const contents = keys.map((key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`);
      return `<ListBucketResult><IsTruncated>true</IsTruncated>${contents.join("")}</ListBucketResult>`;
    };
    await withAnswers({ status: 200, body: page }, async (endpoint) => {
      const store = storeAt(await bucketServer(), { NCLOUD_OBS_ENDPOINT: endpoint });
      await assert.rejects(store.list("acme", "runs/"), /more than 10000 keys begin like it/);
      assert.equal(pages, MOST_KEYS / 1000);
    });
  });

  it("ends where a store says that there is more and does not say where", () =>
    withAnswers({ status: 200, body: endlessPage }, async (endpoint) => {
      const store = storeAt(await bucketServer(), { NCLOUD_OBS_ENDPOINT: endpoint });
      assert.equal((await store.list("acme", "a")).length, 2);
    }));
});

const endlessPage =
  "<ListBucketResult><IsTruncated>true</IsTruncated><Contents><Key>a</Key></Contents></ListBucketResult>";

/** A store that has one answer to everything. */
async function withAnswers(
  { status, body }: { status: number; body: string | (() => string) },
  fn: (endpoint: string) => Promise<void>,
): Promise<void> {
  const server = createServer((_, response) => {
    response.writeHead(status, { "content-type": "application/xml" });
    response.end(typeof body === "string" ? body : body());
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  try {
    await fn(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
