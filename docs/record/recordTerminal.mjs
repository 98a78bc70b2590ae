import { createRequire } from "node:module";

const load = createRequire(import.meta.url);
load("../../tests/support/typescript.cjs");
/** @type {typeof import("../../tests/support/terminal.js")} */
const { openTerminal } = load("../../tests/support/terminal.ts");

/** @typedef {{ text: string, style: string }} Span */
/** @typedef {{ atMs: number, lines: Span[][] }} Frame */

const [columns, rows] = [132, 40];

/**
 * Runs a command in a terminal and keeps each screen that differs from the one before: two a second, and
 * always the last.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<Frame[]>}
 */
export async function recordTerminal(command, args, options) {
  const terminal = openTerminal(command, args, { ...options, columns, rows });
  const started = Date.now();
  /** @type {Frame[]} */
  const frames = [];
  let last = "";
  terminal.onChange(() => {
    const lines = readScreen(terminal.cells);
    const text = JSON.stringify(lines);
    if (text === last) return;
    last = text;
    frames.push({ atMs: Date.now() - started, lines });
  });
  await terminal.ended;
  return frames.filter(({ atMs }, index) => {
    const next = frames[index + 1];
    return next === undefined || next.atMs - atMs >= 500;
  });
}

/**
 * The last rows, which are what a person sees, without the blank ones at the end.
 *
 * @param {import("@xterm/headless").IBuffer} buffer
 */
function readScreen(buffer) {
  const lines = Array.from({ length: rows }, (_, row) => readLine(buffer, buffer.baseY + row));
  while (lines.at(-1)?.length === 0) lines.pop();
  return lines;
}

/**
 * @param {import("@xterm/headless").IBuffer} buffer
 * @param {number} y
 */
function readLine(buffer, y) {
  /** @type {Span[]} */
  const spans = [];
  const line = buffer.getLine(y);
  const width = line?.translateToString(true).trimEnd().length ?? 0;
  for (let x = 0; x < width; x++) {
    const cell = line?.getCell(x);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const style = styleOf(cell);
    const text = cell.getChars() || " ";
    const before = spans.at(-1);
    if (before?.style === style) before.text += text;
    else spans.push({ text, style });
  }
  return spans;
}

/** @param {import("@xterm/headless").IBufferCell} cell */
function styleOf(cell) {
  const color = cell.getFgColor();
  const names = [];
  if (cell.isFgPalette() && color < 16) names.push(`c${color % 8}${color === 8 ? "dim" : ""}`);
  if (cell.isDim()) names.push("c0dim");
  if (cell.isBold()) names.push("b");
  return names.join(" ");
}
