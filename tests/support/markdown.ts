import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { repositoryFolder } from "../../tools/folders.mjs";

/** A page of the documentation. */
export interface Page {
  /** Its path in the repository, with `/`. */
  readonly file: string;
  readonly text: string;
  /** The same without code, links' targets and HTML: what is read. Its lines are where they were. */
  readonly prose: string;
}

const folders = ["docs", "examples"];

/** All pages, sorted. */
export function pages(): readonly Page[] {
  const within = (folder: string, recursive: boolean) =>
    readdirSync(path.join(repositoryFolder, folder), { recursive, encoding: "utf8" })
      .map((name) => path.posix.join(folder, name.split(path.sep).join("/")))
      .filter((file) => file.endsWith(".md") && !file.includes("node_modules"));
  const files = [
    ...within(".", false),
    "simulator/README.md",
    ...folders.flatMap((folder) => within(folder, true)),
  ];
  return files.sort().map((file) => {
    const text = readFileSync(path.join(repositoryFolder, file), "utf8");
    return { file, text, prose: proseOf(text) };
  });
}

/** Without code, which shows what is typed and printed; every line stays on its number. */
export function withoutCode(text: string): string {
  const withoutBlocks = text.replace(/^( *)(```|~~~)[\s\S]*?^\1\2$/gm, (block) =>
    block.replace(/[^\n]/g, " "),
  );
  return withoutBlocks.replace(/(`+)[^`]+?\1/g, (code) => code.replace(/[^\n`]/g, " "));
}

function proseOf(text: string): string {
  return withoutCode(text)
    .replace(/\]\([^()]*\)/g, "]")
    .replace(/<[^<>]+>/g, " ")
    .replace(/https?:\S+/g, " ")
    .replace(/\*+/g, "");
}
