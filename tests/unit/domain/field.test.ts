import assert from "node:assert/strict";
import fc from "fast-check";
import {
  asksForSame,
  bucket,
  type Field,
  type FieldValue,
  idOf,
  keywords,
  optional,
  path,
  resultPath,
} from "../../../provider/src/domain/field";
import { seeded } from "../../support/seeds";

const said = "of task";
const fields = {
  id: idOf("task", "task_id", said),
  bucket: bucket("result_bucket"),
  path: path("source_file_path"),
  resultPath: resultPath("result_file_path"),
  keywords: keywords("keyword_set"),
};

/** A job that has ended at the hour of the stamp `2026110109`. */
const job = {
  status: "completed",
  createdAt: "2026-11-01T09:00:00+09:00",
  completedAt: "2026-11-01T09:30:00+09:00",
};

const problems = (field: Field, value: unknown) => field.problems(value).map(({ text }) => text);

function itFinds(
  field: Field,
  table: readonly (readonly [value: unknown, expected: readonly string[]])[],
) {
  for (const [value, expected] of table) {
    const shown = (JSON.stringify(value) ?? String(value)).slice(0, 40);
    const outcome = expected.length === 0 ? "nothing wrong with" : "what is wrong with";
    it(`finds ${outcome} ${shown}`, () => assert.deepEqual(problems(field, value), expected));
  }
}

function itCompares(
  field: Field,
  table: readonly (readonly [asked: FieldValue, atService: FieldValue, isSame: boolean])[],
) {
  for (const [asked, atService, isSame] of table) {
    const [a, b] = [JSON.stringify(asked), JSON.stringify(atService)];
    it(`takes ${b} for ${isSame ? "" : "something else than "}${a}`, () =>
      assert.equal(field.isSame(asked, atService, job), isSame));
  }
}

describe("the field of an id", () => {
  const { id } = fields;

  it("is required, refers to a family, and says how a message names it", () =>
    assert.deepEqual(
      [id.wire, id.isRequired, id.refersTo, id.words],
      ["task_id", true, "task", "of task"],
    ));

  itFinds(id, [
    ["7a1d9e40", []],
    ["", ["must not be empty"]],
    [" \t", ["must not be empty"]],
    [7, ["must be a string, not a number"]],
    [{ id: 1 }, ["must be a string, not an object"]],
    [["a"], ["must be a string, not a list"]],
    [true, ["must be a string, not a boolean"]],
  ]);

  itCompares(id, [
    ["7a1d9e40", "7A1D9E40", true],
    ["7a1d9e40", " 7a1d9e40 ", true],
    ["7a1d9e40", "7a1d9e41", false],
  ]);

  it("reads a number that the service sends as text", () => assert.equal(id.decode(42), "42"));
});

describe("the field of a bucket", () => {
  it("is required, and refers to a bucket", () =>
    assert.deepEqual([fields.bucket.isRequired, fields.bucket.refersTo], [true, "bucket"]));

  const letters = 'may hold only lowercase letters, digits, "." and "-"';
  const ends = "must begin and end with a lowercase letter or a digit";
  itFinds(fields.bucket, [
    ["acme-results", []],
    ["abc", []],
    ["1.a", []],
    ["a".repeat(63), []],
    ["ab", ["must be 3 to 63 characters long, not 2"]],
    ["a".repeat(64), ["must be 3 to 63 characters long, not 64"]],
    ["", ["must be 3 to 63 characters long, not 0", ends]],
    ["Acme", [letters]],
    ["a_b", [letters]],
    ["a b", [letters]],
    ["버킷입", [letters]],
    ["-abc", [ends]],
    ["abc.", [ends]],
    ["a..b", ['must not hold ".."']],
    ["10.0.0.1", ["must not look like an IP address"]],
    [true, ["must be a string, not a boolean"]],
  ]);

  itCompares(fields.bucket, [
    ["acme", "acme", true],
    ["acme", " ACME", true],
    ["acme", "acme-2", false],
  ]);
});

describe("the field of a path", () => {
  itFinds(fields.path, [
    ["seq/2026-11/", []],
    ["", ["must not be empty"]],
    ["a?b", ["must not hold ?"]],
    [[], ["must be a string, not a list"]],
  ]);

  itCompares(fields.path, [
    ["/churn/x/", "churn/x/", true],
    ["churn//x/", "churn/x/", true],
    ["churn/x/", "churn/x", true],
    ["churn/x", "/churn/x/", true],
    ["점수/", "점수/".normalize("NFD"), true],
    ["churn/x/", "churn/X/", false],
    ["churn/x", "churn/x_ab12_2026110109.tsv", false],
  ]);
});

describe("the field of a result's path", () => {
  itCompares(fields.resultPath, [
    ["/churn/x/", "churn/x/", true],
    ["churn/x/", "churn/x", true],
    ["churn/x/", "churn/x/nclue_ab12_2026110109.tsv", true],
    ["/churn/x/", "churn/x/nclue_ab12_2026110109.tsv", true],
    ["churn//x/", "churn/x/nclue_ab12_2026110109.tsv", true],
    ["churn//x/", "/churn//x/nclue_ab12_2026110109.tsv", true],
    ["점수/", "점수/nclue_ab12_2026110109.tsv".normalize("NFD"), true],
    ["churn/x", "churn/x_ab12_2026110109.tsv", true],
    ["churn/x_ab12_2026110109.tsv", "churn/x_ab12_2026110109.tsv", true],
    ["churn/x", "churn/x/nclue_ab12_2026110109.tsv", false],
    ["churn/x", "churn/x_vip_ab12_2026110109.tsv", false],
    ["churn/y/", "churn/x/nclue_ab12_2026110109.tsv", false],
    ["scores/churn", "scores/churn_vip_20261101.tsv", true],
    ["scores/churn", "scores/churn_vip_20261031.tsv", false],
    ["scores/churn", "scores/churn_ab12_2026110107.tsv", false],
    ["scores/churn", "scores/churn_ab12_2026110100.tsv", true],
    ["scores/churn", "scores/churn_ab12_20261101003000.tsv", true],
    ["scores/churn", "scores/churn_ab12_2026119999.tsv", false],
  ]);

  const key = "churn/x/nclue_ab12_2026110109.tsv";
  const lives = [
    ["has not ended", { ...job, status: "in_progress", completedAt: null }],
    ["has failed", { ...job, status: "failed" }],
    ["began later", { ...job, createdAt: "2026-11-02T09:00:00+09:00", completedAt: null }],
    ["ended before", { ...job, createdAt: "2026-10-01", completedAt: "2026-10-02" }],
    ["began at a time that cannot be read", { ...job, createdAt: null }],
  ] as const;
  for (const [what, life] of lives) {
    it(`takes no key for the path of a job that ${what}`, () =>
      assert.equal(fields.resultPath.isSame("churn/x/", key, life), false));
  }

  it("takes the key for the path of a job whose end is not told", () =>
    assert.ok(fields.resultPath.isSame("churn/x/", key, { ...job, completedAt: null })));
});

describe("the field of keywords", () => {
  const longest = ["🏃".repeat(500), "a".repeat(499)];
  itFinds(fields.keywords, [
    [["running", "marathon"], []],
    [["달리기", "🏃"], []],
    [["two words"], []],
    [longest, []],
    [
      [...longest, "b"],
      ["must be at most 1000 characters together, with a line break between each two, not 1002"],
    ],
    ["running", ["must be a list of strings, not a string"]],
    [{ 0: "running" }, ["must be a list of strings, not an object"]],
    [[], ["must hold at least one keyword"]],
    [["a", 7], ["must hold strings, not a number: entry 2"]],
    [["a", null], ["must hold strings, not null: entry 2"]],
    [["a", undefined], ["must hold strings, not undefined: entry 2"]],
    [["a\nb"], ["must not hold line breaks: entry 1"]],
    [["a\rb"], ["must not hold line breaks: entry 1"]],
    [["a\u2028b"], ["must not hold line breaks: entry 1"]],
    [["a,b"], ["must not hold commas, which separate keywords in answers: entry 1"]],
    [["a", " "], ["must not hold blank keywords: entry 2"]],
    [[""], ["must not hold blank keywords: entry 1"]],
    [["a", "b", " a "], ["must not hold a keyword twice: entry 3"]],
    [["é", "e\u0301"], ["must not hold a keyword twice: entry 2"]],
    [
      ["", "a,b"],
      [
        "must not hold blank keywords: entry 1",
        "must not hold commas, which separate keywords in answers: entry 2",
      ],
    ],
  ]);

  it("never shows a keyword, which may be secret", () => {
    for (const value of [["canary,"], ["canary\n"], ["canary", "canary"], ["canary".repeat(200)]]) {
      assert.doesNotMatch(problems(fields.keywords, value).join(), /canary/);
    }
  });

  it("sends them with line breaks between them", () =>
    assert.equal(fields.keywords.encode(["running", "marathon"]), "running\nmarathon"));

  for (const echo of [
    "running,marathon",
    "running, marathon",
    "running\nmarathon",
    " running ,marathon,",
  ]) {
    it(`reads ${JSON.stringify(echo)}`, () =>
      assert.deepEqual(fields.keywords.decode(echo), ["running", "marathon"]));
  }

  for (const nothing of [null, undefined, "", 7, {}]) {
    it(`takes ${JSON.stringify(nothing)} for nothing said`, () =>
      assert.equal(fields.keywords.decode(nothing), null));
  }

  itCompares(fields.keywords, [
    [["running", "marathon"], ["marathon", "running"], true],
    [[" running"], ["running"], true],
    [["é"], ["e\u0301"], true],
    [["running", "marathon"], ["running"], false],
    [["running"], ["Running"], false],
    [["two words"], ["two", "words"], false],
  ]);

  it("reads back what it has sent as the same", () =>
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 6 }),
        (value) => {
          const field = fields.keywords;
          fc.pre(field.problems(value).length === 0);
          const sent = String(field.encode(value));
          for (const echo of [sent, sent.replaceAll("\n", ","), sent.replaceAll("\n", " , ")]) {
            assert.ok(field.isSame(value, field.decode(echo) ?? [], job));
          }
        },
      ),
      seeded(),
    ));
});

describe("optional", () => {
  it("changes nothing of a field but that it may be left out", () => {
    const { isRequired, ...rest } = optional(fields.id);
    assert.equal(isRequired, false);
    assert.deepEqual({ ...rest, isRequired: true }, fields.id);
  });
});

describe("asksForSame", () => {
  it("does not count the order of a list, nor blanks around its entries", () => {
    assert.ok(asksForSame(["a", "b"], [" b", "a"]));
    assert.ok(!asksForSame(["a", "b"], ["a"]));
  });

  it("counts every character of a text, since a program may mean something by it", () => {
    assert.ok(asksForSame("churn/x/", "churn/x/"));
    assert.ok(!asksForSame("churn/x/", "churn/x"));
    assert.ok(!asksForSame("a", ["a"]));
  });
});

describe("every field", () => {
  for (const [name, field] of Object.entries(fields)) {
    it(`has an answer to any value and any JSON: ${name}`, () =>
      fc.assert(
        fc.property(fc.anything(), fc.jsonValue(), (value, json) => {
          for (const { text } of field.problems(value)) assert.notEqual(text, "");
          const read = field.read(value);
          if (read !== undefined) assert.equal(field.isSame(read, read, job), true);
          const decoded = field.decode(json);
          if (decoded !== null && read !== undefined) field.isSame(read, decoded, job);
        }),
        seeded(),
      ));
  }

  for (const { wire, ...field } of [fields.id, fields.bucket, fields.path, fields.resultPath]) {
    it(`sends a text as it is, and reads what is no text as nothing: ${wire}`, () => {
      assert.equal(field.encode("x"), "x");
      assert.equal(field.read("x"), "x");
      assert.equal(field.read(7), undefined);
      for (const nothing of [null, undefined, "", {}, []])
        assert.equal(field.decode(nothing), null);
    });
  }

  it("reads a list of texts as keywords, and nothing else", () => {
    assert.deepEqual(fields.keywords.read(["a"]), ["a"]);
    for (const value of ["a", ["a", 1], {}, undefined]) {
      assert.equal(fields.keywords.read(value), undefined);
    }
  });
});
