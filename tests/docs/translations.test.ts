import assert from "node:assert/strict";
import { type Page, pages } from "../support/markdown";
import {
  codeBlocksOf,
  inlineCodeOf,
  originalOf,
  tablesOf,
  targetsOf,
  translations,
} from "../support/translations";

const expected = [
  "README.ko.md",
  ...["costs", "daily", "first-run", "get-the-result", "pipelines", "trouble"].map(
    (name) => `docs/ko/guides/${name}.md`,
  ),
];

describe("The Korean pages", () => {
  it("are those that a new user needs first", () => {
    const korean = pages().filter(({ file }) => originalOf(file) !== undefined);
    assert.deepEqual(korean.map(({ file }) => file).sort(), expected);
  });

  for (const { english, korean } of translations()) {
    describe(korean.file, () => {
      it("links to the English page and back in the first line", () => {
        assert.equal(firstTarget(korean), english.file);
        assert.equal(firstTarget(english), korean.file);
      });

      it("shows the same code and the same output", () => {
        assert.deepEqual(codeBlocksOf(korean), codeBlocksOf(english));
      });

      it("has the same tables", () => assert.deepEqual(tablesOf(korean), tablesOf(english)));

      it("has as many headings of each level", () => {
        assert.deepEqual(levelsOf(korean), levelsOf(english));
      });

      it("quotes the same messages, names and settings", () => {
        assert.deepEqual(inlineCodeOf(korean), inlineCodeOf(english));
      });

      it("leads to the same pages, in Korean where there is one", () => {
        const inEnglish = (page: Page) =>
          targetsOf(page)
            .map((file) => originalOf(file) ?? file)
            .sort();
        assert.deepEqual(
          withoutOwn(inEnglish(korean), english),
          withoutOwn(inEnglish(english), english),
        );
        for (const target of targetsOf(korean)) {
          const hasKorean = translations().some((pair) => pair.english.file === target);
          assert.ok(!hasKorean || target === english.file, `${target} exists in Korean`);
        }
      });
    });
  }
});

function withoutOwn(targets: readonly string[], { file }: Page): readonly string[] {
  return targets.filter((target) => target !== file);
}

function firstTarget(page: Page): string | undefined {
  const [line = ""] = page.text.split("\n");
  return targetsOf({ ...page, text: line })[0];
}

function levelsOf({ text }: Page): readonly string[] {
  const withoutBlocks = text.replace(/^( *)```[\s\S]*?^\1```$/gm, "");
  return withoutBlocks.match(/^#+(?= )/gm) ?? [];
}
