/** One thing that was checked. */
export interface Check {
  readonly name: string;
  readonly state: "ok" | "warning" | "failed" | "skipped";
  /** What was found. */
  readonly text: string;
  /** What to do about it. */
  readonly remedy?: string;
}
