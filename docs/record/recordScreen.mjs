// node docs/record/recordScreen.mjs: records `pulumi up` of the basic example, on the real engine in a real
// terminal against the simulator, into docs/up.svg. `npm run record` does it.

import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { repositoryFolder } from "../../tools/folders.mjs";

const load = createRequire(import.meta.url);
load("../../tests/support/typescript.cjs");
/** @type {typeof import("../../tests/support/withNclue.js")} */
const { withNclue } = load("../../tests/support/withNclue.ts");
/** @type {typeof import("../../tests/support/languageHost.js")} */
const { startLanguageHost } = load("../../tests/support/languageHost.ts");
/** @type {typeof import("../../tests/support/terminal.js")} */
const { noTerminalReason, openTerminal } = load("../../tests/support/terminal.ts");

const reason = noTerminalReason();
if (reason) throw new Error(`no terminal can be recorded: ${reason}`);

const [columns, rows] = [140, 22];
const plan = { registeredMs: 1000, pendingMs: 3000, inProgressMs: 12_000 };
const earlierRuns = 5;

await withNclue(
  { plan, stack: "prod", project: "acme", env: { NCLUE_PROGRESS: "live", CI: undefined } },
  async ({ simulator, stack, bucket, task, feature, args, program }) => {
    for (let i = 0; i < earlierRuns; i++) {
      simulator.seedTaskRun({
        name: `earlier-${i}`,
        taskId: task.id,
        featureId: feature.id,
        resultBucket: bucket,
        resultFilePath: `earlier/${i}/`,
        createdAtMs: simulator.now() - 86_400_000 * (i + 1),
        plan: { ...plan, inProgressMs: 10_000 + 1500 * i },
      });
    }
    const host = await startLanguageHost(program({ ...args, resultFilePath: "churn/2026-11/" }));
    const typed = ["up", "--yes", "--skip-preview", ...host.args];
    const env = {
      ...stack.env,
      NO_COLOR: undefined,
      NCLUE_REQUESTS_PER_SECOND: "1",
    };
    const shown = await record("pulumi", typed, { cwd: stack.folder, env });
    host.close();
    const target = path.join(repositoryFolder, "docs", "up.svg");
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, draw(shown, `$ pulumi up`));
    console.log(`${target}: ${shown.length} frames`);
  },
);

/** @typedef {{ text: string, color: string, bold: boolean }} Span */
/** @typedef {{ atMs: number, lines: Span[][] }} Frame */

/**
 * Runs a command in a terminal and keeps each screen that differs from the one before.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<Frame[]>}
 */
async function record(command, args, options) {
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
  return thinned(frames);
}

/** The whole end of the scrollback, which is what a person would see. @param {import("@xterm/headless").IBuffer} buffer */
function readScreen(buffer) {
  /** @type {Span[][]} */
  const lines = [];
  for (let y = buffer.baseY; y < buffer.baseY + rows; y++) {
    const line = buffer.getLine(y);
    if (line === undefined) continue;
    /** @type {Span[]} */
    const spans = [];
    for (let x = 0; x < columns; x++) {
      const cell = line.getCell(x);
      if (cell === undefined) continue;
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

/** At most two screens a second, and always the last. @param {Frame[]} frames */
function thinned(frames) {
  return frames.filter((frame, i) => {
    const next = frames[i + 1];
    return next === undefined || next.atMs - frame.atMs >= 500;
  });
}

/**
 * @param {Frame[]} frames
 * @param {string} prompt
 */
function draw(frames, prompt) {
  const [cellWidth, lineHeight, margin] = [8, 18, 16];
  const width = columns * cellWidth + 2 * margin;
  const used = Math.max(
    ...frames.map(({ lines }) => lines.filter((line) => textOf(line) !== "").length),
  );
  const height = (used + 3) * lineHeight + 2 * margin;
  const holdMs = 6000;
  const endMs = (frames.at(-1)?.atMs ?? 0) + holdMs;
  const percent = (/** @type {number} */ ms) => ((100 * ms) / endMs).toFixed(2);
  const styles = frames.map(({ atMs }, i) => {
    const [from, to] = [percent(i === 0 ? 0 : atMs), percent(frames[i + 1]?.atMs ?? endMs)];
    return `@keyframes k${i}{0%{visibility:${i === 0 ? "visible" : "hidden"}}${from}%{visibility:visible}${to}%{visibility:hidden}}.f${i}{animation:k${i} ${endMs}ms step-end infinite}`;
  });
  const groups = frames.map(({ lines }, i) => {
    const shown = lines.filter((line, y) => textOf(line) !== "" || y < used);
    const text = shown
      .map((line, y) => drawLine(line, margin, margin + (y + 2.2) * lineHeight))
      .join("");
    return `<g class="f${i}"${i === frames.length - 1 ? "" : ' visibility="hidden"'}>${text}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="A terminal: pulumi up starts a task run, shows its progress and ends with its result">
<style>text{font:13.2px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre;fill:#d8dee9}.b{font-weight:700}.c1,.c9{fill:#e06c75}.c2,.c10{fill:#98c379}.c3,.c11{fill:#e5c07b}.c4,.c12{fill:#61afef}.c5,.c13{fill:#c678dd}.c6,.c14{fill:#56b6c2}.c8{fill:#8a919e}
${styles.join("\n")}
@media (prefers-reduced-motion:reduce){g{animation:none!important}}</style>
<rect width="100%" height="100%" rx="8" fill="#1e222a"/>
<text x="${margin}" y="${margin + 0.8 * lineHeight}" class="b">${escapeXml(prompt)}</text>
${groups.join("\n")}
</svg>
`;
}

/**
 * @param {Span[]} line
 * @param {number} x
 * @param {number} y
 */
function drawLine(line, x, y) {
  if (textOf(line) === "") return "";
  const spans = line.map(({ text, color, bold }) => {
    const classes = [color === "fg" ? "" : color, bold ? "b" : ""].filter(Boolean).join(" ");
    return classes === ""
      ? escapeXml(text)
      : `<tspan class="${classes}">${escapeXml(text)}</tspan>`;
  });
  return `<text x="${x}" y="${y.toFixed(1)}" xml:space="preserve">${spans.join("").trimEnd()}</text>`;
}

/** @param {Span[]} line */
function textOf(line) {
  return line
    .map(({ text }) => text)
    .join("")
    .trim();
}

/** @param {string} text */
function escapeXml(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
