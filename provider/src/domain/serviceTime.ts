/** Where the service leaves the offset out, Korean time is meant. */
const KOREAN_OFFSET = "+09:00";

/** A number below this is seconds, any other milliseconds: 1973 and 5138 are the ends. */
const LEAST_MILLISECONDS = 100_000_000_000;

const ISO_8601 =
  /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ](\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d+))?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?(\[[^\]]*\])?$/i;

/**
 * Milliseconds since 1970-01-01 UTC of one of the service's stamps, or `undefined`.
 *
 * Documented is ISO 8601, seen as `2024-11-26T14:53:32+09:00`. Its usual spellings are read (basic or
 * extended, with or without seconds, fraction and offset, with a zone in brackets), and so are
 * seconds or milliseconds since 1970.
 */
export function parseServiceTime(stamp: string | number | null | undefined): number | undefined {
  if (stamp === null || stamp === undefined) return undefined;
  const text = String(stamp).trim();
  if (/^\d{9,}(\.\d+)?$/.test(text) && !/^\d{14}$/.test(text)) {
    const number = Number(text);
    return Math.round(number < LEAST_MILLISECONDS ? number * 1000 : number);
  }
  const match = ISO_8601.exec(text) ?? COMPACT.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = "00", minute = "00", second = "00", fraction = "0", zone] =
    match;
  const ms = Date.parse(
    `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, "0")}` +
      offsetOf(zone),
  );
  return Number.isNaN(ms) ? undefined : ms;
}

/** `20261126140000`: all digits, as in the names of result objects. */
const COMPACT = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/;

function offsetOf(zone: string | undefined): string {
  if (zone === undefined) return KOREAN_OFFSET;
  if (/^z$/i.test(zone)) return "Z";
  const digits = zone.slice(1).replace(":", "");
  return `${zone[0]}${digits.slice(0, 2)}:${digits.slice(2).padEnd(2, "0")}`;
}
