import assert from "node:assert/strict";
import fc from "fast-check";
import {
  formsOf,
  isOddPath,
  normalPath,
  pathProblems,
  tidyPath,
} from "../../../provider/src/domain/paths";
import { seeded } from "../../support/seeds";

const undocumented = "how the service reads that is not documented, so leave it out";

/** Warnings in brackets. */
const problems = (path: string) =>
  pathProblems(path).map(({ severity, text }) => (severity === "error" ? text : `(${text})`));

describe("pathProblems", () => {
  const table: readonly (readonly [path: string, expected: readonly string[]])[] = [
    ["churn/2026-11/", []],
    ["a", []],
    ["labels/churn.tsv", []],
    ["a...b/.c/d./..e", []],
    ["", ["must not be empty"]],
    ["a b=c", ["(holds a space =, which the service may refuse)"]],
    ["결과/", ["(holds U+ACB0 U+ACFC, which the service may refuse)"]],
    ["🏃", ["(holds U+1F3C3, which the service may refuse)"]],
    ["a\u0007b", ["must not hold U+0007"]],
    ["a\nb", ["must not hold U+000A"]],
    ["a\u007fb", ["must not hold U+007F"]],
    ["é?", ["must not hold U+00E9 ?"]],
    ["a+b c+", ["must not hold +", "(holds a space, which the service may refuse)"]],
    ["/churn/", [`(holds a leading "/": ${undocumented})`]],
    ["churn//x", [`(holds "//": ${undocumented})`]],
    ["./churn", [`(holds the segment ".": ${undocumented})`]],
    ["churn/./x", [`(holds the segment ".": ${undocumented})`]],
    ["churn/../x", [`(holds the segment "..": ${undocumented})`]],
    ["//../.", [`(holds a leading "/", "//", the segment ".", the segment "..": ${undocumented})`]],
  ];
  for (const [path, expected] of table) {
    const outcome = expected.length === 0 ? "allows" : "objects to";
    it(`${outcome} ${JSON.stringify(path)}`, () => assert.deepEqual(problems(path), expected));
  }

  for (const character of "&$@;:+,?*\\{}^%`[]<>~#|\"'") {
    it(`refuses ${character} by name`, () =>
      assert.deepEqual(problems(`a${character}b`), [`must not hold ${character}`]));
  }

  it("has words for each problem that show nothing of a secret path", () => {
    for (const path of ["이탈+?", "/비밀//x ", "a=b/../"]) {
      for (const { text, secretText } of pathProblems(path)) {
        assert.ok(secretText !== undefined && secretText !== text, text);
        for (const character of ["U+", "+", "?", "=", '"', "/"]) {
          assert.ok(!secretText.includes(character), secretText);
        }
      }
    }
  });

  it("says something of every path that it does not allow, and shows no control character", () =>
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (path) => {
        for (const { text } of pathProblems(path)) {
          assert.notEqual(text, "");
          assert.doesNotMatch(text, /\p{Cc}/u);
        }
      }),
      seeded(),
    ));
});

describe("normalPath", () => {
  for (const path of [
    "churn/x",
    "churn/x/",
    "/churn/x/",
    "//churn//x//",
    " churn/x/ ",
    "churn///x",
  ]) {
    it(`reads ${JSON.stringify(path)} as churn/x`, () => assert.equal(normalPath(path), "churn/x"));
  }

  it("composes letters that were taken apart", () =>
    assert.equal(normalPath("이탈/".normalize("NFD")), "이탈"));

  it("keeps what makes two paths different", () => {
    for (const path of ["churn/X", "churn", "x/churn/x", "churn_x"]) {
      assert.notEqual(normalPath(path), "churn/x");
    }
  });

  it("is the same when it is applied again", () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.string({ unit: fc.constantFrom("/", "a", " ") }),
        ),
        (path) => {
          assert.equal(normalPath(normalPath(path)), normalPath(path));
          assert.equal(tidyPath(tidyPath(path)), tidyPath(path));
        },
      ),
      seeded(),
    ));
});

describe("tidyPath", () => {
  it("keeps the slash at the end, which means a directory", () => {
    assert.equal(tidyPath("//churn//x//"), "churn/x/");
    assert.equal(tidyPath("/churn/x"), "churn/x");
    assert.equal(tidyPath("/"), "");
  });
});

describe("formsOf", () => {
  const table: readonly (readonly [path: string, forms: readonly string[]])[] = [
    ["churn/x/", ["churn/x/"]],
    ["a...b/.c", ["a...b/.c"]],
    ["/a//b/", ["/a//b/", "/a/b/", "a//b/", "a/b/"]],
    ["/", ["/", ""]],
    ["//", ["//", "/", ""]],
    ["a/./b/", ["a/./b/", "a/b/"]],
    ["a/x/../b", ["a/x/../b", "a/b"]],
    ["a/..", ["a/..", ""]],
    ["a/b/.", ["a/b/.", "a/b/"]],
    ["결과/".normalize("NFD"), ["결과/".normalize("NFD"), "결과/"]],
  ];
  for (const [path, forms] of table) {
    it(`of ${JSON.stringify(path)} are ${forms.map((form) => JSON.stringify(form)).join(", ")}`, () =>
      assert.deepEqual([...formsOf(path)].sort(), [...forms].sort()));
  }

  it("hold the path as it was asked for and the tidy one, and one for a plain path alone", () =>
    fc.assert(
      fc.property(fc.stringMatching(/^[a-c./ ]{0,12}$/), (path) => {
        const forms = formsOf(path);
        assert.ok(forms.includes(path) && forms.includes(tidyPath(path)));
        assert.equal(isOddPath(path), forms.length > 1);
        assert.ok(!isOddPath(path) || pathProblems(path).length > 0 || path === "");
      }),
      seeded(),
    ));
});
