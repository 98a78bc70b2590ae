import assert from "node:assert/strict";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import fc from "fast-check";
import { isNclueError, mayPassByItself } from "../../../provider/src/kernel/errors";
import { Priority, RateLimiter, type Turn } from "../../../provider/src/nclue/rateLimiter";
import { signRequest } from "../../../provider/src/nclue/signRequest";
import { type ServiceRequest, Transport } from "../../../provider/src/nclue/transport";
import { failure } from "../../support/failure";
import { FakeClock } from "../../support/fakeClock";
import { RecordingLog } from "../../support/recordingLog";
import {
  answer,
  broken,
  deaf,
  hanging,
  type Scripted,
  scriptedFetch,
} from "../../support/scriptedFetch";
import { seeded } from "../../support/seeds";
import { settingsOf, TEST_KEYS } from "../../support/settings";

const get: ServiceRequest = { method: "GET", path: "/task-runs/1" };
const post: ServiceRequest = { method: "POST", path: "/task-runs", body: { name: "n" } };
const remove: ServiceRequest = { method: "DELETE", path: "/task-runs/1" };

/**
 * A transport on a network that gives these answers.
 *
 * @param pace requests a second, or what keeps them; by default it costs no time
 */
function bench(
  script: readonly Scripted[],
  environment: Readonly<Record<string, string>> = {},
  pace: number | RateLimiter = 1e9,
) {
  const clock = new FakeClock();
  const log = new RecordingLog();
  const settings = settingsOf(environment);
  const network = scriptedFetch(script);
  const transport = new Transport({
    settings,
    fetch: network.fetch,
    clock,
    random: () => 0.5,
    limiter: typeof pace === "number" ? new RateLimiter(clock, pace, () => 0.5) : pace,
    log,
  });
  const send = (request: ServiceRequest, signal?: AbortSignal) =>
    clock.runUntil(transport.send(request, { priority: Priority.read, signal }));
  return { clock, log, network, transport, send };
}

const ok = answer(200, { run_id: "1" });
const busyGateway = answer(503, { error: { errorCode: "500", message: "Endpoint Error" } });
const html = answer(502, "<html>Bad Gateway</html>");
const tooMany = answer(429, { error: { errorCode: "420", message: "Rate Limited" } });
const quota = answer(429, { error: { errorCode: "400", message: "Quota Exceeded" } });
const denied = answer(401, { error: { errorCode: "210", message: "Permission Denied" } });
const unsigned = { error: { errorCode: "200", message: "Authentication Failed" } };

describe("Transport: what is sent", () => {
  it("is signed for the path as it goes on the request line", async () => {
    const { network, send, clock } = bench([ok]);
    const path = "/task-runs?index=0&limit=100";
    assert.deepEqual(await send({ method: "GET", path }), { run_id: "1" });
    const [request] = network.requests;
    assert.equal(request?.url, `https://nclue.apigw.ntruss.com/api/v1${path}`);
    assert.deepEqual(request?.headers, {
      ...signRequest(TEST_KEYS, "GET", `/api/v1${path}`, clock.nowMs()),
      accept: "application/json",
    });
  });

  it("goes below the address of the settings, whatever slashes that ends with", async () => {
    const { network, send } = bench([ok], { NCLUE_ENDPOINT: "https://nclue.example/base//" });
    await send(get);
    assert.equal(network.requests[0]?.url, "https://nclue.example/base/task-runs/1");
  });

  it("is JSON and says so, where there is a body", async () => {
    const { network, send } = bench([ok]);
    await send(post);
    assert.equal(network.requests[0]?.headers["content-type"], "application/json");
    assert.equal(network.requests[0]?.body, '{"name":"n"}');
  });

  it("is signed anew at each attempt", async () => {
    const { network, send, clock } = bench([busyGateway, ok]);
    const started = clock.nowMs();
    await send(get);
    assert.deepEqual(
      network.requests.map(({ headers }) => Number(headers["x-ncp-apigw-timestamp"]) - started),
      [0, 750],
    );
  });

  it("follows no redirect: a signature is for one host", async () => {
    const moved = answer(302, "", { location: "https://elsewhere.example/" });
    const { network, send } = bench([moved]);
    const error = await failure(send(get));
    assert.equal(error.code, "refused");
    assert.match(error.message, /HTTP 302/);
    assert.equal(network.requests[0]?.redirect, "manual");
    network.assertUsedUp();
  });
});

describe("Transport: attempts", () => {
  interface Row {
    readonly what: string;
    readonly request: ServiceRequest;
    readonly script: readonly Scripted[];
    /** `ok`, or the code of the error. */
    readonly end: string;
    readonly delays?: readonly number[];
    readonly mayHaveTakenEffect?: boolean;
  }
  const five = <T>(one: T): readonly T[] => [one, one, one, one, one];
  const allDelays = [750, 1500, 3000, 6000];

  const rows: readonly Row[] = [
    {
      what: "GET, 5xx twice",
      request: get,
      script: [busyGateway, html, ok],
      end: "ok",
      delays: [750, 1500],
    },
    {
      what: "GET, 5xx for ever",
      request: get,
      script: five(html),
      end: "refused",
      delays: allDelays,
    },
    {
      what: "GET, a dropped connection",
      request: get,
      script: [broken("ECONNRESET"), ok],
      end: "ok",
      delays: [750],
    },
    {
      what: "GET, no connection for ever",
      request: get,
      script: five(broken("ECONNREFUSED")),
      end: "unreachable",
      delays: allDelays,
    },
    {
      what: "GET, garbage",
      request: get,
      script: [answer(200, "oops"), ok],
      end: "ok",
      delays: [750],
    },
    {
      what: "GET, an empty answer for ever",
      request: get,
      script: five(answer(200, "")),
      end: "unreadable",
      delays: allDelays,
    },
    { what: "GET, 429", request: get, script: [tooMany, ok], end: "ok" },
    { what: "GET, 404", request: get, script: [answer(404, {})], end: "refused" },
    { what: "GET, 422", request: get, script: [answer(422, {})], end: "refused" },
    { what: "GET, 401 of the right time", request: get, script: [denied], end: "refused" },
    { what: "DELETE, 5xx", request: remove, script: [html, ok], end: "ok", delays: [750] },
    {
      what: "DELETE, a dropped connection",
      request: remove,
      script: [broken("ECONNRESET"), ok],
      end: "ok",
      delays: [750],
    },
    {
      what: "DELETE, 409",
      request: remove,
      script: [answer(409, { code: "10111" })],
      end: "refused",
    },
    {
      what: "POST, 429 twice",
      request: post,
      script: [tooMany, tooMany, ok],
      end: "ok",
    },
    {
      what: "POST, no connection",
      request: post,
      script: [broken("ECONNREFUSED"), ok],
      end: "ok",
      delays: [750],
    },
    {
      what: "POST, an unknown host",
      request: post,
      script: five(broken("ENOTFOUND")),
      end: "unreachable",
      delays: allDelays,
    },
    {
      what: "POST, a dropped connection",
      request: post,
      script: [broken("ECONNRESET")],
      end: "unreachable",
      mayHaveTakenEffect: true,
    },
    {
      what: "POST, a broken pipe",
      request: post,
      script: [broken("EPIPE")],
      end: "unreachable",
      mayHaveTakenEffect: true,
    },
    ...["EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT"].flatMap((code): readonly Row[] => [
      {
        what: `POST, ${code} while connecting`,
        request: post,
        script: [broken(code, "connect"), ok],
        end: "ok",
        delays: [750],
      },
      {
        what: `POST, ${code} while the answer was read`,
        request: post,
        script: [broken(code, "read")],
        end: "unreachable",
        mayHaveTakenEffect: true,
      },
      {
        what: `POST, ${code} at an unknown moment`,
        request: post,
        script: [broken(code)],
        end: "unreachable",
        mayHaveTakenEffect: true,
      },
    ]),
    {
      what: "POST, a name that cannot be looked up now",
      request: post,
      script: [broken("EAI_AGAIN", "getaddrinfo"), ok],
      end: "ok",
      delays: [750],
    },
    ...[get, post, remove].flatMap((request): readonly Row[] => [
      {
        what: `${request.method}, a certificate that has expired`,
        request,
        script: [broken("CERT_HAS_EXPIRED")],
        end: "unreachable",
      },
      {
        what: `${request.method}, a certificate of an unknown issuer`,
        request,
        script: [broken("SELF_SIGNED_CERT_IN_CHAIN")],
        end: "unreachable",
      },
      {
        what: `${request.method}, a proxy that refuses`,
        request,
        script: [broken("ERR_PROXY_REFUSED")],
        end: "unreachable",
      },
      {
        what: `${request.method}, a quota that is used up`,
        request,
        script: [quota],
        end: "refused",
      },
    ]),
    { what: "DELETE, 204", request: remove, script: [answer(204, "")], end: "ok" },
    { what: "DELETE, 200 as HTML", request: remove, script: [answer(200, "<html>")], end: "ok" },
    { what: "POST, 409 without a code", request: post, script: [answer(409, "")], end: "refused" },
    {
      what: "POST, 500",
      request: post,
      script: [answer(500, {})],
      end: "refused",
      mayHaveTakenEffect: true,
    },
    {
      what: "POST, 502 as HTML",
      request: post,
      script: [html],
      end: "refused",
      mayHaveTakenEffect: true,
    },
    {
      what: "POST, 504",
      request: post,
      script: [answer(504, {})],
      end: "refused",
      mayHaveTakenEffect: true,
    },
    {
      what: "POST, garbage",
      request: post,
      script: [answer(200, "oops")],
      end: "unreadable",
      mayHaveTakenEffect: true,
    },
    {
      what: "POST, an empty answer",
      request: post,
      script: [answer(200, "")],
      end: "unreadable",
      mayHaveTakenEffect: true,
    },
    ...[401, 403].flatMap((status) => [
      {
        what: `POST, a page with ${status}`,
        request: post,
        script: [answer(status, "<html>Blocked</html>")],
        end: "unreadable",
      },
      {
        what: `DELETE, a page with ${status}`,
        request: remove,
        script: [answer(status, "<html>Blocked</html>")],
        end: "unreadable",
      },
      {
        what: `GET, a page with ${status}`,
        request: get,
        script: [answer(status, "<html>Blocked</html>"), ok],
        end: "ok",
        delays: [750],
      },
    ]),
    { what: "POST, 409", request: post, script: [answer(409, { code: "10102" })], end: "refused" },
    { what: "POST, 422", request: post, script: [answer(422, {})], end: "refused" },
  ];
  for (const { what, request, script, end, delays = [], mayHaveTakenEffect = false } of rows) {
    const told = `${what}: ${end} after ${script.length} of them`;
    it(mayHaveTakenEffect ? `${told}, and it may have taken effect` : told, async () => {
      const { clock, network, send } = bench(script);
      if (end === "ok") await send(request);
      else {
        const error = await failure(send(request));
        assert.equal(error.code, end);
        assert.equal(error.facts.mayHaveTakenEffect ?? false, mayHaveTakenEffect);
      }
      network.assertUsedUp();
      assert.deepEqual(
        clock.slept.filter((ms) => ms > 1),
        delays,
      );
    });
  }

  const later: readonly (readonly [string, Readonly<Record<string, string>>, number])[] = [
    ["seconds", { "retry-after": "7" }, 7000],
    [
      "a date by the service's own clock",
      {
        "retry-after": "Sun, 01 Nov 2026 12:00:09 GMT",
        date: "Sun, 01 Nov 2026 12:00:00 GMT",
      },
      9000,
    ],
    [
      "a date by the local clock, where the answer has none",
      { "retry-after": new Date(new FakeClock().nowMs() + 9000).toUTCString() },
      9000,
    ],
    ["too few seconds", { "retry-after": "0" }, 0],
    ["too many seconds", { "retry-after": "86400" }, 60_000],
    ["nonsense", { "retry-after": "later" }, 0],
  ];
  for (const [what, headers, delayMs] of later) {
    it(`waits for Retry-After of ${what}: ${delayMs} ms`, async () => {
      const { clock, send } = bench([answer(429, "", headers), ok]);
      await send(get);
      assert.deepEqual(
        clock.slept.filter((ms) => ms > 1),
        delayMs === 0 ? [] : [delayMs],
      );
    });
  }

  const afterPost: readonly (readonly [
    number,
    Readonly<Record<string, string>>,
    number | undefined,
  ])[] = [
    [503, { "retry-after": "30" }, 30_000],
    [503, { "retry-after": "300" }, 300_000],
    [503, { "retry-after": "86400" }, 600_000],
    [504, { "retry-after": "0" }, 0],
    [503, {}, undefined],
  ];
  for (const [status, headers, retryAfterMs] of afterPost) {
    it(`leaves the wait to the caller of a POST that may have taken effect: HTTP ${status} ${JSON.stringify(headers)}`, async () => {
      const { send, clock } = bench([answer(status, "", headers)]);
      const { facts } = await failure(send(post));
      assert.equal(facts.mayHaveTakenEffect, true);
      assert.equal(facts.retryAfterMs, retryAfterMs);
      assert.deepEqual(clock.slept, []);
    });
  }

  it("reports a quota that is used up at once, with its meaning, and slows nothing down", async () => {
    const { send, clock } = bench([quota, ok], {}, 1);
    const error = await failure(send(get));
    assert.match(
      error.message,
      /HTTP 429, code 400 .*: the account's quota of requests is used up/,
    );
    assert.equal(mayPassByItself(error), false);
    await send(get);
    assert.equal(Math.round(clock.monotonicMs()), 1030);
  });

  it("queues again after a 429, which counts as no attempt, for half an hour", async () => {
    const often = Array.from({ length: 40 }, () => tooMany);
    const patient = bench([...often, ok], {}, 1);
    await patient.send(post);
    patient.network.assertUsedUp();
    assert.ok(patient.clock.monotonicMs() < 10 * 60_000);

    const { clock, send } = bench(
      Array.from({ length: 2000 }, () => tooMany),
      {},
      1,
    );
    const error = await failure(send(post));
    assert.equal(error.facts.kind, "throttled");
    assert.equal(error.facts.mayHaveTakenEffect, false);
    assert.ok(clock.monotonicMs() >= 30 * 60_000 && clock.monotonicMs() < 31 * 60_000);
  });

  for (const [what, silence] of [
    ["hangs", hanging],
    ["hangs and does not mind being given up", deaf],
  ] as const) {
    it(`gives a read up that ${what} after 30 s, and sends it again`, async () => {
      const { clock, network, send } = bench([silence, ok]);
      await send(get);
      network.assertUsedUp();
      assert.deepEqual(clock.slept, [30_000, 750]);
    });

    it(`gives a POST up that ${what} after 30 s, and does not send it again`, async () => {
      const { clock, send } = bench([silence]);
      const error = await failure(send(post));
      assert.equal(error.code, "unreachable");
      assert.match(error.message, /no answer in time/);
      assert.equal(error.facts.mayHaveTakenEffect, true);
      assert.deepEqual(clock.slept, [30_000]);
    });
  }

  it("gives an answer up whose body never ends", async () => {
    const endless: Scripted = async () => ({
      status: 200,
      headers: { get: () => null },
      body: null,
      text: () => new Promise<string>(() => {}),
    });
    const { clock, send } = bench([endless, ok]);
    await send(get);
    assert.deepEqual(clock.slept, [30_000, 750]);
  });
});

describe("Transport: long waits", () => {
  const refused =
    "requests are refused for their pace (HTTP 429, code 420 (Rate Limited): too many requests)";

  it("of less than a minute need no word", async () => {
    const { send, log } = bench([tooMany, tooMany, busyGateway, busyGateway, ok]);
    await send(get);
    assert.deepEqual(log.texts("info"), []);
  });

  it("of more than a minute say once in ten minutes what they wait for", async () => {
    const often = Array.from({ length: 170 }, () => tooMany);
    const { send, log, clock } = bench([...often, ok], {}, 1);
    await send(post);
    assert.ok(clock.monotonicMs() > 20 * 60_000 && clock.monotonicMs() < 25 * 60_000);
    const lines = log.texts("info");
    assert.equal(lines.length, 3);
    for (const line of lines)
      assert.ok(line.endsWith(`: ${refused}; the request is sent again`), line);
    assert.match(lines[0] ?? "", /^waiting 1m( \d+s)?: /);
  });

  it("for a service that asks for them say so as well", async () => {
    const later = answer(503, "", { "retry-after": "60" });
    const { send, log } = bench([later, later, ok]);
    await send(get);
    assert.deepEqual(log.texts("info"), [
      "waiting 1m: HTTP 503, the answer is empty; the request is sent again",
    ]);
  });

  it("of many requests at once are said once", async () => {
    const later = answer(503, "", { "retry-after": "60" });
    const { clock, transport, log } = bench([later, later, later, ok, ok, ok]);
    const sent = [1, 2, 3].map(() => transport.send(get, { priority: Priority.read }));
    await clock.runUntil(Promise.all(sent));
    assert.equal(log.texts("info").length, 1);
  });
});

describe("Transport: the service's clock", () => {
  it("is the local one before any answer, or where none has a Date", async () => {
    const { transport, clock, send } = bench([ok]);
    assert.equal(transport.serviceNowMs(), clock.nowMs());
    await send(get);
    assert.equal(transport.serviceNowMs(), clock.nowMs());
  });

  it("goes on from the Date of the latest answer, refusals included, whatever the local one does", async () => {
    const dated = (date: string, status = 200) => answer(status, {}, { date });
    const script = [
      dated("Sun, 01 Nov 2026 12:00:00 GMT"),
      dated("Sun, 01 Nov 2026 12:30:00 GMT", 404),
      dated("nonsense"),
    ];
    const { transport, clock, send } = bench(script);
    await send(get);
    assert.equal(transport.serviceNowMs(), Date.UTC(2026, 10, 1, 12));
    await clock.advance(5000);
    clock.jump(-3_600_000);
    assert.equal(transport.serviceNowMs(), Date.UTC(2026, 10, 1, 12, 0, 5));
    await failure(send(get));
    await send(get);
    assert.equal(Math.round(transport.serviceNowMs()), Date.UTC(2026, 10, 1, 12, 30));
  });
});

describe("Transport: a proxy that asks for credentials", () => {
  for (const [what, environment] of [
    ["a proxy", {}],
    [
      "the proxy http://proxy.corp:3128 (HTTPS_PROXY)",
      { HTTPS_PROXY: "http://u:w@proxy.corp:3128" },
    ],
  ] as const) {
    it(`is named as such, and not tried again: ${what}`, async () => {
      const { transport, network, clock } = bench([answer(407, "<html>")], environment);
      const error = await failure(
        clock.runUntil(transport.send(post, { priority: Priority.read })),
      );
      assert.equal(error.code, "unreachable");
      assert.equal(error.text.cause, `${what} asks for credentials (HTTP 407)`);
      assert.match(error.text.remedy ?? "", /^check HTTPS_PROXY/);
      assert.deepEqual([error.facts.mayHaveTakenEffect, mayPassByItself(error)], [false, false]);
      network.assertUsedUp();
    });
  }
});

describe("Transport: what the pace is told of each attempt", () => {
  type Told = readonly (string | number | boolean | undefined)[];

  const single = ["left", "GET 3"];
  const rows: readonly (readonly [string, ServiceRequest, readonly Scripted[], readonly Told[]])[] =
    [
      ["an answer, and which kind it is of", get, [ok], [single, ["answered", true]]],
      [
        "a list as a kind of its own",
        { method: "GET", path: "/task-runs?index=0" },
        [ok],
        [
          ["left", "GET list"],
          ["answered", true],
        ],
      ],
      [
        "a POST as a kind of its own",
        post,
        [ok],
        [
          ["left", "POST 2"],
          ["answered", true],
        ],
      ],
      ["a refusal", get, [answer(400, {})], [single, ["answered", false]]],
      [
        "a 429, and for how long to send nothing",
        get,
        [answer(429, {}, { "retry-after": "5" }), tooMany, ok],
        [single, ["throttled", 5000], single, ["throttled", undefined], single, ["answered", true]],
      ],
      ["a quota that is used up as a refusal", get, [quota], [single, ["answered", false]]],
      [
        "a failure of the network",
        get,
        [broken("ECONNRESET"), ok],
        [single, ["failed"], single, ["answered", true]],
      ],
    ];
  for (const [what, request, script, expected] of rows) {
    it(`is ${what}`, async () => {
      const told: Told[] = [];
      const turn: Turn = {
        left: (kind) => told.push(["left", kind]),
        answered: (isSuccess) => told.push(["answered", isSuccess]),
        throttled: (retryAfterMs) => told.push(["throttled", retryAfterMs]),
        failed: () => told.push(["failed"]),
      };
      const pace = { takeTurn: async () => turn, delayMs: () => 0 } as unknown as RateLimiter;
      const { send } = bench(script, {}, pace);
      await send(request).catch(() => undefined);
      assert.deepEqual(told, expected);
    });
  }
});

describe("Transport: a download", () => {
  const path = "/shopping-intents/1/download";
  const options = { priority: Priority.read };

  it("is one signed GET whose body is a stream, with its size where the service says it", async () => {
    const script = [answer(200, "user-1\t0.5\n", { "content-length": "11" }), answer(200, "x")];
    const { transport, network, clock } = bench(script);
    const { body, size } = await clock.runUntil(transport.download(path, options));
    assert.equal(await text(body), "user-1\t0.5\n");
    assert.equal(size, 11);
    const { size: unknown } = await clock.runUntil(transport.download(path, options));
    assert.equal(unknown, null);
    assert.deepEqual(network.lines(), [`GET /api/v1${path}`, `GET /api/v1${path}`]);
    assert.ok(network.requests[0]?.headers["x-ncp-apigw-signature-v2"]);
  });

  for (const length of ["", "11 bytes", "about 11"]) {
    it(`has no size where the service says "${length}"`, async () => {
      const { transport, clock } = bench([answer(200, "x", { "content-length": length })]);
      const { size } = await clock.runUntil(transport.download(path, options));
      assert.equal(size, null);
    });
  }

  it("is no file where the answer has no body", async () => {
    const empty: Scripted = async () => ({
      status: 200,
      headers: { get: () => null },
      body: null,
      text: async () => "{}",
    });
    const { transport, clock } = bench([empty]);
    const sent = transport.download(path, { ...options, attempts: 1 });
    const error = await failure(clock.runUntil(sent));
    assert.equal(error.code, "unreadable");
    assert.match(error.message, /the answer is empty/);
  });

  for (const status of [199, 300]) {
    it(`is refused with HTTP ${status}`, async () => {
      const { transport, clock } = bench([answer(status, "user-1\t0.5\n")]);
      const error = await failure(clock.runUntil(transport.download(path, options)));
      assert.deepEqual([error.code, error.facts.httpStatus], ["refused", status]);
    });
  }

  it("does not read the body into memory", async () => {
    const script: Scripted[] = [
      async () => ({
        status: 200,
        headers: { get: () => null },
        body: Readable.from(["a", "b"]),
        text: () => assert.fail("it was read"),
      }),
    ];
    const { transport, clock } = bench(script);
    const { body } = await clock.runUntil(transport.download(path, options));
    assert.equal(await text(body), "ab");
  });

  for (const [what, status, body, headers] of [
    ["a page", 200, "<html>Sign in</html>", { "content-type": "text/html" }],
    ["JSON", 200, '{"code":"10102"}', {}],
    ["nothing", 200, "", {}],
    ["nothing", 204, "", {}],
    ["JSON in a type of its own", 200, "[1]", { "content-type": "application/json" }],
  ] as const) {
    it(`is no file where the service answers HTTP ${status} with ${what}`, async () => {
      const { transport, clock, network } = bench([
        answer(status, body, headers),
        answer(status, body, headers),
      ]);
      const sent = transport.download(path, { ...options, attempts: 2 });
      const error = await failure(clock.runUntil(sent));
      assert.equal(error.code, "unreadable");
      assert.match(error.message, new RegExp(`the answer \\(HTTP ${status}\\) is `));
      network.assertUsedUp();
    });
  }

  it("is whole where it comes in pieces, the first of them late", async () => {
    const pieces = new PassThrough();
    const { transport, clock } = bench([
      async () => ({
        status: 200,
        headers: { get: () => null },
        body: pieces,
        text: async () => "",
      }),
    ]);
    const sent = transport.download(path, options);
    setImmediate(() => pieces.write("user-1"));
    const { body } = await clock.runUntil(sent);
    pieces.end("\t0.5\n");
    assert.equal(await text(body), "user-1\t0.5\n");
  });

  it("is sent again where it breaks before it begins", async () => {
    const breaking = new Readable({ read: () => breaking.destroy(new Error("reset")) });
    const { transport, clock } = bench([
      async () => ({
        status: 200,
        headers: { get: () => null },
        body: breaking,
        text: async () => "",
      }),
      answer(200, "user-1\t0.5\n"),
    ]);
    const { body } = await clock.runUntil(transport.download(path, options));
    assert.equal(await text(body), "user-1\t0.5\n");
  });

  it("is refused and sent again like any other read", async () => {
    const { transport, clock } = bench([busyGateway, answer(404, { code: "10106" })]);
    const error = await failure(clock.runUntil(transport.download(path, options)));
    assert.equal(error.facts.kind, "not-found");
    assert.deepEqual(
      clock.slept.filter((ms) => ms > 1),
      [750],
    );
  });

  it("ends with the signal, in the middle of the body too", async () => {
    const endless = new Readable({ read() {} });
    endless.push("user-1");
    const script: Scripted[] = [
      async () => ({
        status: 200,
        headers: { get: () => null },
        body: endless,
        text: async () => "",
      }),
    ];
    const { transport, clock } = bench(script);
    const abort = new AbortController();
    const { body } = await clock.runUntil(
      transport.download(path, { ...options, signal: abort.signal }),
    );
    const read = assert.rejects(text(body), { name: "AbortError" });
    abort.abort(new Error("the engine asked to stop"));
    await read;
    assert.equal(endless.destroyed, true);
  });
});

describe("Transport: a stop asked for by the engine", () => {
  const stopped = () => {
    const abort = new AbortController();
    return { abort, reason: new Error("the engine asked to stop") };
  };

  it("ends a read that is under way at once", async () => {
    const { clock, transport } = bench([hanging]);
    const { abort, reason } = stopped();
    const sent = transport.send(get, { priority: Priority.read, signal: abort.signal });
    await clock.settle();
    abort.abort(reason);
    await assert.rejects(sent, reason);
    assert.deepEqual(clock.slept, []);
  });

  it("ends the wait before another attempt at once", async () => {
    const { clock, transport, network } = bench([busyGateway]);
    const { abort, reason } = stopped();
    const sent = transport.send(get, { priority: Priority.read, signal: abort.signal });
    await clock.settle();
    abort.abort(reason);
    await assert.rejects(sent, reason);
    network.assertUsedUp();
  });

  it("lets a POST that is under way be answered first", async () => {
    const late: { answer?: () => void } = {};
    const slow: Scripted = async (signal) => {
      await new Promise<void>((resolve) => {
        late.answer = resolve;
      });
      return ok(signal);
    };
    const { clock, transport } = bench([slow]);
    const { abort, reason } = stopped();
    const sent = transport.send(post, { priority: Priority.write, signal: abort.signal });
    await clock.settle();
    abort.abort(reason);
    await clock.advance(3000);
    late.answer?.();
    assert.deepEqual(await sent, { run_id: "1" });
  });

  it("waits for that answer no longer than 4 s, and says that it may have taken effect", async () => {
    const { clock, transport } = bench([hanging]);
    const { abort, reason } = stopped();
    const sent = transport.send(post, { priority: Priority.write, signal: abort.signal });
    await clock.settle();
    abort.abort(reason);
    const error = await failure(clock.runUntil(sent));
    assert.equal(error.facts.mayHaveTakenEffect, true);
    assert.deepEqual(clock.slept, [4000]);
  });

  it("sends nothing that has not been sent yet", async () => {
    for (const request of [get, post, remove]) {
      const { send, network } = bench([]);
      const { abort, reason } = stopped();
      abort.abort(reason);
      await assert.rejects(send(request, abort.signal), reason);
      assert.deepEqual(network.lines(), []);
    }
  });
});

describe("Transport: a wrong clock", () => {
  const minutes = 60_000;
  /** 401 with the gateway's time in its `Date` header. */
  const refusedAt =
    (clock: FakeClock, aheadMs: number): Scripted =>
    (signal) =>
      answer(401, unsigned, { date: new Date(clock.nowMs() + aheadMs).toUTCString() })(signal);

  for (const [aheadMs, words] of [
    [10 * minutes, "10m behind"],
    [-90 * minutes, "1h 30m ahead of"],
  ] as const) {
    it(`that is ${words} the gateway's is repaired by signing anew, with one warning`, async () => {
      const script: Scripted[] = [];
      const { clock, log, network, send } = bench(script);
      script.push(refusedAt(clock, aheadMs), ok, ok);
      const started = clock.nowMs();
      await send(get);
      await send(get);
      const stamps = network.requests.map(({ headers }) =>
        Number(headers["x-ncp-apigw-timestamp"]),
      );
      assert.deepEqual(
        stamps.map((stamp) => stamp - started),
        [0, aheadMs, aheadMs],
      );
      assert.deepEqual(log.texts("warn"), [
        `the local clock is ${words} the NCLUE gateway's, which refuses requests that are five minutes ` +
          "off; requests are now signed with the gateway's time. Set the clock (NTP) to get rid of this " +
          "line",
      ]);
      assert.deepEqual(
        clock.slept.filter((ms) => ms > 1),
        [],
      );
    });
  }

  it("is repaired for a POST too: the refused one did nothing", async () => {
    const script: Scripted[] = [];
    const { clock, network, send } = bench(script);
    script.push(refusedAt(clock, 10 * minutes), ok);
    await send(post);
    network.assertUsedUp();
  });

  it("is repaired once a request: a second 401 is an error", async () => {
    const script: Scripted[] = [];
    const { clock, network, send } = bench(script);
    script.push(refusedAt(clock, 10 * minutes), refusedAt(clock, 60 * minutes));
    const error = await failure(send(get));
    assert.equal(error.facts.httpStatus, 401);
    network.assertUsedUp();
  });

  it("is not to blame for a 401 when it is less than four and a half minutes off", async () => {
    const script: Scripted[] = [];
    const { clock, log, network, send } = bench(script);
    script.push(refusedAt(clock, 4 * minutes));
    await failure(send(get));
    network.assertUsedUp();
    assert.deepEqual(log.texts("warn"), []);
  });

  it("that jumps later is repaired again", async () => {
    const script: Scripted[] = [];
    const { clock, log, network, send } = bench(script);
    script.push(refusedAt(clock, 10 * minutes), ok);
    await send(get);
    clock.jump(10 * minutes);
    script.push(refusedAt(clock, 0), ok);
    await send(get);
    network.assertUsedUp();
    assert.equal(log.texts("warn").length, 2);
  });
});

describe("Transport: read-only", () => {
  for (const request of [post, remove]) {
    it(`refuses ${request.method} before anything is sent`, async () => {
      const { network, send } = bench([], { NCLUE_READ_ONLY: "true" });
      const error = await failure(send(request));
      assert.equal(error.code, "read-only");
      assert.match(error.message, /nclue:readOnly \(NCLUE_READ_ONLY\)/);
      assert.deepEqual(network.lines(), []);
    });
  }

  it("lets reads through", async () => {
    const { send } = bench([ok], { NCLUE_READ_ONLY: "true" });
    assert.deepEqual(await send(get), { run_id: "1" });
  });
});

describe("Transport: what is told", () => {
  it("a 401 names the place where the key came from, and what a change of keys needs", async () => {
    const { send } = bench([denied]);
    const { message } = await failure(send(get));
    assert.match(message, /GET \/api\/v1\/task-runs\/1: HTTP 401, code 210 \(Permission Denied\)/);
    assert.match(message, /came from the environment \(NCLOUD_ACCESS_KEY, NCLOUD_SECRET_KEY\)/);
    assert.match(message, /pulumi refresh --run-program/);
  });

  it("a 401 says that the keys may be another site's, where something names one", async () => {
    const { send } = bench([denied], { NCLOUD_API_GW: "https://ncloud.apigw.gov-ntruss.com" });
    const { message } = await failure(send(get));
    assert.match(message, /names the government site, and NCLUE is on the public site only/);
  });

  it("a line is logged for each attempt: method, path, status, attempt, time and delay", async () => {
    const { log, send } = bench([broken("ECONNRESET"), busyGateway, ok]);
    await send(get);
    assert.deepEqual(log.texts("debug"), [
      "GET /api/v1/task-runs/1 → the connection broke (ECONNRESET) (attempt 1, 0 ms, again in 750 ms)",
      "GET /api/v1/task-runs/1 → HTTP 503 (attempt 2, 0 ms, again in 1500 ms)",
      "GET /api/v1/task-runs/1 → HTTP 200 (attempt 3, 0 ms)",
    ]);
  });

  it("the cause of a failure of the network is a word of ours and the system's code", async () => {
    const table: readonly (readonly [Scripted, RegExp])[] = [
      [broken("ECONNREFUSED"), /nothing listens at the address \(ECONNREFUSED\)/],
      [broken("ENOTFOUND"), /the host name is not known/],
      [broken("EAI_AGAIN"), /the host name could not be looked up/],
      [broken("ECONNRESET"), /the connection broke \(ECONNRESET\)/],
    ];
    for (const [one, words] of table) {
      const { send } = bench([one, one, one, one, one]);
      assert.match((await failure(send(get))).message, words);
    }
  });

  const anyAnswer = fc.oneof(
    fc
      .tuple(
        fc.integer({ min: 200, max: 599 }),
        fc.oneof(fc.string({ unit: "binary", maxLength: 3000 }), fc.jsonValue()),
        fc.dictionary(
          fc.constantFrom("retry-after", "date", "x-ncp-request-id"),
          fc.string({ unit: "binary" }),
        ),
      )
      .map(([status, body, headers]) => answer(status, body, headers)),
    fc.string({ unit: "binary" }).map(broken),
    fc.constantFrom(hanging, deaf),
    // A client that repeats what it was given, keys and all, in its error.
    fc.constant<Scripted>(() =>
      Promise.reject(
        new Error(`x-ncp-iam-access-key: ${TEST_KEYS.accessKey} ${TEST_KEYS.secretKey}`),
      ),
    ),
  );

  it("is an error of ours, short, safe to show and without a secret, whatever comes back", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(anyAnswer, { minLength: 10, maxLength: 10 }),
        fc.constantFrom(get, post, remove),
        async (script, request) => {
          const { log, send } = bench(script);
          try {
            await send(request);
          } catch (error) {
            assert.ok(isNclueError(error), String(error));
            assert.ok(error.message.length <= 2500, String(error.message.length));
            assert.doesNotMatch(error.message, /[^\P{Cc}\n]/u);
            assert.doesNotMatch(error.message + JSON.stringify(error), /CANARY/);
          }
          assert.doesNotMatch(log.all(), /CANARY/);
        },
      ),
      seeded(),
    ));
});
