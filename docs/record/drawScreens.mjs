/** @typedef {import("./recordScreens.mjs").Span} Span */
/** @typedef {import("./recordScreens.mjs").Screen} Screen */

/**
 * Screens as one picture that moves: text that can be selected, on a background of its own, so that
 * pages in light and dark can hold it. Who wants no movement sees the last screen.
 *
 * @param {readonly Screen[]} screens
 * @param {{ columns: number, label: string, typed: string }} options
 */
export function drawScreens(screens, { columns, label, typed }) {
  const [cellWidth, lineHeight, margin] = [8, 18, 16];
  const width = columns * cellWidth + 2 * margin;
  const used = Math.max(
    ...screens.map(({ lines }) => lines.filter((line) => textOf(line) !== "").length),
  );
  const height = (used + 3) * lineHeight + 2 * margin;
  const holdMs = 6000;
  const endMs = (screens.at(-1)?.atMs ?? 0) + holdMs;
  const percent = (/** @type {number} */ ms) => ((100 * ms) / endMs).toFixed(2);
  const styles = screens.map(({ atMs }, i) => {
    const [from, to] = [percent(i === 0 ? 0 : atMs), percent(screens[i + 1]?.atMs ?? endMs)];
    return `@keyframes k${i}{0%{visibility:${i === 0 ? "visible" : "hidden"}}${from}%{visibility:visible}${to}%{visibility:hidden}}.f${i}{animation:k${i} ${endMs}ms step-end infinite}`;
  });
  const groups = screens.map(({ lines }, i) => {
    const shown = lines.filter((line, y) => textOf(line) !== "" || y < used);
    const text = shown
      .map((line, y) => drawLine(line, margin, margin + (y + 2.2) * lineHeight))
      .join("");
    return `<g class="f${i}"${i === screens.length - 1 ? "" : ' visibility="hidden"'}>${text}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeXml(label)}">
<style>text{font:13.2px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre;fill:#d8dee9}.b{font-weight:700}.c1,.c9{fill:#e06c75}.c2,.c10{fill:#98c379}.c3,.c11{fill:#e5c07b}.c4,.c12{fill:#61afef}.c5,.c13{fill:#c678dd}.c6,.c14{fill:#56b6c2}.c8{fill:#8a919e}
${styles.join("\n")}
@media (prefers-reduced-motion:reduce){g{animation:none!important}}</style>
<rect width="100%" height="100%" rx="8" fill="#1e222a"/>
<text x="${margin}" y="${margin + 0.8 * lineHeight}" class="b">${escapeXml(`$ ${typed}`)}</text>
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
