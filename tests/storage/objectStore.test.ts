import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { createAgents } from "../../provider/src/kernel/agents";
import type { Attempt } from "../../provider/src/kernel/attemptLine";
import { describeBucket } from "../../provider/src/lifecycle/verify";
import { createObjectStore, MOST_KEYS } from "../../provider/src/storage/objectStore";
import { storeFailure } from "../../provider/src/storage/storeErrors";
import { bucketServer } from "../support/bucketServer";
import { etagOf, realStore, storeAt } from "../support/realStore";
import { settingsOf } from "../support/settings";

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
      assert.equal(pages, MOST_KEYS / 1000 + 1);
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

describe("all pages of a list", () => {
  it("are given one by one, however many there are", () => {
    const asked: (string | null)[] = [];
    const body = (url: URL) => {
      asked.push(url.searchParams.get("marker"));
      const page = asked.length;
      const contents = `<Contents><Key>runs/${page}</Key><Size>1</Size></Contents>`.repeat(1000);
      const isTruncated = page < 12;
      return `<ListBucketResult><IsTruncated>${isTruncated}</IsTruncated>${contents}</ListBucketResult>`;
    };
    return withAnswers({ status: 200, body }, async (endpoint) => {
      const store = storeAt(await bucketServer(), { NCLOUD_OBS_ENDPOINT: endpoint });
      let objects = 0;
      for await (const page of store.pages("acme", "runs/")) objects += page.length;
      assert.equal(objects, 12_000);
      assert.deepEqual(asked.slice(0, 3), [null, "runs/1", "runs/2"]);
      assert.equal(asked.length, 12);
    });
  });
});

const unexpected = () => assert.fail("it was taken for an answer");

describe("an answer that is not the store's", () => {
  const page = { "content-type": "text/html; charset=utf-8" };
  const html = "<html><head><title>Sign in</title></head><body>Please sign in</body></html>";

  for (const [what, body, headers] of [
    ["an HTML page", html, page],
    ["an HTML page that says it is XML", html, { "content-type": "application/xml" }],
    ["other XML", "<Answer><Status>fine</Status></Answer>", {}],
    ["JSON", '{"error":"sign in"}', { "content-type": "application/json" }],
    ["nothing", "", {}],
  ] as const) {
    it(`is no empty list: ${what}`, () =>
      withAnswers({ status: 200, body, headers }, async (endpoint) => {
        const store = storeAt(await bucketServer(), { NCLOUD_OBS_ENDPOINT: endpoint });
        const state = await store.list("acme", "runs/").then(unexpected, storeFailure);
        assert.ok(state.kind === "unreachable");
        assert.match(state.cause, /^HTTP 200, /);
      }));
  }

  it("is an empty list where it is a list without an object", () =>
    withAnswers(
      { status: 200, body: "<ListBucketResult><Name>acme</Name></ListBucketResult>" },
      async (endpoint) => {
        const store = storeAt(await bucketServer(), { NCLOUD_OBS_ENDPOINT: endpoint });
        assert.deepEqual(await store.list("acme", "runs/"), []);
      },
    ));

  for (const status of [200, 401, 403, 404, 301]) {
    it(`says nothing of a bucket or an object: an HTML page with HTTP ${status}`, () =>
      withAnswers({ status, body: html, headers: page }, async (endpoint) => {
        const store = storeAt(await bucketServer(), { NCLOUD_OBS_ENDPOINT: endpoint });
        const cause = `HTTP ${status}, but the answer is not from Object Storage`;
        const expected = { kind: "unreachable", cause };
        assert.deepEqual(await store.lookAtBucket("acme"), expected);
        for (const asked of [store.head("acme", "a"), store.read("acme", "a")]) {
          assert.deepEqual(await asked.then(unexpected, storeFailure), expected);
        }
      }));
  }

  it("is the store's where it has a mark of the store: an object may well be a page", () => {
    const headers = { ...page, "x-amz-request-id": "1" };
    return withAnswers({ status: 200, body: html, headers }, async (endpoint) => {
      const store = storeAt(await bucketServer(), { NCLOUD_OBS_ENDPOINT: endpoint });
      assert.deepEqual(await store.lookAtBucket("acme"), { kind: "exists" });
      assert.equal(await text((await store.read("acme", "a")).body), html);
    });
  });
});

describe("one object", () => {
  it("is found without its content, with the ETag as it is in lists", async () => {
    const { server, store, bucket } = await realStore();
    await server.putObject(bucket, "churn/a b.tsv", "user-1\t0.5\n");
    const [listed] = await store.list(bucket, "churn/");
    assert.deepEqual(await store.head(bucket, "churn/a b.tsv"), listed);
    assert.equal(listed?.etag, etagOf("user-1\t0.5\n"));
    assert.equal(await store.head(bucket, "churn/other.tsv"), undefined);
  });

  it("is read as a stream, with its size and ETag", async () => {
    const { server, store, bucket } = await realStore();
    await server.putObject(bucket, "churn/점수.tsv", "user-1\t0.5\n");
    const { body, size, etag, isEncrypted } = await store.read(bucket, "churn/점수.tsv");
    assert.equal(await text(body), "user-1\t0.5\n");
    assert.deepEqual([size, etag, isEncrypted], [11, etagOf("user-1\t0.5\n"), false]);
  });

  it("that is not there, or not for these keys, is told apart", async () => {
    const { server, store, bucket } = await realStore();
    const failureOf = (work: Promise<unknown>) => work.then(() => "none", storeFailure);
    assert.deepEqual(await failureOf(store.read(bucket, "a")), { kind: "missing" });
    const stranger = storeAt(server, { NCLOUD_SECRET_KEY: "wrong" });
    assert.deepEqual(await failureOf(stranger.read(bucket, "a")), { kind: "forbidden" });
    assert.deepEqual(await failureOf(stranger.head(bucket, "a")), { kind: "forbidden" });
  });

  for (const header of [
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-customer-algorithm",
  ]) {
    it(`is encrypted where the store says ${header}`, () =>
      withAnswers({ status: 200, body: "x", headers: { [header]: "AES256" } }, async (endpoint) => {
        const store = storeAt(await bucketServer(), { NCLOUD_OBS_ENDPOINT: endpoint });
        assert.equal((await store.read("acme", "a")).isEncrypted, true);
      }));
  }

  for (const [sent, kept] of [
    ['"x"', '"x"'],
    ['W/"x"', 'W/"x"'],
    ["x", "x"],
    ["", null],
  ] as const) {
    it(`has the ETag ${kept} where the store writes ${sent || "none"}`, () => {
      const xml = `<ListBucketResult><Contents><Key>a</Key><ETag>${sent.replaceAll('"', "&quot;")}</ETag></Contents></ListBucketResult>`;
      return withAnswers({ status: 200, body: xml, headers: { etag: sent } }, async (endpoint) => {
        const store = storeAt(await bucketServer(), { NCLOUD_OBS_ENDPOINT: endpoint });
        assert.equal((await store.list("acme", ""))[0]?.etag, kept);
        assert.equal((await store.head("acme", "a"))?.etag, kept);
        assert.equal((await store.read("acme", "a")).etag, kept);
      });
    });
  }
});

describe("settings of AWS", () => {
  /** What they might change: the host, the way of signing, how often and where a request goes. */
  const hostile: Readonly<Record<string, string>> = {
    AWS_USE_DUALSTACK_ENDPOINT: "true",
    AWS_USE_FIPS_ENDPOINT: "true",
    AWS_ENDPOINT_URL: "http://127.0.0.1:1",
    AWS_ENDPOINT_URL_S3: "http://127.0.0.1:1",
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "AWS",
    AWS_SECRET_ACCESS_KEY: "AWS",
    AWS_SESSION_TOKEN: "AWS",
    AWS_PROFILE: "absent",
    AWS_MAX_ATTEMPTS: "nonsense",
    AWS_RETRY_MODE: "nonsense",
    AWS_DEFAULTS_MODE: "nonsense",
    AWS_REQUEST_CHECKSUM_CALCULATION: "nonsense",
    AWS_RESPONSE_CHECKSUM_VALIDATION: "nonsense",
    AWS_AUTH_SCHEME_PREFERENCE: "sigv4a",
    AWS_SIGV4A_SIGNING_REGION_SET: "*",
    AWS_S3_USE_ARN_REGION: "nonsense",
    AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS: "nonsense",
    AWS_S3_DISABLE_EXPRESS_SESSION_AUTH: "nonsense",
    AWS_SDK_UA_APP_ID: "somebody's",
    AWS_EXECUTION_ENV: "somebody's",
    AWS_LAMBDA_FUNCTION_NAME: "somebody's",
    _X_AMZN_TRACE_ID: "somebody's",
  };
  const before = { ...process.env };
  let home = "";
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), "nclue-aws-"));
    mkdirSync(path.join(home, ".aws"));
    const lines = Object.keys(hostile).map(
      (name) => `${name.replace(/^(AWS|_X)_/, "").toLowerCase()} = true`,
    );
    for (const file of ["config", "credentials"]) {
      writeFileSync(
        path.join(home, ".aws", file),
        `[default]\n${lines.join("\n")}\n[broken\n= =\n`,
      );
    }
  });
  afterEach(() => {
    process.env = { ...before };
    rmSync(home, { recursive: true });
  });

  it("change nothing, neither variables nor files", async () => {
    const { server, store, bucket } = await realStore();
    await server.putObject(bucket, "churn/a.tsv", "x");
    Object.assign(process.env, hostile, { HOME: home });
    assert.deepEqual(await store.lookAtBucket(bucket), { kind: "exists" });
    assert.equal((await store.list(bucket, "churn/")).length, 1);
    assert.equal(await text((await store.read(bucket, "churn/a.tsv")).body), "x");
  });

  it("are in no request, not even in the name of the client", async () => {
    const sent: IncomingMessage[] = [];
    const answers = {
      status: 404,
      body: "",
      note: (request: IncomingMessage) => sent.push(request),
    };
    await withAnswers(answers, async (endpoint) => {
      const store = storeAt(await bucketServer(), { NCLOUD_OBS_ENDPOINT: endpoint });
      Object.assign(process.env, hostile, { HOME: home });
      await store.lookAtBucket("acme");
    });
    assert.equal(sent.length, 1);
    assert.match(String(sent[0]?.headers.authorization), /^AWS4-HMAC-SHA256 .*\/s3\/aws4_request/);
    assert.doesNotMatch(JSON.stringify(sent[0]?.headers), /somebody|us-east-1|security-token/);
  });
});

describe("attempts of a request", () => {
  it("are noted with status, time, and the time until the next one", () =>
    withAnswers({ status: 503, body: "" }, async (endpoint) => {
      const noted: Attempt[] = [];
      const settings = settingsOf({ NCLOUD_OBS_ENDPOINT: endpoint });
      const store = createObjectStore(settings, createAgents({}), undefined, (attempt) =>
        noted.push(attempt),
      );
      await store.lookAtBucket("acme");
      assert.deepEqual(
        noted.map(({ method, path: asked, result, attempt }) => [method, asked, result, attempt]),
        [1, 2, 3].map((attempt) => ["HEAD", "/acme/", "HTTP 503", attempt]),
      );
      for (const { tookMs } of noted) assert.ok(tookMs > 0);
      const delays = noted.map(({ againMs }) => againMs);
      assert.deepEqual(
        delays.map((delay) => delay !== undefined && delay > 0),
        [true, true, false],
      );
    }));
});

describe("a clock that is off", () => {
  const skewMs = 20 * 60_000;
  const refusal = "<Error><Code>RequestTimeTooSkewed</Code></Error>";

  /** Refuses requests whose time differs from its own by more than five minutes. */
  const strict = (request: IncomingMessage) => {
    const stamp = String(request.headers["x-amz-date"]);
    const signedMs = Date.parse(
      stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"),
    );
    return Math.abs(signedMs - (Date.now() + skewMs)) < 5 * 60_000;
  };

  /** A store with another clock, and whether it accepted each request. */
  async function withOtherClock(fn: (endpoint: string, accepted: boolean[]) => Promise<void>) {
    const date = () => new Date(Date.now() + skewMs).toUTCString();
    const accepted: boolean[] = [];
    const server = createServer((request, response) => {
      accepted.push(strict(request));
      response.writeHead(accepted.at(-1) ? 200 : 403, { date: date() });
      response.end(
        accepted.at(-1) ? "<ListBucketResult><Name>acme</Name></ListBucketResult>" : refusal,
      );
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    try {
      await fn(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, accepted);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  }

  it("is repaired by the Date of the store's answer", () =>
    withOtherClock(async (endpoint, accepted) => {
      const store = storeAt(await bucketServer(), { NCLOUD_OBS_ENDPOINT: endpoint });
      assert.deepEqual(await store.list("acme", ""), []);
      assert.deepEqual(accepted, [false, true]);
    }));

  // In a process of its own: the client reads these settings once a process.
  for (const [where, variables, file] of [
    ["a variable", { AWS_DISABLE_CLOCK_SKEW_CORRECTION: "true" }, ""],
    ["~/.aws/config", {}, "[default]\ndisable_clock_skew_correction = true\n"],
  ] as const) {
    it(`is repaired although ${where} tells the client not to`, () =>
      withOtherClock(async (endpoint, accepted) => {
        const home = mkdtempSync(path.join(tmpdir(), "nclue-aws-"));
        mkdirSync(path.join(home, ".aws"));
        writeFileSync(path.join(home, ".aws", "config"), file);
        const keys = { NCLOUD_ACCESS_KEY: "a", NCLOUD_SECRET_KEY: "b" };
        const env = { ...keys, ...variables, NCLOUD_OBS_ENDPOINT: endpoint, HOME: home };
        assert.equal(await lookInOwnProcess(env), '{"kind":"exists"}');
        assert.deepEqual(accepted, [false, true]);
        rmSync(home, { recursive: true });
      }));
  }

  it("may be why a store refuses that does not say its time", () =>
    withAnswers({ status: 403, body: "", sendDate: false }, async (endpoint) => {
      const store = storeAt(await bucketServer(), { NCLOUD_OBS_ENDPOINT: endpoint });
      const state = await store.lookAtBucket("acme");
      assert.deepEqual(state, { kind: "forbidden", mayBeClock: true });
      assert.match(describeBucket(state) ?? "", /forbidden, or the clock is off \(403\)/);
    }));
});

/** What a look at a bucket says in a process that has this environment and no other. */
async function lookInOwnProcess(env: Readonly<Record<string, string>>): Promise<string> {
  const built = (file: string) =>
    `require(${JSON.stringify(path.join(__dirname, "../../provider/dist", file))})`;
  const script = `
    const environment = process.env;
    const sources = { config: () => undefined, environment, profiles: () => undefined };
    const settings = ${built("kernel/settings.js")}.resolveSettings(sources);
    const agents = ${built("kernel/agents.js")}.createAgents(environment);
    const store = ${built("storage/objectStore.js")}.createObjectStore(settings, agents);
    store.lookAtBucket("acme").then((state) => {
      console.log(JSON.stringify(state));
      process.exit();
    });`;
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", script], { env });
  return stdout.trim();
}

interface Answers {
  readonly status: number;
  readonly body: string | ((url: URL) => string);
  readonly headers?: Readonly<Record<string, string>>;
  readonly sendDate?: boolean;
  readonly note?: (request: IncomingMessage) => void;
}

/** A store that has one answer to everything. */
async function withAnswers(
  { status, body, headers = {}, sendDate = true, note = () => {} }: Answers,
  fn: (endpoint: string) => Promise<void>,
): Promise<void> {
  const server = createServer((request, response) => {
    note(request);
    response.sendDate = sendDate;
    response.writeHead(status, { "content-type": "application/xml", ...headers });
    response.end(
      typeof body === "string" ? body : body(new URL(request.url ?? "", "http://store")),
    );
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  try {
    await fn(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
