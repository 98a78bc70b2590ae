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
