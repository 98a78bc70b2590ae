import Table from "cli-table3";
import type { Paint } from "./paint";

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
