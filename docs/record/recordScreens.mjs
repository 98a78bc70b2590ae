import { createRequire } from "node:module";

const load = createRequire(import.meta.url);
load("../../tests/support/typescript.cjs");
/** @type {typeof import("../../tests/support/terminal.js")} */
const { noTerminalReason, openTerminal } = load("../../tests/support/terminal.ts");

/** @typedef {{ text: string, color: string, bold: boolean }} Span */
/** @typedef {{ atMs: number, lines: Span[][] }} Screen */

/**
 * Runs a command in a terminal and keeps each screen that differs from the one before.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, columns: number, rows: number }} options
 * @returns {Promise<Screen[]>}
 */
export async function recordScreens(command, args, options) {
  const reason = noTerminalReason();
  if (reason) throw new Error(`no terminal can be recorded: ${reason}`);
  const terminal = openTerminal(command, args, options);
  const started = Date.now();
  /** @type {Screen[]} */
  const screens = [];
  let last = "";
  terminal.onChange(() => {
    const lines = readScreen(terminal.cells, options);
    const text = JSON.stringify(lines);
    if (text === last) return;
    last = text;
    screens.push({ atMs: Date.now() - started, lines });
  });
  await terminal.ended;
  return thinned(screens);
}

/**
 * The whole end of the scrollback, which is what a person would see.
 *
 * @param {import("@xterm/headless").IBuffer} buffer
 * @param {{ columns: number, rows: number }} size
 */
function readScreen(buffer, { columns, rows }) {
  /** @type {Span[][]} */
  const lines = [];
  for (let y = buffer.baseY; y < buffer.baseY + rows; y++) {
    const line = buffer.getLine(y);
    if (line === undefined) continue;
    /** @type {Span[]} */
    const spans = [];
    for (let x = 0; x < columns; x++) {
      const cell = line.getCell(x);
      // The second half of a wide letter.
      if (cell === undefined || cell.getWidth() === 0) continue;
      const [color, bold] = [
        cell.isFgDefault() ? "fg" : `c${cell.getFgColor() % 16}`,
        cell.isBold() !== 0,
      ];
      const before = spans.at(-1);
      const chars = cell.getChars() || " ";
      if (before?.color === color && before.bold === bold) before.text += chars;
      else spans.push({ text: chars, color, bold });
    }
    lines.push(spans);
  }
  return lines;
}

/** At most two screens a second, and always the last. @param {Screen[]} screens */
function thinned(screens) {
  return screens.filter((screen, i) => {
    const next = screens[i + 1];
    return next === undefined || next.atMs - screen.atMs >= 500;
  });
}
