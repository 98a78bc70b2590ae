import type { Drift, ResultObject } from "./outputs";

/** How a result object is not the one that was remembered. ETags are in their normal form. */
export function resultDrift(remembered: ResultObject, now: ResultObject | undefined): Drift | null {
  if (now === undefined) return "result-missing";
  return now.resultSize === remembered.resultSize && isSameEtag(remembered, now)
    ? null
    : "result-replaced";
}

/** A store that gives no ETag says nothing about the content. */
function isSameEtag(remembered: ResultObject, now: ResultObject): boolean {
  const [before, after] = [normalEtag(remembered.resultEtag), normalEtag(now.resultEtag)];
  return before === null || after === null || before === after;
}

/**
 * One form for what stores write in several: `"x"`, `x` and `W/"x"` are one ETag, and an empty one is
 * none. Whether it is weak does not matter, since objects are compared as a whole.
 */
export function normalEtag(etag: string | null | undefined): string | null {
  const bare =
    etag
      ?.trim()
      .replace(/^W\//i, "")
      .replace(/^"(.*)"$/, "$1") ?? "";
  return bare === "" ? null : bare;
}
