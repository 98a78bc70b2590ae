import assert from "node:assert/strict";
import { families } from "../../../provider/src/domain/families";
import type { FamilyName } from "../../../provider/src/domain/family";
import {
  isPathCertain,
  type ResultQuestion,
  type Searching,
  toldPath,
  whereIs,
} from "../../../provider/src/lifecycle/resultPlace";
import { jobOf } from "../../support/sampleJobs";

const NOW = Date.parse("2026-11-26T12:00:00Z");
const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;
const BEGINNING = NOW - 2 * HOUR;
const KEY = "churn/nclue_f00d_2026112612.tsv";

const at = (ms: number) => new Date(ms).toISOString();
const ctx = {
  clients: () => ({ transport: { serviceNowMs: () => NOW } }),
} as unknown as Searching;

interface Told {
  readonly createdAt?: string | null;
  readonly completedAt?: string | null;
  readonly path?: string | null;
  readonly family?: FamilyName;
}

/** What is asked about a job of which the service tells this. */
function question(told: Told = {}): ResultQuestion {
  const { createdAt = at(BEGINNING), completedAt = null, path = "churn/" } = told;
  const family = families[told.family ?? "taskRun"];
  const fields = told.family === undefined ? { resultFilePath: path } : {};
  const job = jobOf(family, { createdAt, completedAt, fields });
  return { family, job, bucket: "acme-results", path: "churn/", isSecret: false };
}

const sought = (told: Told, path = "churn/") => whereIs(ctx, question(told), "acme-results", path);

function untilOf(told: Told): number {
  const found = sought(told);
  assert.ok(found.kind === "place");
  return found.place.untilMs;
}

describe("where a result is searched for", () => {
  it("is below the path, from the job's beginning to an hour after its end", () =>
    assert.deepEqual(sought({ completedAt: at(NOW - HOUR) }), {
      kind: "place",
      place: { bucket: "acme-results", paths: ["churn/"], fromMs: BEGINNING, untilMs: NOW },
    }));

  it("is below both forms of the path where the service gives back another", () => {
    const found = sought({ path: "a/b/" }, "/a//b/");
    assert.ok(found.kind === "place");
    for (const form of ["/a//b/", "a/b/"]) assert.ok(found.place.paths.includes(form), form);
  });

  it("is below the path alone where the service gives none back", () => {
    const found = sought({ path: null });
    assert.deepEqual(found.kind === "place" && found.place.paths, ["churn/"]);
  });

  for (const [what, completedAt, end] of [
    ["the service gives no end", null, NOW],
    ["the end cannot be read", "soon", NOW],
    ["it ended when it began", at(BEGINNING), BEGINNING],
    ["its beginning is rounded up past its end", at(BEGINNING - 999), BEGINNING - 999],
    ["its end lies a second before its beginning", at(BEGINNING - SECOND), NOW],
    ["its end lies a day ahead", at(NOW + DAY), NOW + DAY],
    ["its end lies more than a day ahead", at(NOW + DAY + 1), NOW],
  ] as const) {
    it(`ends an hour after ${end === NOW ? "this moment" : "it"} where ${what}`, () =>
      assert.equal(untilOf({ completedAt }), end + HOUR));
  }

  for (const [what, createdAt, date] of [
    ["is not given", null, "no date"],
    ["cannot be read", "yesterday", 'the date "yesterday"'],
    ["lies more than a day ahead", at(NOW + DAY + 1), 'the date "2026-11-27T12:00:00.001Z"'],
  ] as const) {
    it(`is nowhere where the date of its creation ${what}`, () =>
      assert.deepEqual(sought({ createdAt }), {
        kind: "undated",
        text:
          `the service gives ${date} for its creation, so which object it wrote is not clear, and ` +
          "none is taken",
      }));
  }

  it("is below its path where it was created a day ahead of this moment, and no more", () =>
    assert.equal(sought({ createdAt: at(NOW + DAY) }).kind, "place"));

  it("is the key that the service gives back instead of the path", () =>
    assert.deepEqual(sought({ path: KEY }), {
      kind: "named",
      bucket: "acme-results",
      keys: [KEY],
    }));

  it("is that key where the service has tidied the path", () => {
    const found = sought({ path: KEY }, "/churn//");
    assert.equal(found.kind, "named");
  });

  it("is that key in each of its forms", () => {
    const found = sought({ path: `/${KEY}` });
    assert.ok(found.kind === "named");
    assert.ok(found.keys.includes(KEY) && found.keys.includes(`/${KEY}`), found.keys.join());
  });

  it("is below the path where that has the form of a key itself", () =>
    assert.equal(sought({ path: KEY }, KEY).kind, "place"));

  it("is below the path where the key that is given back is of another path", () =>
    assert.equal(sought({ path: "other/nclue_f00d_2026112612.tsv" }).kind, "place"));
});

describe("whether the service has taken a path as it was asked for", () => {
  for (const [what, told, path, isCertain] of [
    ["it gives the same back", "churn/", "churn/", true],
    ["it gives it back without its last slash", "churn", "churn/", true],
    ["it gives none back", null, "churn/", true],
    ["it gives another back", "other/", "churn/", false],
    ["it gives the key of its result back", KEY, "churn/", true],
    ["it gives the key of another path back", "x/nclue_f00d_2026112612.tsv", "churn/", false],
    ["the path has an unusual form", "a//b", "a//b", false],
    ["the path has an unusual form, and another is given back", "a/b", "a//b", false],
  ] as const) {
    it(`is ${isCertain ? "certain" : "not certain"} where ${what}`, () =>
      assert.equal(isPathCertain(question({ path: told }), path), isCertain));
  }
});

describe("the path that the service gives back", () => {
  it("is the job's own", () => assert.equal(toldPath(question()), "churn/"));

  it("is none where it is not told", () =>
    assert.equal(toldPath(question({ path: null })), undefined));

  it("is none of a family without a result", () =>
    assert.equal(toldPath(question({ family: "shoppingIntent" })), undefined));
});
