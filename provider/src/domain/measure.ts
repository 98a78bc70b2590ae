/** Something that only the service can say of a job: how it is spelled, and how it is read. */
export interface Measure {
  readonly wire: string;
  /** How the end of a progress line says it, `#` being the figure: `# lines`. */
  readonly words?: string;
  decode(json: unknown): string | number | null;
}

export function text(wire: string): Measure {
  return { wire, decode: decodeText };
}

/** A whole number, 0 or more. */
export function count(wire: string, words?: string): Measure {
  return { wire, decode: decodeCount, ...(words === undefined ? {} : { words }) };
}

/** A number, which the service writes as a string: `"0.8412"`. */
export function decimal(wire: string, words: string): Measure {
  return { wire, decode: decodeDecimal, words };
}

/** Absent, `null` and empty mean the same: nothing yet. */
export function decodeText(json: unknown): string | null {
  if (typeof json === "number" && Number.isFinite(json)) return String(json);
  return typeof json === "string" && json !== "" ? json : null;
}

export function decodeCount(json: unknown): number | null {
  const number = typeof json === "string" && /^\d+$/.test(json) ? Number(json) : json;
  return typeof number === "number" && Number.isSafeInteger(number) && number >= 0 ? number : null;
}

function decodeDecimal(json: unknown): number | null {
  const number = typeof json === "string" && json.trim() !== "" ? Number(json) : json;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}
