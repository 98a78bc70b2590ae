import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { SETTINGS_TEXT } from "../../provider/src/cli/settingsText";
import {
  DEFAULT_ENDPOINT,
  DEFAULT_OBJECT_STORAGE_ENDPOINT,
  DEFAULT_OBJECT_STORAGE_REGION,
} from "../../provider/src/kernel/settings";
import { repositoryFolder } from "../../tools/folders.mjs";

const page = readFileSync(path.join(repositoryFolder, "docs", "configuration.md"), "utf8");
const sources = path.join(repositoryFolder, "provider", "src");
const code = readdirSync(sources, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => readFileSync(path.join(sources, name), "utf8"))
  .join("\n");

describe("The page of settings", () => {
  it("lists every variable that the provider reads, and no other", () => {
    const variable = /\bNCL(?:UE|OUD)_[A-Z_]*[A-Z]\b/g;
    const constants = listed(code, /\bconst (NCL(?:UE|OUD)_[A-Z_]*[A-Z])\b/g);
    const read = listed(code, variable).filter((name) => !constants.includes(name));
    assert.deepEqual(listed(page, variable), read);
  });

  it("lists what the help of the command line does, which leaves out what is for updates alone", () => {
    const variable = /\b(?:NCL(?:UE|OUD)_|[A-Z]+_PROXY\b)[A-Z_]*/g;
    const forUpdates = [
      "NCLOUD_API_GW",
      "NCLOUD_SITE",
      "NCLUE_MAX_NEW_JOBS",
      "NCLUE_ON_DELETE_WHILE_RUNNING",
    ];
    assert.deepEqual(
      listed(SETTINGS_TEXT, variable),
      listed(page, variable).filter((name) => !forUpdates.includes(name)),
    );
  });

  it("lists every key of the stack's config, and no other", () => {
    const keys = listed(settingsCode(), /\b(?:first|all)\("(\w+)"/g);
    const written = listed(code, /"nclue:(\w+)"/g);
    const known = [...new Set([...keys, ...written])].sort();
    assert.deepEqual(listed(page, /\bnclue:(\w+)/g), known);
  });

  it("names the defaults as the code has them", () => {
    const defaults = [
      DEFAULT_ENDPOINT,
      DEFAULT_OBJECT_STORAGE_ENDPOINT,
      DEFAULT_OBJECT_STORAGE_REGION,
    ];
    for (const value of defaults) assert.ok(page.includes(`\`${value}\``), value);
  });
});

function settingsCode(): string {
  return readFileSync(path.join(sources, "kernel", "settings.ts"), "utf8");
}

function listed(text: string, pattern: RegExp): readonly string[] {
  return [...new Set([...text.matchAll(pattern)].map(([all, group]) => group ?? all))].sort();
}
