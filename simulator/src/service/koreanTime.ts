const aheadOfUtcMs = 9 * 60 * 60 * 1000;

/** The wall clock in Seoul, such as `2026-04-01T09:00:00.000`, without an offset. */
export function koreanTime(atMs: number): string {
  return new Date(atMs + aheadOfUtcMs).toISOString().slice(0, -1);
}
