export interface CheckFailure {
  /** Empty where the argument is secret: the engine prints the value of the one that is named. */
  readonly property: string;
  readonly reason: string;
}

export interface Checked {
  readonly inputs: Record<string, unknown>;
  readonly failures: readonly CheckFailure[];
}
