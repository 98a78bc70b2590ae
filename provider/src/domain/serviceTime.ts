/** Where the service leaves the offset out, Korean time is meant. */
const KOREAN_OFFSET = "+09:00";
const KOREAN_ZONE = "Asia/Seoul";

/** Seconds since 1970 have ten digits from 2001 to 2286, milliseconds have thirteen. */
const SECONDS = /^\d{10}(\.\d+)?$/;
const MILLISECONDS = /^\d{13}(\.\d+)?$/;

const ISO_8601 =
  /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ](\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d+))?)?)?(?: ?(Z|[+-]\d{2}(?::?\d{2})?))?)?(?:\[!?([^\]]*)\])?$/i;

/** The service began in October 2024; what lies before, or far ahead, stands for "no date". */
const FIRST_MS = Date.UTC(2024, 0, 1);
const LAST_MS = Date.UTC(2100, 0, 1);

/** `20261126140000`: all digits, as in the names of result objects. */
const COMPACT = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/;

/**
 * Milliseconds since 1970-01-01 UTC of one of the service's stamps, or `undefined`.
 *
 * Documented is ISO 8601, seen as `2024-11-26T14:53:32+09:00`. Its usual spellings are read (basic or
 * extended, with or without seconds, fraction and offset, with a zone in brackets), and so are
 * seconds or milliseconds since 1970. Dates like `0001-01-01T00:00:00Z`, which mean that there is none,
 * are no dates.
 */
export function parseServiceTime(stamp: Stamp): number | undefined {
  if (stamp === null || stamp === undefined) return undefined;
  const ms = readStamp(String(stamp).trim());
  return ms !== undefined && ms >= FIRST_MS && ms < LAST_MS ? ms : undefined;
}

/** The same for a question in which minutes count: a stamp without them says too little. */
export function parseExactTime(stamp: Stamp): number | undefined {
  const text = String(stamp ?? "").trim();
  const hasMinutes = ISO_8601.exec(text)?.[5] !== undefined || COMPACT.test(text);
  return hasMinutes || isCount(text) ? parseServiceTime(stamp) : undefined;
}

function isCount(text: string): boolean {
  return SECONDS.test(text) || MILLISECONDS.test(text);
}

type Stamp = string | number | null | undefined;

function readStamp(text: string): number | undefined {
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
