import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { repositoryFolder } from "../../tools/folders.mjs";
import { pages } from "../support/markdown";

const folder = path.join(repositoryFolder, "docs");
const recorded = ["drift", "failed", "up", "watch"];

describe("The recorded pictures", () => {
  it("are there, with that of the benchmark", () => {
    const found = readdirSync(folder).filter((file) => file.endsWith(".svg"));
    assert.deepEqual(
      found.sort(),
      ["benchmark", ...recorded].map((name) => `${name}.svg`),
    );
  });

  for (const name of recorded) {
    describe(`${name}.svg`, () => {
      const picture = readFileSync(path.join(folder, `${name}.svg`), "utf8");

      it("is shown on a page, with words for those who cannot see it", () => {
        const shown = new RegExp(`!\\[[^\\]]{20,}\\]\\([^)]*\\b${name}\\.svg\\)`);
        assert.ok(pages().some(({ text }) => shown.test(text)));
        assert.match(picture, /role="img" aria-label="[^"]{20,}"/);
      });

      it("holds text on a background of its own, for light pages and dark ones", () => {
        assert.match(picture, /<rect width="100%" height="100%" [^>]*fill="#[\da-f]{6}"/);
        assert.match(picture, /<text [^>]*class="b">\$ (pulumi|npx pulumi-nclue) /);
        assert.doesNotMatch(picture, /<image|<foreignObject/);
      });

      it("moves only for those who want movement", () => {
        assert.match(picture, /@media \(prefers-reduced-motion:reduce\)/);
      });

      it("names nothing of the machine that it was recorded on", () => {
        assert.doesNotMatch(picture, /\/tmp\/|\/home\/|\/root\/|127\.0\.0\.1|localhost/);
      });
    });
  }
});
