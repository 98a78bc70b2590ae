const UNITS = ["kB", "MB", "GB", "TB"] as const;

/** `0 bytes`, `1 byte`, `12.3 MB`, `340 MB`: in steps of a thousand. */
export function humanSize(bytes: number): string {
  if (bytes < 1000) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  let amount = bytes;
  let unit = -1;
  // What would be rounded to 1000 is 1 of the next unit.
  while (amount >= 999.5 && unit < UNITS.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  return `${amount < 99.95 ? amount.toFixed(1) : amount.toFixed(0)} ${UNITS[unit]}`;
}
