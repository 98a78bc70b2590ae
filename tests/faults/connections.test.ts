import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer } from "node:net";
import * as tls from "node:tls";
import { createAgents } from "../../provider/src/kernel/agents";
import { mayPassByItself } from "../../provider/src/kernel/errors";
import { systemClock } from "../../provider/src/kernel/ports";
import { Priority, RateLimiter } from "../../provider/src/nclue/rateLimiter";
import { type ServiceRequest, Transport } from "../../provider/src/nclue/transport";
import { fetchThrough } from "../../provider/src/plugin/clients";
import { createObjectStore, storeFailure } from "../../provider/src/storage/objectStore";
import { failure } from "../support/failure";
import { realStore } from "../support/realStore";
import { RecordingLog } from "../support/recordingLog";
import { settingsOf } from "../support/settings";
import { testProxy } from "../support/testProxy";
import { type TlsFront, type TlsFrontOptions, tlsFront } from "../support/tlsFront";

const get: ServiceRequest = { method: "GET", path: "/task-runs/1" };
const post: ServiceRequest = { method: "POST", path: "/task-runs", body: {} };

type Environment = Readonly<Record<string, string>>;

/** What the plugin has for a process with this environment: both ways out. */
function clients(environment: Environment, requestTimeoutMs = 30_000) {
  const settings = { ...settingsOf(environment), requestTimeoutMs };
  const agents = createAgents(environment);
  const transport = new Transport({
    settings,
    fetch: fetchThrough(agents),
    clock: systemClock,
    random: () => 0,
    limiter: new RateLimiter(systemClock, 1e9, () => 0.5),
    log: new RecordingLog(),
  });
  const send = (request: ServiceRequest, attempts = 5) =>
    transport.send(request, { priority: Priority.read, attempts });
  return { send, store: createObjectStore(settings, agents) };
}

/** A server that has this answer to everything, and notes what it was asked for. */
async function answering(body = '{"run_id":"1"}') {
  const asked: string[] = [];
  const server: Server = createServer(({ method, url }, response) => {
    asked.push(`${method} ${url}`);
    response.end(body);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, asked };
}

/** A TLS server in front of {@link answering}. */
async function secure(options: TlsFrontOptions): Promise<TlsFront> {
  const front = await tlsFront((await answering()).port, options);
  stops.push(() => front.close());
  return front;
}

async function proxied(options: Parameters<typeof testProxy>[0]) {
  const proxy = await testProxy(options);
  stops.push(() => proxy.close());
  return proxy;
}

/** The environment of a proxy that says this to whatever it is asked, and ends. */
async function proxyThatSays(answer: string): Promise<Environment> {
  const server = createTcpServer((client) => {
    client.on("error", () => {});
    client.once("data", () => client.end(answer));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  stops.push(() => server.close());
  return {
    NCLUE_ENDPOINT: "https://nclue.test/api/v1",
    NCLOUD_OBS_ENDPOINT: "https://store.test",
    HTTPS_PROXY: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
}

/** A proxy that takes connections and says nothing; `ended` waits for the end of one more. */
async function quietProxy() {
  const ends: Promise<unknown>[] = [];
  const server = createTcpServer((client) => {
    client.on("error", () => {});
    client.resume();
    ends.push(once(client, "close"));
    stops.push(() => client.destroy());
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  stops.push(() => server.close());
  let asked = 0;
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ended: () => {
      asked += 1;
      return ends[asked - 1] ?? assert.fail("there was no other connection");
    },
  };
}

/** A SOCKS5 proxy without credentials, behind which every address is `port` of this machine. */
async function socksProxy(port: number) {
  const asked: string[] = [];
  const server = createTcpServer((client) => {
    client.once("data", () => {
      client.write(Buffer.from([5, 0]));
      client.once("data", (request) => {
        const end = 5 + (request[4] ?? 0);
        asked.push(`${request.subarray(5, end)}:${request.readUInt16BE(end)}`);
        const behind = connect(port, "127.0.0.1", () => {
          client.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
          client.pipe(behind).pipe(client);
        });
      });
    });
    stops.push(() => client.destroy());
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  stops.push(() => server.close());
  return { port: (server.address() as AddressInfo).port, asked };
}

const unexpected = () => assert.fail("it was taken for an answer");

const stops: (() => void)[] = [];
const trusted = tls.getCACertificates("default");

/** What NODE_EXTRA_CA_CERTS does when a process starts. */
function trust(...certificates: readonly string[]): void {
  tls.setDefaultCACertificates([...trusted, ...certificates]);
}

function cleanUp(): void {
  trust();
  for (const stop of stops.splice(0)) stop();
}

describe("connections: through a proxy", () => {
  afterEach(cleanUp);
  const plain = { NCLUE_ALLOW_HTTP: "true", NCLUE_ENDPOINT: "http://nclue.test:4010/api/v1" };
  const plainStore = { NCLUE_ALLOW_HTTP: "true", NCLOUD_OBS_ENDPOINT: "http://store.test:7070" };

  it("reach NCLUE by https in a tunnel", async () => {
    const front = await secure({ names: ["nclue.test"] });
    trust(front.certificate);
    const proxy = await proxied({ port: front.port });
    const { send } = clients({
      NCLUE_ENDPOINT: "https://nclue.test/api/v1",
      HTTPS_PROXY: proxy.address.replace("//", "//user:word%21@"),
    });
    assert.deepEqual(await send(get), { run_id: "1" });
    await send(get);
    assert.deepEqual(proxy.asked, ["CONNECT nclue.test:443"]);
    assert.deepEqual(proxy.credentials, ["user:word!"]);
  });

  it("reach NCLUE by http, where that is allowed", async () => {
    const { port, asked } = await answering();
    const proxy = await proxied({ port });
    const { send } = clients({ ...plain, http_proxy: proxy.address });
    assert.deepEqual(await send(get), { run_id: "1" });
    assert.deepEqual(proxy.asked, ["GET http://nclue.test:4010/api/v1/task-runs/1"]);
    assert.deepEqual(asked, ["GET /api/v1/task-runs/1"]);
  });

  it("reach Object Storage the same way", async () => {
    const front = await secure({ names: ["store.test"] });
    trust(front.certificate);
    const proxy = await proxied({ port: front.port });
    const { store } = clients({
      NCLOUD_OBS_ENDPOINT: "https://store.test",
      ALL_PROXY: proxy.address,
    });
    assert.deepEqual(await store.lookAtBucket("acme"), { kind: "exists" });
    assert.deepEqual(proxy.asked, ["CONNECT store.test:443"]);
  });

  it("reach NCLUE by SOCKS", async () => {
    const front = await secure({ names: ["nclue.test"] });
    trust(front.certificate);
    const proxy = await socksProxy(front.port);
    const { send } = clients({
      NCLUE_ENDPOINT: "https://nclue.test/api/v1",
      ALL_PROXY: `socks5h://127.0.0.1:${proxy.port}`,
    });
    assert.deepEqual(await send(get), { run_id: "1" });
    assert.deepEqual(proxy.asked, ["nclue.test:443"]);
  });

  it("are not used for loopback addresses", async () => {
    const { port } = await answering();
    const proxy = await proxied({ port });
    const address = `http://localhost:${port}`;
    const { send, store } = clients({
      NCLUE_ENDPOINT: address,
      NCLOUD_OBS_ENDPOINT: address,
      HTTP_PROXY: proxy.address,
      ALL_PROXY: proxy.address,
    });
    await send(get);
    await store.lookAtBucket("acme");
    assert.deepEqual(proxy.asked, []);
  });

  const refusals: readonly (readonly [number, string, RegExp, boolean])[] = [
    [407, "", /the proxy http:\/\/127\.0\.0\.1:\d+ asks for credentials \(HTTP 407\)/, true],
    [403, "<html>No</html>", /the proxy http:\S+ refuses the connection \(HTTP 403\)/, true],
    [502, "<html>Bad</html>", /the proxy http:\S+ refuses the connection \(HTTP 502\)/, false],
    [201, "", /the proxy http:\S+ refuses the connection \(HTTP 201\)/, true],
  ];
  for (const [status, body, message, isLasting] of refusals) {
    it(`name the proxy that answers HTTP ${status} to https, and that nothing was sent`, async () => {
      const proxy = await proxied({ answer: { status, body } });
      const { send, store } = clients({
        NCLUE_ENDPOINT: "https://nclue.test/api/v1",
        NCLOUD_OBS_ENDPOINT: "https://store.test",
        HTTPS_PROXY: proxy.address,
      });
      const error = await failure(send(post, isLasting ? 5 : 1));
      assert.match(error.message, message);
      assert.match(error.message, /http:\/\/user:password@proxy:3128/);
      assert.equal(error.facts.mayHaveTakenEffect, false);
      assert.equal(mayPassByItself(error), !isLasting);
      assert.equal(proxy.asked.length, 1);
      const bucket = await store.lookAtBucket("acme");
      assert.ok(bucket.kind === "unreachable");
      assert.match(bucket.cause, message);
    });
  }

  it("name the proxy that answers a request by http with a page of its own", async () => {
    for (const [status, message] of [
      [200, /an HTML page .*; the request went through the proxy http:\S+ \(HTTP_PROXY\)/],
      [
        403,
        /\(HTTP 403\) is an HTML page .*; the request went through the proxy http:\S+ \(HTTP_P/,
      ],
      [
        407,
        /: the proxy http:\S+ \(HTTP_PROXY\) asks for credentials \(HTTP 407\)\ncheck HTTPS_PROXY/,
      ],
      [503, /HTTP 503, .*; the request went through the proxy http:\S+ \(HTTP_PROXY\)/],
    ] as const) {
      const proxy = await proxied({ answer: { status, body: "<html>Sign in</html>" } });
      const { send } = clients({ ...plain, HTTP_PROXY: proxy.address });
      assert.match((await failure(send(get, 1))).message, message);
    }
  });

  it("name the proxy that answers in the place of Object Storage by http", async () => {
    const through = /; the request went through the proxy http:\/\/127\.0\.0\.1:\d+ \(HTTP_PROXY\)/;
    for (const [status, ...parts] of [
      [200, /^HTTP 200, but the answer is not from Object Storage/, through],
      [403, /^HTTP 403, but the answer is not from Object Storage/, through],
      [503, /^HTTP 503, /, through],
      [
        407,
        /^the proxy http:\S+ \(HTTP_PROXY\) asks for credentials \(HTTP 407\)/,
        /user:password@/,
      ],
    ] as const) {
      const proxy = await proxied({ answer: { status, body: "<html>Sign in</html>" } });
      const { store } = clients({
        NCLUE_ALLOW_HTTP: "true",
        NCLOUD_OBS_ENDPOINT: "http://store.test:7070",
        HTTP_PROXY: proxy.address,
      });
      const bucket = await store.lookAtBucket("acme");
      const list = await store.list("acme", "a").then(unexpected, storeFailure);
      for (const state of [bucket, list]) {
        assert.ok(state.kind === "unreachable");
        for (const part of parts) assert.match(state.cause, part);
      }
    }
  });

  it("name the proxy that refuses a request for Object Storage by http with a plain text", async () => {
    for (const status of [401, 403, 404, 301, 307]) {
      const answer = { status, body: "blocked by policy", type: "text/plain" };
      const proxy = await proxied({ answer });
      const { store } = clients({ ...plainStore, HTTP_PROXY: proxy.address });
      const asked = [store.head("acme", "a"), store.list("acme", "a"), store.read("acme", "a")];
      const failures = asked.map((each: Promise<unknown>) => each.then(unexpected, storeFailure));
      for (const state of [await store.lookAtBucket("acme"), ...(await Promise.all(failures))]) {
        assert.ok(state.kind === "unreachable", `${status}: ${state.kind}`);
        assert.match(
          state.cause,
          /but the answer is not from Object Storage; .* through the proxy/,
        );
      }
    }
  });

  it("believe what a true store says through a proxy by http", async () => {
    const { server, bucket } = await realStore();
    const proxy = await proxied({ port: Number(new URL(server.endpoint).port) });
    const keys = { NCLOUD_ACCESS_KEY: server.accessKey, NCLOUD_SECRET_KEY: server.secretKey };
    const environment = { ...plainStore, ...keys, NCLOUD_OBS_REGION: server.region };
    const { store } = clients({ ...environment, HTTP_PROXY: proxy.address });
    assert.deepEqual(await store.lookAtBucket(bucket), { kind: "exists" });
    assert.deepEqual(await store.lookAtBucket(`${bucket}-other`), { kind: "missing" });
    assert.equal(await store.head(bucket, "a"), undefined);
    assert.deepEqual(await store.read(bucket, "a").then(unexpected, storeFailure), {
      kind: "missing",
    });
    const other = { ...environment, NCLOUD_SECRET_KEY: "wrong", HTTP_PROXY: proxy.address };
    assert.deepEqual(await clients(other).store.lookAtBucket(bucket), { kind: "forbidden" });
    assert.ok(proxy.asked.length >= 5);
  });

  it("name the proxy that says nothing to a request for Object Storage", async () => {
    const proxy = await proxied({ answer: "silent" });
    for (const NCLOUD_OBS_ENDPOINT of ["https://store.test", "http://store.test:7070"]) {
      const environment = { NCLUE_ALLOW_HTTP: "true", NCLOUD_OBS_ENDPOINT };
      const { store } = clients({ ...environment, ALL_PROXY: proxy.address }, 200);
      const bucket = await store.lookAtBucket("acme");
      assert.ok(bucket.kind === "unreachable");
      assert.match(
        bucket.cause,
        /^no answer in time; the request went through the proxy http:\S+ \(ALL_PROXY\)$/,
      );
    }
  });

  for (const [what, answer] of [
    ["promises a tunnel and answers with a page", "HTTP/1.1 200 OK\r\n\r\n<html>Sign in</html>"],
    ["promises a tunnel and ends", "HTTP/1.1 200 OK\r\n\r\n"],
  ] as const) {
    it(`name the proxy that ${what}`, async () => {
      const environment = await proxyThatSays(answer);
      const { send, store } = clients(environment);
      const error = await failure(send(post, 1));
      assert.match(
        error.message,
        /no TLS connection through the proxy http:\S+ \(\w+\)\ncheck HTTPS/,
      );
      assert.equal(error.facts.mayHaveTakenEffect, false);
      assert.equal(mayPassByItself(error), true);
      const bucket = await store.lookAtBucket("acme");
      assert.ok(bucket.kind === "unreachable");
      assert.match(bucket.cause, /no TLS connection through the proxy http:/);
    });
  }

  for (const answer of ["SSH-2.0-OpenSSH_9.6\r\n\r\n", "220 mail.corp ESMTP\r\n\r\n", "\r\n\r\n"]) {
    it(`say that it is no proxy that answers ${JSON.stringify(answer)}`, async () => {
      const { send } = clients(await proxyThatSays(answer));
      const error = await failure(send(post, 1));
      assert.match(error.message, /the proxy http:\S+ (is no proxy|could not be used: No header)/);
      assert.doesNotMatch(error.message, /NaN/);
    });
  }

  it("are ended with their request, where the proxy says nothing", async () => {
    const proxy = await quietProxy();
    for (const [name, address] of [
      ["HTTPS_PROXY", "https://nclue.test/api/v1"],
      ["ALL_PROXY", "https://nclue.test/api/v1"],
    ] as const) {
      const environment = { NCLUE_ENDPOINT: address, [name]: proxy.address };
      await failure(clients(environment, 200).send(get, 1));
      await proxy.ended();
    }
    const environment = { NCLOUD_OBS_ENDPOINT: "https://store.test", HTTPS_PROXY: proxy.address };
    await clients(environment, 200).store.lookAtBucket("acme");
    for (let attempt = 1; attempt <= 3; attempt += 1) await proxy.ended();
  });

  it("name the proxy that is not there", async () => {
    for (const HTTPS_PROXY of ["http://127.0.0.1:1", "socks5h://127.0.0.1:1"]) {
      const { send } = clients({ NCLUE_ENDPOINT: "https://nclue.test/api/v1", HTTPS_PROXY });
      const error = await failure(send(post, 1));
      assert.match(
        error.message,
        /the proxy \w+:\/\/127\.0\.0\.1:1 could not be used: .*ECONNREFUSED/,
      );
      assert.equal(error.facts.mayHaveTakenEffect, false);
    }
  });

  it("end in time where the proxy says nothing, and name it", async () => {
    const proxy = await proxied({ answer: "silent" });
    const environment = { NCLUE_ENDPOINT: "https://nclue.test/api/v1", HTTPS_PROXY: proxy.address };
    const { send } = clients(environment, 200);
    const { message } = await failure(send(get, 1));
    assert.match(message, /no answer in time; the request went through the proxy http:/);
  });

  it("say certificate, where it is the one behind the proxy that is not valid", async () => {
    const front = await secure({ names: ["nclue.test"] });
    const proxy = await proxied({ port: front.port });
    const { send } = clients({
      NCLUE_ENDPOINT: "https://nclue.test/api/v1",
      HTTPS_PROXY: proxy.address,
    });
    const { message } = await failure(send(get));
    assert.match(message, /certificate is not valid: its issuer is unknown: issuer of nclue\.test/);
  });
});

describe("connections: certificates", () => {
  afterEach(cleanUp);
  const expired = new Date("2026-03-01T12:00:00Z");
  const rows: readonly (readonly [string, TlsFrontOptions, boolean, RegExp])[] = [
    [
      "an unknown issuer",
      { names: ["localhost"] },
      false,
      /certificate is not valid: its issuer is unknown: issuer of localhost \(DEPTH_ZERO_SELF_SIGNED_CERT\)[\s\S]*NODE_EXTRA_CA_CERTS/,
    ],
    [
      "an expired one",
      { names: ["localhost"], validUntil: expired },
      true,
      /certificate is not valid: it expired on 2026-03-01 \(CERT_HAS_EXPIRED\)/,
    ],
    [
      "one for other names",
      { names: ["portal.corp", "*.portal.corp"] },
      true,
      /certificate is not valid: it is for portal\.corp, \*\.portal\.corp \(ERR_TLS_CERT_ALTNAME_INVALID\)/,
    ],
    [
      "one that is not valid yet",
      { names: ["localhost"], validUntil: new Date("2099-01-01") },
      true,
      /certificate is not valid: it is valid from 2098-12-02 on \(CERT_NOT_YET_VALID\)/,
    ],
    [
      "a valid one of an issuer that has expired",
      { names: ["localhost"], issuer: { name: "Corp CA", validUntil: expired } },
      true,
      /not valid: the one above it \(Corp CA\) expired on 2026-03-01 \(CERT_HAS_EXPIRED\)/,
    ],
    [
      "a valid one of an issuer that is not valid yet",
      { names: ["localhost"], issuer: { name: "Corp CA", validUntil: new Date("2099-01-01") } },
      true,
      /not valid: the one above it \(Corp CA\) is valid from 2098-12-02 on \(CERT_NOT_YET_VALID\)/,
    ],
  ];
  for (const [what, options, isTrusted, message] of rows) {
    it(`that are not valid are named as such, with the reason, and never tried again: ${what}`, async () => {
      const front = await secure(options);
      if (isTrusted) trust(front.certificate);
      const address = `https://localhost:${front.port}`;
      const { send, store } = clients({ NCLUE_ENDPOINT: address, NCLOUD_OBS_ENDPOINT: address });
      const error = await failure(send(post));
      assert.match(error.message, message);
      assert.equal(error.code, "unreachable");
      assert.equal(error.facts.isLasting, true);
      assert.equal(error.facts.mayHaveTakenEffect, false);
      assert.equal(front.connections(), 1);
      const bucket = await store.lookAtBucket("acme");
      assert.ok(bucket.kind === "unreachable");
      assert.match(bucket.cause, message);
      assert.equal(front.connections(), 2);
    });
  }

  it("that are valid are accepted", async () => {
    const front = await secure({ names: ["localhost"] });
    trust(front.certificate);
    const { send } = clients({ NCLUE_ENDPOINT: `https://localhost:${front.port}` });
    assert.deepEqual(await send(get), { run_id: "1" });
  });
});

describe("connections: what may have taken effect", () => {
  afterEach(cleanUp);

  /** A server that ends each connection: at once, or after it has read something. */
  async function ending(after: "connect" | "data"): Promise<number> {
    const server = createTcpServer((socket) => {
      socket.on("error", () => {});
      if (after === "connect") socket.destroy();
      else socket.once("data", () => socket.resetAndDestroy());
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    stops.push(() => server.close());
    return (server.address() as AddressInfo).port;
  }

  it("is nothing where the TLS handshake did not end", async () => {
    for (const after of ["connect", "data"] as const) {
      const { send } = clients({ NCLUE_ENDPOINT: `https://localhost:${await ending(after)}` });
      const error = await failure(send(post, 1));
      assert.equal(error.code, "unreachable");
      assert.equal(error.facts.mayHaveTakenEffect, false);
      assert.equal(mayPassByItself(error), true);
    }
  });

  it("is nothing where the address does not speak TLS", async () => {
    const { port } = await answering();
    const error = await failure(
      clients({ NCLUE_ENDPOINT: `https://localhost:${port}` }).send(post, 1),
    );
    assert.equal(error.facts.mayHaveTakenEffect, false);
  });

  it("is the request where the connection breaks after it was sent", async () => {
    const { send } = clients({ NCLUE_ENDPOINT: `http://localhost:${await ending("data")}` });
    const error = await failure(send(post));
    assert.match(error.message, /the connection broke \(ECONNRESET\)/);
    assert.equal(error.facts.mayHaveTakenEffect, true);
  });

  it("is nothing where nothing listens", async () => {
    const { send } = clients({ NCLUE_ENDPOINT: "http://localhost:1" });
    assert.equal((await failure(send(post, 1))).facts.mayHaveTakenEffect, false);
  });
});
