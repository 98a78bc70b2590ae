/**
 * One form for what stores write in several (`"x"`, `x` and `W/"x"`), to be stored and compared;
 * `null` where there is none. Whether a tag is weak does not matter: objects are compared as a whole.
 */
export function normalizeEtag(etag: string | null | undefined): string | null {
  const [, tag = ""] = /^\s*(?:W\/)?"?(.*?)"?\s*$/s.exec(etag ?? "") ?? [];
  return tag === "" ? null : tag;
}
