import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import Slugger from "github-slugger";
import { repositoryFolder } from "../../tools/folders.mjs";
import { type Page, pages, withoutCode } from "../support/markdown";

interface Link {
  readonly target: string;
  readonly line: number;
}

const all = pages();
const anchors = new Map(all.map((page) => [page.file, anchorsOf(page)]));

// Whether an address outside answers is not looked up: the tests need no network.
describe("The links", () => {
  for (const page of all) {
    it(`of ${page.file} lead somewhere`, () => {
      const broken = linksOf(page).flatMap(({ target, line }) => {
        const problem = problemOf(page, target);
        return problem ? [`${page.file}:${line}: ${target}: ${problem}`] : [];
      });
      assert.deepEqual(broken, []);
    });
  }
});

function problemOf(page: Page, target: string): string | undefined {
  if (/^[a-z][a-z\d+.-]*:/i.test(target)) return problemOfAddress(target);
  const [place = "", anchor] = decodeURIComponent(target).split("#");
  const file = place === "" ? page.file : path.posix.join(path.posix.dirname(page.file), place);
  if (file.startsWith("..")) return "outside the repository";
  if (!existsSync(path.join(repositoryFolder, file))) return "no such file";
  if (anchor !== undefined && !anchors.get(file)?.has(anchor)) return "no such heading";
  return undefined;
}

function problemOfAddress(target: string): string | undefined {
  if (!URL.canParse(target)) return "no address";
  const { protocol, hostname } = new URL(target);
  if (protocol === "mailto:") return undefined;
  if (protocol !== "https:") return "not https";
  return hostname.includes(".") ? undefined : "no host that others reach";
}

function linksOf({ text }: Page): readonly Link[] {
  const forms = [
    /\]\(\s*<?([^()<>\s]*(?:\([^()]*\)[^()<>\s]*)?)>?(?:\s+"[^"]*")?\s*\)/g,
    /^\s*\[[^\]]+\]:\s*<?([^\s>]+)/gm,
    /\b(?:href|src|srcset)="([^"]*)"/g,
  ];
  const shown = withoutCode(text);
  return forms.flatMap((form) =>
    [...shown.matchAll(form)].map(({ 1: target = "", index }) => ({
      target,
      line: shown.slice(0, index).split("\n").length,
    })),
  );
}

/** What GitHub and npm make of headings, and the ones that a page sets itself. */
function anchorsOf({ text }: Page): ReadonlySet<string> {
  const slugger = new Slugger();
  const code = withoutCode(text).split("\n");
  const lines = text.split("\n").filter((_, i) => /^#{1,6} /.test(code[i] ?? ""));
  const headings = lines.map((line) => {
    const shown = line.replace(/^#+ +|\s+#*$/g, "").replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
    return slugger.slug(shown.replace(/[`*\\]/g, ""));
  });
  const own = [...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map(([, id = ""]) => id);
  return new Set([...headings, ...own]);
}
