import type { Log, Progress } from "../../provider/src/kernel/ports";

export interface LoggedLine {
  readonly level: "info" | "warn" | "debug";
  readonly text: string;
  readonly urn?: string | undefined;
}

/** Keeps every line, for a test to look at. */
export class RecordingLog implements Log {
  readonly lines: LoggedLine[] = [];
  readonly steps: Progress[] = [];

  info(text: string, urn?: string): void {
    this.lines.push({ level: "info", text, urn });
  }

  warn(text: string, urn?: string): void {
    this.lines.push({ level: "warn", text, urn });
  }

  debug(text: string): void {
    this.lines.push({ level: "debug", text });
  }

  progress(progress: Progress): void {
    this.steps.push(progress);
  }

  texts(level: LoggedLine["level"]): readonly string[] {
    return this.lines.filter((line) => line.level === level).map(({ text }) => text);
  }

  /** Everything that was ever said. */
  all(): string {
    return [...this.lines, ...this.steps].map(({ text }) => text).join("\n");
  }
}
