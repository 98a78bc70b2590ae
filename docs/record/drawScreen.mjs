/** @typedef {import("./recordTerminal.mjs").Frame} Frame */
/** @typedef {import("./recordTerminal.mjs").Span} Span */

const [cellWidth, lineHeight, margin] = [8, 19, 18];
const holdMs = 8000;

const light = {
  back: "#ffffff",
  edge: "#d1d9e0",
  fore: "#1f2328",
  c0dim: "#59636e",
  c1: "#cf222e",
  c2: "#1a7f37",
  c3: "#7d4e00",
  c4: "#0969da",
  c5: "#8250df",
  c6: "#1b7c83",
};
/** @type {typeof light} */
const dark = {
  back: "#0d1117",
  edge: "#3d444d",
  fore: "#f0f6fc",
  c0dim: "#9198a1",
  c1: "#ff7b72",
  c2: "#56d364",
  c3: "#e3b341",
  c4: "#79c0ff",
  c5: "#d2a8ff",
  c6: "#56d4dd",
};

/**
 * A terminal as an SVG whose text can be selected, in the reader's choice of light or dark. Where several
 * frames are given they are played in their own time; who prefers no motion sees the last one.
 *
 * @param {readonly Frame[]} frames
 * @param {{ prompt: string, label: string }} words what was typed, and what the picture shows
 */
export function drawScreen(frames, { prompt, label }) {
  const pieces = piecesOf(frames);
  const rows = Math.max(...frames.map(({ lines }) => lines.length));
  const columns = Math.max(
    prompt.length + 2,
    ...frames.flatMap(({ lines }) => lines.map((line) => textOf(line).length)),
  );
  const [width, height] = [columns * cellWidth + 2 * margin, (rows + 2) * lineHeight + 2 * margin];
  const endMs = (frames.at(-1)?.atMs ?? 0) + holdMs;
  const baseline = (/** @type {number} */ row) => margin + (row + 0.75) * lineHeight;
  const drawn = pieces.map(({ row, line, motion }) => drawLine(line, baseline(row + 2), motion));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeXml(label)}">
<title>${escapeXml(label)}</title>
<style>
text{font:13.2px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre}
.b{font-weight:700}
${colorsOf(light)}
@media(prefers-color-scheme:dark){
${colorsOf(dark)}
}
${motionsOf(pieces, endMs)}
</style>
<rect class="back" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
${drawLine([{ text: `$ ${prompt}`, style: "b" }], baseline(0), undefined)}
${drawn.join("\n")}
</svg>
`;
}

/** @typedef {{ fromMs: number, toMs: number | undefined }} Motion from when to when it is shown */
/** @typedef {{ row: number, line: Span[], motion: Motion | undefined }} Piece */

/**
 * Each line once for as long as it stays the same, so that what does not change is drawn once.
 *
 * @param {readonly Frame[]} frames
 * @returns {Piece[]}
 */
function piecesOf(frames) {
  const rows = Math.max(...frames.map(({ lines }) => lines.length));
  return Array.from({ length: rows }, (_, row) => row).flatMap((row) => {
    /** @type {{ line: Span[], fromMs: number, toMs: number | undefined }[]} */
    const pieces = [];
    for (const { atMs, lines } of frames) {
      const line = lines[row] ?? [];
      const before = pieces.at(-1);
      if (before !== undefined && JSON.stringify(before.line) === JSON.stringify(line)) continue;
      if (before !== undefined) before.toMs = atMs;
      pieces.push({ line, fromMs: pieces.length === 0 ? 0 : atMs, toMs: undefined });
    }
    return pieces
      .filter(({ line }) => line.length > 0)
      .map(({ line, fromMs, toMs }) => {
        const stays = fromMs === 0 && toMs === undefined;
        return { row, line, motion: stays ? undefined : { fromMs, toMs } };
      });
  });
}

/** @param {Motion} motion */
function nameOf({ fromMs, toMs }) {
  return `m${fromMs}${toMs === undefined ? "" : `-${toMs}`}`;
}

/**
 * @param {readonly Piece[]} pieces
 * @param {number} endMs
 */
function motionsOf(pieces, endMs) {
  const percent = (/** @type {number} */ ms) => `${((100 * ms) / endMs).toFixed(2)}%`;
  const motions = new Map(
    pieces.flatMap(({ motion }) => (motion ? [[nameOf(motion), motion]] : [])),
  );
  const rules = [...motions].map(([name, { fromMs, toMs }]) => {
    const before = fromMs === 0 ? "" : "0%{visibility:hidden}";
    const after = toMs === undefined ? "" : `${percent(toMs)}{visibility:hidden}`;
    const shown = `${percent(fromMs)}{visibility:visible}`;
    const last = toMs === undefined ? "visible" : "hidden";
    return `@keyframes ${name}{${before}${shown}${after}to{visibility:${last}}}.${name}{visibility:${last};animation:${name} ${endMs}ms step-end infinite}`;
  });
  if (rules.length === 0) return "";
  return `${rules.join("\n")}\n@media(prefers-reduced-motion:reduce){text{animation:none!important}}`;
}

/** @param {typeof light} colors */
function colorsOf({ back, edge, fore, ...others }) {
  const classes = Object.entries(others).map(([name, color]) => `.${name}{fill:${color}}`);
  return `.back{fill:${back};stroke:${edge}}text{fill:${fore}}${classes.join("")}`;
}

/**
 * @param {readonly Span[]} line
 * @param {number} y
 * @param {Motion | undefined} motion
 */
function drawLine(line, y, motion) {
  const spans = line.map(({ text, style }) =>
    style === "" ? escapeXml(text) : `<tspan class="${style}">${escapeXml(text)}</tspan>`,
  );
  const moves = motion === undefined ? "" : ` class="${nameOf(motion)}"`;
  return `<text x="${margin}" y="${y.toFixed(1)}" xml:space="preserve"${moves}>${spans.join("")}</text>`;
}

/** @param {readonly Span[]} line */
function textOf(line) {
  return line.map(({ text }) => text).join("");
}

/** @param {string} text */
function escapeXml(text) {
  const names = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (char) => names[/** @type {keyof typeof names} */ (char)]);
}
