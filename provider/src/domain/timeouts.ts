import { parseDuration } from "../kernel/duration";
import type { Timeouts } from "./plumbing";

/** Milliseconds of a duration such as `customTimeouts` takes; the default where it is not one. */
export function durationOf(text: string | undefined, byDefault: string): number {
  return (text === undefined ? undefined : parseDuration(text)) ?? parseDuration(byDefault) ?? 0;
}

/** What is wrong with `customTimeouts`, each a sentence. */
export function timeoutProblems(timeouts: Timeouts): readonly string[] {
  return Object.entries(timeouts)
    .filter(([, text]) => text !== undefined && parseDuration(text) === undefined)
    .map(([verb, text]) => `${verb} must be a duration like "90s" or "1h30m", not "${text}"`);
}
