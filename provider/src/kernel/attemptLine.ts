/** One attempt of a request, for the log: never its body or headers. */
export interface Attempt {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** The status or the failure. */
  readonly result: string;
  readonly attempt: number;
  readonly tookMs: number;
  /** The time until the next attempt, where there is one. */
  readonly againMs?: number | undefined;
}

/** `GET /api/v1/tasks → HTTP 503 (attempt 1, 12 ms, again in 750 ms)` */
export function attemptLine({ method, path, result, attempt, tookMs, againMs }: Attempt): string {
  const again = againMs === undefined ? "" : `, again in ${Math.round(againMs)} ms`;
  return `${method} ${path} → ${result} (attempt ${attempt}, ${Math.round(tookMs)} ms${again})`;
}
