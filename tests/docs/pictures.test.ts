import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { drawScreen } from "../../docs/record/drawScreen.mjs";
import { repositoryFolder } from "../../tools/folders.mjs";

const words = { prompt: "pulumi up", label: "A terminal" };
const line = (text: string, style = "") => [{ text, style }];

describe("A recorded screen", () => {
  it("draws a line once for as long as it stays the same", () => {
    const svg = drawScreen(
      [
        { atMs: 0, lines: [line("Updating"), line("pending")] },
        { atMs: 2000, lines: [line("Updating"), line("created")] },
      ],
      words,
    );
    assert.deepEqual(textsOf(svg), ["$ pulumi up", "Updating", "pending", "created"]);
    assert.match(svg, /class="m0-2000">pending</);
    assert.match(svg, /class="m2000">created</);
    assert.match(svg, /\.m0-2000\{visibility:hidden;animation:m0-2000 10000ms/);
    assert.match(svg, /\.m2000\{visibility:visible;animation:m2000 10000ms/);
  });

  it("does not move where there is one frame only", () => {
    const svg = drawScreen([{ atMs: 900, lines: [line("error", "c1 b")] }], words);
    assert.match(svg, /<tspan class="c1 b">error</);
    assert.doesNotMatch(svg, /animation|keyframes/);
  });

  it("keeps what XML would take for its own", () => {
    const svg = drawScreen([{ atMs: 0, lines: [line('a < b && "c"')] }], words);
    assert.ok(svg.includes("a &lt; b &amp;&amp; &quot;c&quot;"));
  });

  for (const file of ["up.svg", "watch.svg", "drift.svg", "failed.svg"]) {
    it(`has text to select, in the reader's choice of light or dark: ${file}`, () => {
      const svg = readFileSync(path.join(repositoryFolder, "docs", file), "utf8");
      assert.match(svg, /@media\(prefers-color-scheme:dark\)/);
      assert.match(textsOf(svg)[0] ?? "", /^\$ (npx )?pulumi/);
      assert.ok(textsOf(svg).length > 4);
    });
  }
});

function textsOf(svg: string): readonly string[] {
  return [...svg.matchAll(/<text [^>]*>(.*?)<\/text>/g)].map(([, inner = ""]) =>
    inner.replaceAll(/<[^>]*>/g, ""),
  );
}
