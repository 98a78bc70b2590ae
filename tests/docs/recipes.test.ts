import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { load } from "js-yaml";
import { type Snippet, snippetsIn } from "../support/snippets";

// What the pages show in other languages than TypeScript can at least be read.

describe("The recipes", () => {
  for (const snippet of snippetsIn("yaml")) {
    it(`in YAML are well-formed: ${placeOf(snippet)}`, () => {
      assert.equal(typeof load(snippet.code), "object");
    });
  }

  for (const snippet of snippetsIn("sh")) {
    it(`for a shell are well-formed: ${placeOf(snippet)}`, () => assertShell(snippet.code));
  }

  for (const snippet of snippetsIn("yaml")) {
    for (const script of scriptsIn(load(snippet.code))) {
      it(`for a pipeline are well-formed: ${placeOf(snippet)}`, () => assertShell(script));

      it(`for a pipeline take no package that was not installed: ${placeOf(snippet)}`, () =>
        // Without "--no" the registry is asked, where the name may be anybody's.
        assert.doesNotMatch(script, /npx pulumi-nclue/));
    }
  }
});

function assertShell(script: string): void {
  const { status, stderr } = spawnSync("sh", ["-n"], { input: script, encoding: "utf8" });
  assert.equal(status, 0, stderr);
}

/** The commands of GitHub's `run` and of GitLab's `script`. */
function scriptsIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    if (key === "run" && typeof inner === "string") return [inner];
    if (key === "script" && Array.isArray(inner)) return inner.map(String);
    return scriptsIn(inner);
  });
}

function placeOf({ document, line }: Snippet): string {
  return `${document}:${line}`;
}
