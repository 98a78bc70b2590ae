/** The longest piece of foreign text that a message repeats. */
const LONGEST_FOREIGN_TEXT = 300;

/**
 * Foreign text (an answer's message, a name, a path) made safe to show: control characters, which
 * could move a terminal's cursor, become spaces, and what is too long is cut.
 */
export function printable(text: string, longest = LONGEST_FOREIGN_TEXT): string {
  const oneLine = text
    .slice(0, longest * 2)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g, " ")
    .trim();
  return oneLine.length <= longest ? oneLine : `${oneLine.slice(0, longest - 1)}…`;
}

/** `47s`, `3m 12s`, `2h 5m`: the two largest units of a length of time. */
export function humanDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  if (h > 0) return `${h}h ${m}m`;
  if (m > 0) return s === 0 ? `${m}m` : `${m}m ${s}s`;
  return `${s}s`;
}

/** `12–15m`, `40–55s`, `50m–1h 10m`: a range of lengths of time. */
export function humanRange(fromMs: number, toMs: number): string {
  const [from, to] = [roundedDuration(fromMs), roundedDuration(toMs)];
  if (from === to) return from;
  const unit = /^\d+([sm])$/;
  const [a, b] = [unit.exec(from), unit.exec(to)];
  return a !== null && b !== null && a[1] === b[1] ? `${from.slice(0, -1)}–${to}` : `${from}–${to}`;
}

/** Above two minutes, seconds are noise in an estimate. */
function roundedDuration(ms: number): string {
  return humanDuration(ms < 120_000 ? ms : Math.round(ms / 60_000) * 60_000);
}
