import type { Clock } from "./ports";

/**
 * The answer to a question that many ask: one request serves all who may take an answer of its age.
 * A failure is not remembered.
 */
export class Remembered<T> {
  private last: { readonly answer: Promise<T>; readonly askedMs: number } | undefined;

  constructor(private readonly clock: Clock) {}

  /**
   * @param newerThanMs on the monotonic clock: an answer that was asked for at this moment or later
   *   is new enough.
   */
  get(newerThanMs: number, ask: () => Promise<T>): Promise<T> {
    if (this.last !== undefined && this.last.askedMs >= newerThanMs) return this.last.answer;
    const asked = { answer: ask(), askedMs: this.clock.monotonicMs() };
    this.last = asked;
    asked.answer.catch(() => {
      if (this.last === asked) this.last = undefined;
    });
    return asked.answer;
  }

  forget(): void {
    this.last = undefined;
  }
}
