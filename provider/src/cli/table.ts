import Table from "cli-table3";
import type { Paint } from "./paint";

/** What a table has room for where nobody says how wide the screen is. */
export const PIPED_COLUMNS = 80;

/** Breaks a text into lines between words; a word that is too long stays whole. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && displayWidth(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** How many cells a text takes: Korean and other wide letters take two. */
export function displayWidth(text: string): number {
  return [...text].reduce((width, letter) => width + (isWide(letter) ? 2 : 1), 0);
}

/** The beginning of a text that takes no more cells than these; letters stay whole. */
export function cutLine(text: string, width: number): string {
  let line = text;
  while (displayWidth(line) > width) line = [...line].slice(0, -1).join("");
  return line;
}

/** A text that fits into a column, with an ellipsis where it was cut: the table would cut emoji in two. */
export function cutCell(text: string, width: number): string {
  return displayWidth(text) <= width ? text : `${cutLine(text, width - 1)}…`;
}

/** From the Hangul letters on, but for punctuation, arrows and blocks that are no emoji. */
function isWide(letter: string): boolean {
  if (letter < "\u1100") return false;
  return !(letter >= "\u2000" && letter < "\u2c00") || /\p{Emoji_Presentation}/u.test(letter);
}

/** No lines and no padding: what a person can also take apart with `awk`. */
const NO_FRAME = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
} as const;

/**
 * Rows under their heads, without a newline at the end.
 *
 * @param widths of all columns: longer text is cut. Left out, columns are as wide as they must be.
 */
export function drawTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  paint: Paint,
  widths?: readonly number[],
): string {
  const table = new Table({
    head: heads.map((head) => paint("bold", head)),
    chars: NO_FRAME,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    ...(widths === undefined ? {} : { colWidths: [...widths] }),
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}
