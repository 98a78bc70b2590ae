import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { EXIT } from "../../provider/src/cli/exitCodes";
import { FAILURES } from "../../provider/src/domain/failures";
import { repositoryFolder } from "../../tools/folders.mjs";
import { guideSteps } from "../support/guideSteps";

const guides = path.join(repositoryFolder, "docs", "guides");
const sources = path.join(repositoryFolder, "provider", "src");

describe("The guides", () => {
  it("are each once in the list of all pages, under what they are for", () => {
    const index = readFileSync(path.join(guides, "..", "README.md"), "utf8");
    const listed = [...index.matchAll(/\]\(guides\/([^)#\s]+)\)/g)].map(([, name]) => name);
    assert.deepEqual(listed.sort(), readdirSync(guides).sort());
    const kinds = index.match(/^## .*$/gm);
    assert.deepEqual(kinds, ["## Tutorials", "## How-to", "## Explanation", "## Reference"]);
  });

  it("are each walked through by a test, where there is something to type or to copy", () => {
    const tests = path.join(repositoryFolder, "tests", "guides");
    const walks = readdirSync(tests).map((file) => readFileSync(path.join(tests, file), "utf8"));
    const withSteps = readdirSync(guides).filter(
      (name) => guideSteps(`docs/guides/${name}`).length,
    );
    assert.ok(withSteps.length > 15);
    for (const name of withSteps) {
      const walk = new RegExp(`withWalk\\(\\s*"${path.basename(name, ".md")}"`);
      assert.ok(
        walks.some((text) => walk.test(text)),
        name,
      );
    }
  });

  it("name only recipes and settings that there are", () => {
    const code = allSources();
    for (const name of readdirSync(guides)) {
      for (const [example] of guide(name).matchAll(/(?<=`)examples\/[a-z-]+/g)) {
        assert.ok(existsSync(path.join(repositoryFolder, example)), `${name}: ${example}`);
      }
      for (const [variable] of guide(name).matchAll(/\bNCL(UE|OUD)_[A-Z_]+/g)) {
        assert.ok(code.includes(variable), `${name}: ${variable}`);
      }
      for (const [, key = ""] of guide(name).matchAll(/\bnclue:(\w+)/g)) {
        if (key === "index") continue;
        assert.ok(code.includes(`"${key}"`) || code.includes(`nclue:${key}`), `${name}: ${key}`);
      }
    }
  });

  it("quote messages as the provider says them", () => {
    const said = joined(withoutComments(allSources()));
    const headings = guide("trouble.md").match(/^### .*$/gm) ?? [];
    assert.ok(headings.length > 20);
    const parts = headings
      .flatMap((heading) => heading.match(/`[^`]+`/g) ?? [])
      .flatMap((quote) => quote.slice(1, -1).split("…"))
      .map((part) => part.trim())
      .filter((part) => part !== "");
    for (const part of parts) assert.ok(said.includes(part), part);
  });

  it("explain each command, option and exit code of the command line", () => {
    const page = guide("command-line.md");
    const code = readFileSync(path.join(sources, "cli", "commandLine.ts"), "utf8");
    const lists = ["features", "tasks", "runs", "attributes", "intents"];
    const commands = [...code.matchAll(/\badd\("(\w+)/g)]
      .map(([, command = ""]) => command)
      .concat(lists)
      .map((command) => `\`${command}`);
    const options = [...code.matchAll(/"(?:-\w, )?(--[a-z-]+)(?: <[a-z.]+>)?"/g)].map(
      ([, option = ""]) => option,
    );
    assert.ok(commands.length > 8);
    assert.ok(options.length > 8);
    for (const word of [...commands, ...options]) {
      assert.ok(page.includes(word) || word === "--version", word);
    }
    for (const exit of Object.values(EXIT))
      assert.match(page, new RegExp(`^\\| ${exit} +\\|`, "m"));
  });

  it("have a row for each reason that a run fails for", () => {
    const words = { yes: "helps", perhaps: "may help", no: "does not help" };
    for (const [code, { retryHelps }] of Object.entries(FAILURES)) {
      const row = new RegExp(`^\\| \`${code}\` +\\| .* \\| ${words[retryHelps]} +\\|$`, "m");
      assert.match(guide("trouble.md"), row, code);
    }
  });
});

function guide(name: string): string {
  return readFileSync(path.join(guides, name), "utf8");
}

function allSources(): string {
  return readdirSync(sources, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(path.join(sources, name), "utf8"))
    .join("\n");
}

function withoutComments(code: string): string {
  return code.replaceAll(/^ *(\/\*\*[\s\S]*?\*\/|\/\/.*)$/gm, "");
}

/** Texts that the sources break over lines, in one piece. */
function joined(code: string): string {
  return code.replaceAll(/["`] \+\s+["`]/g, "").replaceAll('\\"', '"');
}
