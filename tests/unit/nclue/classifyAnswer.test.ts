import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Answer,
  classifyAnswer,
  describeNoFile,
  type RawAnswer,
  type Refusal,
} from "../../../provider/src/nclue/classifyAnswer";
import { seeded } from "../../support/seeds";

const raw = (status: number, body: unknown, changes: Partial<RawAnswer> = {}): RawAnswer => ({
  status,
  retryAfter: null,
  date: null,
  requestId: null,
  body: typeof body === "string" ? body : JSON.stringify(body),
  ...changes,
});

function refusal(answer: Answer): Refusal {
  assert.ok(answer.kind === "refused");
  return answer.refusal;
}

const xml =
  '<?xml version="1.0"?><Error><Code>10102</Code><Message>DUPLICATE_NAME</Message><RequestId>1</RequestId></Error>';

const shapes: readonly (readonly [string, unknown])[] = [
  ["responseError", { responseError: { returnCode: "10102", returnMessage: "DUPLICATE_NAME" } }],
  ["error with errorCode", { error: { errorCode: "10102", message: "DUPLICATE_NAME" } }],
  ["error with details", { error: { errorCode: 10102, message: "DUPLICATE_NAME", details: null } }],
  ["error with code", { error: { code: 10102, message: "DUPLICATE_NAME" } }],
  ["flat errorCode", { errorCode: "10102", message: "DUPLICATE_NAME" }],
  ["flat errorCode and errorMessage", { errorCode: "10102", errorMessage: "DUPLICATE_NAME" }],
  ["code and msg", { code: 10102, msg: "DUPLICATE_NAME", data: null }],
  ["status as an object", { status: { code: "10102", message: "DUPLICATE_NAME" } }],
  ["S3 XML", xml],
];

describe("classifyAnswer: shapes of error bodies", () => {
  for (const [shape, body] of shapes) {
    it(`finds code and message in ${shape}`, () => {
      const { serviceCode, cause, kind, fromGateway } = refusal(classifyAnswer(raw(409, body)));
      assert.equal(serviceCode, "10102");
      assert.equal(kind, "duplicate-name");
      assert.equal(fromGateway, false);
      assert.equal(cause, "HTTP 409, code 10102 (DUPLICATE_NAME): the name exists already");
    });
  }

  for (const [what, body] of [
    ["alone", { message: "PATH_NOT_FOUND" }],
    ["beside a code that says nothing", { errorCode: "E-1", message: "PATH_NOT_FOUND" }],
  ] as const) {
    it(`knows a documented message by its number, ${what}`, () => {
      const { serviceCode, cause } = refusal(classifyAnswer(raw(422, body)));
      assert.equal(serviceCode, "10106");
      assert.match(cause, /the path of the source file does not exist$/);
    });
  }

  const messages: readonly (readonly [string, unknown, string])[] = [
    [
      "Spring's shape, which has no code",
      {
        timestamp: "2026",
        status: 500,
        error: "Internal Server Error",
        message: "boom",
        path: "/",
      },
      'HTTP 500, "boom"',
    ],
    [
      "Spring's shape without a message",
      { timestamp: "2026", status: 500, error: "Internal Server Error", path: "/" },
      'HTTP 500, "Internal Server Error"',
    ],
    ["error as a plain string", { error: "no such thing" }, 'HTTP 500, "no such thing"'],
    ["a JSON string", JSON.stringify("boom"), 'HTTP 500, "boom"'],
    ["an empty body", "", "HTTP 500, the answer is empty"],
    [
      "an HTML page",
      "\n<!DOCTYPE html><html><body>Bad Gateway</body></html>",
      "HTTP 500, the answer is an HTML page (is nclue:endpoint right, or does a proxy answer?)",
    ],
    [
      "unknown fields",
      '{"detail": "taskId"}',
      'HTTP 500, the answer is without a code and a message ("{"detail": "taskId"}")',
    ],
    ["garbage", "\u0000\u0001 oops", 'HTTP 500, the answer is not JSON ("oops")'],
  ];
  for (const [shape, body, cause] of messages) {
    it(`tells what it can of ${shape}`, () => {
      const found = refusal(classifyAnswer(raw(500, body)));
      assert.equal(found.cause, cause);
      assert.equal(found.serviceCode, undefined);
    });
  }

  it("tells the request id, which support asks for", () =>
    assert.match(
      refusal(classifyAnswer(raw(404, "", { requestId: "abc\u001b[2J" }))).cause,
      /request id abc \[2J$/,
    ));
});

describe("classifyAnswer: what an answer means", () => {
  const gateway = (code: number | string, message = "x") => ({
    error: { errorCode: code, message },
  });
  const table: readonly (readonly [number, unknown, Refusal["kind"], boolean])[] = [
    [400, gateway(100), "rejected", true],
    [401, gateway("200"), "denied", true],
    [401, gateway("210"), "denied", true],
    [401, { code: 10100, msg: "ACCESS_DENIED" }, "denied", false],
    [403, {}, "denied", false],
    [404, gateway("300"), "not-found", true],
    [404, { code: "10106" }, "not-found", false],
    [404, { code: "10110" }, "not-found", false],
    [404, "<html>", "not-found", false],
    [410, {}, "not-found", false],
    [409, { code: "10102" }, "duplicate-name", false],
    [409, { code: "DUPLICATE_NAME" }, "duplicate-name", false],
    [409, { code: "10101" }, "rejected", false],
    [422, { code: "10103" }, "rejected", false],
    [413, gateway("430"), "rejected", true],
    [429, gateway("400"), "throttled", true],
    [429, gateway(410), "throttled", true],
    [429, gateway("420"), "throttled", true],
    [429, "", "throttled", false],
    [500, gateway("900"), "transient", true],
    [503, gateway("500"), "transient", true],
    [504, gateway("510"), "transient", true],
    [502, "<html>", "transient", false],
    [408, "", "transient", false],
    [302, "", "rejected", false],
    [404, { code: "constructor" }, "not-found", false],
    [404, { code: "__proto__" }, "not-found", false],
  ];
  for (const [status, body, kind, fromGateway] of table) {
    it(`HTTP ${status} ${JSON.stringify(body)}: ${kind}${fromGateway ? ", from the gateway" : ""}`, () => {
      const found = refusal(classifyAnswer(raw(status, body)));
      assert.equal(found.kind, kind);
      assert.equal(found.fromGateway, fromGateway);
      assert.doesNotMatch(`${found.cause} ${found.remedy}`, /undefined \(|: undefined/);
    });
  }

  const conflicts: readonly (readonly [unknown, Refusal["kind"], Refusal["kind"]])[] = [
    ["", "duplicate-name", "rejected"],
    [{}, "duplicate-name", "rejected"],
    [{ code: "CONFLICT" }, "duplicate-name", "rejected"],
    [{ code: "10111" }, "duplicate-name", "rejected"],
    [{ errorCode: "DUPLICATE_NAME" }, "duplicate-name", "duplicate-name"],
    [{ code: 10102 }, "duplicate-name", "duplicate-name"],
    [{ code: "NAME_TOO_LONG" }, "rejected", "rejected"],
    [{ code: "10103" }, "rejected", "rejected"],
  ];
  for (const [body, onPost, onDelete] of conflicts) {
    it(`HTTP 409 ${JSON.stringify(body)}: ${onPost} on POST, ${onDelete} on DELETE`, () => {
      assert.equal(refusal(classifyAnswer(raw(409, body), "POST")).kind, onPost);
      assert.equal(refusal(classifyAnswer(raw(409, body), "DELETE")).kind, onDelete);
    });
  }

  for (const body of ["", "<html>OK</html>", "oops", "{}", '"deleted"', '{"code":"10102"}']) {
    it(`HTTP 200 and 204 to DELETE are a success with the body ${JSON.stringify(body)}`, () => {
      for (const status of [200, 202, 204]) {
        assert.equal(classifyAnswer(raw(status, body), "DELETE").kind, "ok");
      }
    });
  }

  for (const code of ["400", 400, "QUOTA_EXCEEDED", "Quota Exceeded"]) {
    it(`HTTP 429 with ${JSON.stringify(code)} is a quota that does not pass by itself`, () => {
      const quota = refusal(classifyAnswer(raw(429, gateway(code))));
      assert.equal(quota.isLasting, true);
      assert.match(quota.cause, /quota of requests is used up/);
      assert.equal(refusal(classifyAnswer(raw(429, gateway("420")))).isLasting, undefined);
    });
  }

  it("gives the meaning, the remedy and the page of a known code", () => {
    const { remedy } = refusal(classifyAnswer(raw(422, { code: "10101" })));
    assert.match(remedy ?? "", /shorter name .*\(https:\/\/api\.ncloud-docs\.com/);
  });

  it("reads Retry-After in seconds, and as a date by the answer's own clock", () => {
    const seconds = refusal(classifyAnswer(raw(429, "", { retryAfter: "7" })));
    assert.equal(seconds.retryAfterMs, 7000);
    const date = refusal(
      classifyAnswer(
        raw(429, "", {
          retryAfter: "Sun, 01 Nov 2026 12:00:05 GMT",
          date: "Sun, 01 Nov 2026 12:00:00 GMT",
        }),
      ),
    );
    assert.equal(date.retryAfterMs, 5000);
    const undated = refusal(
      classifyAnswer(raw(429, "", { retryAfter: "Sun, 01 Nov 2026 12:00:05 GMT" })),
    );
    assert.equal(undated.retryAfterMs, undefined);
  });

  it("takes any JSON of a success as it is", () =>
    assert.deepEqual(classifyAnswer(raw(200, { a: 1 })), { kind: "ok", json: { a: 1 } }));

  const unreadable: readonly (readonly [string, string])[] = [
    ["", "the answer (HTTP 200) is empty"],
    ['{"run_id": "1', 'the answer (HTTP 200) is not JSON ("{"run_id": "1")'],
    [
      "<html></html>",
      "the answer (HTTP 200) is an HTML page (is nclue:endpoint right, or does a proxy answer?)",
    ],
  ];
  for (const [body, cause] of unreadable) {
    it(`calls a success unreadable that is ${JSON.stringify(body)}`, () =>
      assert.deepEqual(classifyAnswer(raw(200, body)), { kind: "unreadable", cause }));
  }
});

describe("classifyAnswer: anything at all", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 5000 }),
    fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
    fc.jsonValue().map((json) => JSON.stringify(json)),
    fc
      .record(
        {
          error: fc.jsonValue(),
          responseError: fc.jsonValue(),
          status: fc.jsonValue(),
          code: fc.oneof(fc.string({ unit: "binary", minLength: 300 }), fc.jsonValue()),
          message: fc.oneof(fc.string({ unit: "binary", minLength: 300 }), fc.jsonValue()),
        },
        { requiredKeys: [] },
      )
      .map((json) => JSON.stringify(json)),
    fc.string({ unit: "binary" }).map((inner) => `<Error><Code>${inner}</Code></Error>`),
  );
  const header = fc.option(fc.string({ unit: "binary" }), { nil: null });
  const answers = fc.record({
    status: fc.integer({ min: 100, max: 999 }),
    retryAfter: header,
    date: header,
    requestId: header,
    body: text,
  });

  it("is sorted without an exception, into words that are short and safe to show", () =>
    fc.assert(
      fc.property(answers, (answer) => {
        const found = classifyAnswer(answer);
        if (found.kind === "ok") return;
        const cause = found.kind === "unreadable" ? found.cause : found.refusal.cause;
        assert.ok(cause.length <= 1000, String(cause.length));
        assert.doesNotMatch(cause, /\p{Cc}/u);
      }),
      seeded({ numRuns: 500 }),
    ));
});

describe("a page in place of a refusal of the keys", () => {
  for (const status of [401, 403]) {
    it(`says nothing of the keys (HTTP ${status})`, () => {
      const raw = { status, retryAfter: null, date: null, requestId: null };
      const cause = `the answer (HTTP ${status}) is an HTML page (is nclue:endpoint right, or does a proxy answer?)`;
      const answer = classifyAnswer({ ...raw, body: "<!DOCTYPE html><title>Blocked</title>" });
      assert.deepEqual(answer, { kind: "unreadable", cause, isRefused: true });
      assert.equal(classifyAnswer({ ...raw, body: "" }).kind, "refused");
    });
  }
});

describe("what is no file", () => {
  const page = "an HTML page (is nclue:endpoint right, or does a proxy answer?)";
  for (const [what, type, beginning, cause] of [
    ["nothing", "text/tab-separated-values", "", "empty"],
    ["a page", "text/html; charset=utf-8", "<p>Sign in</p>", page],
    ["a page that has no type", null, "\n<!DOCTYPE html><title>Sign in</title>", page],
    ["a page by another type", "text/plain", "<html>Sign in</html>", page],
    [
      "an error",
      "application/json",
      '{"code":"10102"}',
      'JSON and not the file ("{"code":"10102"}")',
    ],
    [
      "an error without a type",
      null,
      '{"code":"10102"}',
      'JSON and not the file ("{"code":"10102"}")',
    ],
    [
      "the beginning of JSON",
      "application/json;charset=UTF-8",
      '{"a":"',
      'JSON and not the file ("{"a":"")',
    ],
    ["a list", "application/problem+json", "[]", 'JSON and not the file ("[]")'],
  ] as const) {
    it(`is ${what}`, () =>
      assert.equal(describeNoFile(200, type, beginning), `the answer (HTTP 200) is ${cause}`));
  }

  for (const [type, beginning] of [
    ["text/tab-separated-values", "user-1\t0.5\n"],
    [null, "user-1\t0.5\n"],
    ["application/json", "user-1\t0.5\n"],
    ["application/octet-stream", "{user}\t0.5\n"],
    ["text/plain", "17"],
  ] as const) {
    it(`is not ${JSON.stringify(beginning)} as ${type}`, () =>
      assert.equal(describeNoFile(200, type, beginning), undefined));
  }
});
