import assert from "node:assert/strict";
import { OWN_PACKAGE, PULUMI_RANGE } from "../../provider/src/cli/versions";
import { pages } from "../support/markdown";

// A reader decides within four screens.

describe("README", () => {
  for (const { file, text, prose } of pages().filter((page) =>
    /^README(\.ko)?\.md$/.test(page.file),
  )) {
    describe(file, () => {
      it("has at most 200 lines and 1,300 words", () => {
        assert.ok(text.trimEnd().split("\n").length <= 200);
        assert.ok(wordsIn(text) <= 1300, `${wordsIn(text)} words`);
      });

      it("has no sentence of more than 30 words", () => {
        const long = sentencesOf(prose).filter((sentence) => wordsIn(sentence) > 30);
        assert.deepEqual(long, []);
      });

      it("shows in its first half how to follow a job from another terminal", () => {
        const first = text.slice(0, text.length / 2);
        assert.ok(first.includes("npx pulumi-nclue watch"));
      });

      it("names the oldest versions that work", () => {
        const { engines, peerDependencies } = OWN_PACKAGE;
        for (const range of [engines.node, peerDependencies["@pulumi/pulumi"], PULUMI_RANGE]) {
          const [, oldest = "none"] = /^>=(\d+\.\d+)/.exec(range ?? "") ?? [];
          assert.ok(prose.includes(oldest), `${oldest} of ${range}`);
        }
      });

      it("has one table of what the verbs do and cost", () => {
        const tables = text.split(/\n(?!\|)/).filter((block) => block.includes("\n|"));
        assert.equal(tables.filter((table) => table.includes("`pulumi preview`")).length, 1);
      });
    });
  }
});

/** Cells, headings and items of a list end like sentences. */
function sentencesOf(prose: string): readonly string[] {
  const paragraphs = prose.split(/\n\s*\n|\n(?=\s*(?:[-*#|]|\d+\.) )|\|/);
  return paragraphs.flatMap((paragraph) => paragraph.split(/[.!?:](?:\s|$)/));
}

function wordsIn(text: string): number {
  return text.match(/\S*[\p{L}\p{N}`]\S*/gu)?.length ?? 0;
}
