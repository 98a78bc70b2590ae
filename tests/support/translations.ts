import path from "node:path";
import { type Page, pages } from "./markdown";

/** A page and its translation. */
export interface Translation {
  readonly english: Page;
  readonly korean: Page;
}

/** All pages that exist in Korean: `README.ko.md`, and those in `docs/ko`. */
export function translations(): readonly Translation[] {
  const all = pages();
  return all.flatMap((korean) => {
    const file = originalOf(korean.file);
    const english = all.find((page) => page.file === file);
    return english === undefined ? [] : [{ english, korean }];
  });
}

/** The English page's path, or `undefined` for a page that is no translation. */
export function originalOf(file: string): string | undefined {
  if (file.endsWith(".ko.md")) return file.replace(/\.ko\.md$/, ".md");
  return file.startsWith("docs/ko/") ? file.replace("docs/ko/", "docs/") : undefined;
}

/** What is typed and printed, comments aside, which may be translated. */
export function codeBlocksOf({ text }: Page): readonly string[] {
  return [...text.matchAll(/^( *)```(\w*)\n([\s\S]*?)^ *```$/gm)].map(
    ([, indent = "", language = "", code = ""]) =>
      `${language}\n${code.replaceAll(new RegExp(`^${indent}`, "gm"), "").replaceAll(COMMENT, "")}`,
  );
}

const COMMENT = / *(?<!\S)(?:#|\/\/) [^\n]*/g;

/** The cells that are code or numbers, row by row: these are the same in every language. */
export function tablesOf({ text }: Page): readonly string[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => {
      const cells = line.replaceAll("\\|", "¦").split("|").length - 2;
      const code = (line.match(/`[^`]+`/g) ?? []).sort().join(" ");
      return `${cells} cells: ${code}`;
    });
}

/** Names, settings and message texts: every piece of code between words, once. */
export function inlineCodeOf({ text }: Page): readonly string[] {
  const prose = text.replace(/^( *)```[\s\S]*?^\1```$/gm, "");
  return [...new Set(prose.match(/`[^`]+`/g) ?? [])].sort();
}

/** Where a page leads to, seen from the repository's root, its own translation aside. */
export function targetsOf({ text, file }: Page): readonly string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !target.startsWith("#"))
    .map((target) =>
      target.startsWith("https:")
        ? target
        : path.posix.join(path.posix.dirname(file), target.replace(/#.*/, "")),
    )
    .sort();
}
