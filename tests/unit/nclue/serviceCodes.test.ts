import assert from "node:assert/strict";
import { classifyAnswer } from "../../../provider/src/nclue/classifyAnswer";
import {
  GATEWAY_CODES,
  meaningOf,
  NCLUE_CODES,
  numberOf,
} from "../../../provider/src/nclue/serviceCodes";

type Message = readonly [status: number, cause: string, remedy: string];

const useless = "another try will not help before that";
const helps = "another try usually helps";
const mayHelp = "another try may help";

const pages = {
  service: "https://api.ncloud-docs.com/docs/nclue-api-overview",
  gateway: "https://api.ncloud-docs.com/docs/common-ncpapi",
} as const;

/** Each message as a person reads it: what the code means, and what to do. */
const messages: Readonly<Record<keyof typeof pages, Readonly<Record<string, Message>>>> = {
  service: {
    "10100": [
      401,
      "the service did not accept these keys",
      `check that the keys belong to the account that uses NCLUE and carry NCP_VPC_NCLUE_MANAGER; ${useless}`,
    ],
    "10101": [
      422,
      "the name is too long",
      `use a shorter name (the documented limit is 100); ${useless}`,
    ],
    "10102": [
      409,
      "the name exists already",
      `use another name, or take the job over with the import option or onDuplicateName: "adopt"; ${useless}`,
    ],
    "10103": [
      422,
      "a path contains a character that the service refuses",
      `take the character out of the path; ${useless}`,
    ],
    "10104": [
      422,
      "the path of the training labels contains a character that the service refuses",
      `rename that source file; ${useless}`,
    ],
    "10105": [
      422,
      "the path of the test labels contains a character that the service refuses",
      `rename that source file; ${useless}`,
    ],
    "10106": [
      404,
      "the path of the source file does not exist",
      `check bucket and path, and upload the source file; ${useless}`,
    ],
    "10107": [
      404,
      "the path of the training labels does not exist",
      `check the task's source files; ${useless}`,
    ],
    "10108": [
      404,
      "the path of the test labels does not exist",
      `check the task's source files; ${useless}`,
    ],
    "10109": [
      422,
      "the source file contains personal data",
      `take resident, passport, licence, card and phone numbers and e-mail addresses out of it; ${useless}`,
    ],
  },
  gateway: {
    "100": [400, "the gateway could not read the request", `check nclue:endpoint; ${useless}`],
    "200": [
      401,
      "the gateway could not verify the signature",
      `check the secret key, and that the clock is right; ${useless}`,
    ],
    "210": [
      401,
      "these keys may not do this",
      `give the sub account NCP_VPC_NCLUE_MANAGER, and check that NCLUE is subscribed; ${useless}`,
    ],
    "300": [
      404,
      "the gateway knows no such address, or these keys may not see it",
      `check nclue:endpoint and the keys' rights; ${useless}`,
    ],
    "400": [
      429,
      "the account's quota of requests is used up",
      `wait until it is renewed, or ask NAVER Cloud for a higher one; ${useless}`,
    ],
    "410": [429, "too many requests", `lower nclue:requestsPerSecond; ${helps}`],
    "420": [429, "too many requests", `lower nclue:requestsPerSecond; ${helps}`],
    "430": [413, "the request is too large", `shorten the arguments; ${useless}`],
    "500": [503, "the gateway cannot reach the service", `try again later; ${helps}`],
    "510": [504, "the service did not answer the gateway in time", `try again later; ${helps}`],
    "900": [500, "an unexpected error at the gateway", `try again later; ${mayHelp}`],
  },
};

describe("a refusal with a code", () => {
  for (const from of ["service", "gateway"] as const) {
    for (const [code, [status, cause, remedy]] of Object.entries(messages[from])) {
      it(`of the ${from}, ${code}, tells what it means, what to do, whether another try helps, and where to read`, () =>
        assert.deepEqual(told(status, code), {
          cause: `HTTP ${status}, code ${code} (SAID): ${cause}`,
          remedy: `${remedy} (${pages[from]})`,
        }));
    }
  }

  it("has a message under test for each code of the tables", () => {
    assert.deepEqual(Object.keys(NCLUE_CODES), Object.keys(messages.service));
    assert.deepEqual(Object.keys(GATEWAY_CODES), Object.keys(messages.gateway));
  });

  for (const table of [NCLUE_CODES, GATEWAY_CODES]) {
    for (const [code, { name }] of Object.entries(table)) {
      it(`means the same as the text ${name} as it does as the number ${code}`, () => {
        assert.equal(meaningOf(name), table[code]);
        assert.equal(numberOf(name.toLowerCase().replaceAll("_", " ")), code);
        assert.deepEqual(told(422, name).remedy, told(422, code).remedy);
      });
    }
  }

  for (const [text, code] of [
    ["0400", "400"],
    ["Quota Exceeded Exception", "400"],
    ["429 Quota Exceeded.", "400"],
    ["RateLimitedError", "420"],
  ] as const) {
    it(`means ${code} where it is sent as "${text}"`, () => assert.equal(numberOf(text), code));
  }

  it("means the same where the name is all of the answer", () => {
    const raw = { retryAfter: null, date: null, requestId: null };
    const answer = classifyAnswer({ ...raw, status: 429, body: "Quota Exceeded\n" });
    assert.ok(answer.kind === "refused");
    assert.equal(answer.refusal.isLasting, true);
    const other = classifyAnswer({ ...raw, status: 404, body: "Not Found" });
    assert.ok(other.kind === "refused");
    assert.equal(other.refusal.fromGateway, false);
  });

  it("means the same where only the message says it", () => {
    const body = JSON.stringify({ message: "NAME_TOO_LONG" });
    const answer = classifyAnswer({
      status: 422,
      retryAfter: null,
      date: null,
      requestId: null,
      body,
    });
    assert.ok(answer.kind === "refused");
    assert.equal(answer.refusal.cause, 'HTTP 422, "NAME_TOO_LONG": the name is too long');
  });

  for (const code of ["10110", "10999", "700", "NEW_CODE", "constructor", "__proto__"]) {
    it(`that nobody has documented, ${code}, is passed on as it was sent`, () => {
      assert.equal(meaningOf(code), undefined);
      assert.deepEqual(told(422, code), {
        cause: `HTTP 422, code ${code} (SAID)`,
        remedy: undefined,
      });
    });
  }
});

function told(status: number, code: string) {
  const body = JSON.stringify({ error: { errorCode: code, message: "SAID" } });
  const answer = classifyAnswer({ status, retryAfter: null, date: null, requestId: null, body });
  assert.ok(answer.kind === "refused");
  const { cause, remedy } = answer.refusal;
  return { cause, remedy };
}
