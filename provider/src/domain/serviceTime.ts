/** Where the service leaves the offset out, Korean time is meant. */
const KOREAN_OFFSET = "+09:00";
const KOREAN_ZONE = "Asia/Seoul";

/** Seconds since 1970 have ten digits from 2001 to 2286, milliseconds have thirteen. */
const SECONDS = /^\d{10}(\.\d+)?$/;
const MILLISECONDS = /^\d{13}(\.\d+)?$/;

const ISO_8601 =
  /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ](\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d+))?)?)?(?: ?(Z|[+-]\d{2}(?::?\d{2})?))?)?(?:\[!?([^\]]*)\])?$/i;

/** `20261126140000`: all digits, as in the names of result objects. */
const COMPACT = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/;

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
  if (SECONDS.test(text)) return Math.round(Number(text) * 1000);
  if (MILLISECONDS.test(text)) return Math.round(Number(text));
  const match = ISO_8601.exec(text) ?? COMPACT.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = "00", minute = "00", second = "00", fraction = "0"] = match;
  const offset = offsetOf(match[8], match[9]);
  if (offset === undefined) return undefined;
  const ms = Date.parse(
    `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, "0")}${offset}`,
  );
  return Number.isNaN(ms) ? undefined : ms;
}

/** An offset counts; without one, the name of a zone other than Korea's leaves the time unknown. */
function offsetOf(offset: string | undefined, zone = KOREAN_ZONE): string | undefined {
  if (offset === undefined) return zone === KOREAN_ZONE ? KOREAN_OFFSET : undefined;
  if (/^z$/i.test(offset)) return "Z";
  const digits = offset.slice(1).replace(":", "");
  return `${offset[0]}${digits.slice(0, 2)}:${digits.slice(2).padEnd(2, "0")}`;
}
