import { pages } from "./markdown";

/** A block of code in a page. */
export interface Snippet {
  readonly document: string;
  /** Of the snippet's first line. */
  readonly line: number;
  readonly code: string;
}

/** All blocks of a language in all pages, without the indentation of the list that they are in. */
export function snippetsIn(language: string): readonly Snippet[] {
  const block = new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\`$`, "gm");
  return pages().flatMap(({ file, text }) =>
    [...text.matchAll(block)].map((match) => ({
      document: file,
      line: text.slice(0, match.index).split("\n").length + 1,
      code: (match[2] ?? "").replaceAll(new RegExp(`^${match[1]}`, "gm"), ""),
    })),
  );
}
