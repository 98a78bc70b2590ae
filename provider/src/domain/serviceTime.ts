/** Where the service leaves the offset out, Korean time is meant. */
const KOREAN_OFFSET = "+09:00";

/**
 * Milliseconds since 1970-01-01 UTC of one of the service's stamps (ISO 8601, seen as
 * `2024-11-26T14:53:32+09:00`, documented without an offset too), or `undefined`.
 */
export function parseServiceTime(text: string | null | undefined): number | undefined {
  if (typeof text !== "string") return undefined;
  const stamp = text.trim().replace(" ", "T").replace(",", ".");
  const match = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/i.exec(
    stamp,
  );
  if (match === null) return undefined;
  const ms = Date.parse(match[3] === undefined ? stamp + KOREAN_OFFSET : stamp);
  return Number.isNaN(ms) ? undefined : ms;
}
