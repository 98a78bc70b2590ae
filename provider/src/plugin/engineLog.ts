import type { ProgressMode } from "../kernel/outputSettings";
import type { Clock, Log, Progress } from "../kernel/ports";
import { ProgressNews } from "../kernel/progressNews";
import { printable } from "../kernel/text";
import type { EngineLink, LogLine } from "./engineLink";

export interface EngineLogOptions {
  readonly mode: ProgressMode;
  /** `NCLUE_LOG=debug`: debug lines are shown like any other. */
  readonly isDebug: boolean;
  /** The engine prints no more than our text, so it has to say which resource it is about. */
  readonly namesResources: boolean;
}

const LONGEST_TEXT = 4000;

/** Lines to the engine, in order; {@link EngineLog.flush} waits until it has taken them all. */
export class EngineLog implements Log {
  private lastLine = Promise.resolve();
  private readonly news: ProgressNews;

  constructor(
    private readonly link: Pick<EngineLink, "log">,
    clock: Clock,
    private readonly options: EngineLogOptions,
  ) {
    this.news = new ProgressNews(clock, options.mode);
  }

  info(text: string, urn?: string): void {
    this.send({ severity: "info", text, urn, isEphemeral: false });
  }

  warn(text: string, urn?: string): void {
    this.send({ severity: "warning", text, urn, isEphemeral: false });
  }

  /** The engine shows its own debug lines with `--debug` only, among thousands of others. */
  debug(text: string): void {
    const severity = this.options.isDebug ? "info" : "debug";
    this.send({ severity, text, urn: undefined, isEphemeral: false });
  }

  progress(progress: Progress): void {
    const { urn, text } = progress;
    // Without its resource's line, a line about one of many jobs would be shown on the stack's.
    if (urn === undefined || !this.news.isNews(progress)) return;
    const named = this.options.namesResources ? `${nameOf(urn)}: ${text}` : text;
    this.send({ severity: "info", text: named, urn, isEphemeral: true });
  }

  flush(): Promise<void> {
    return this.lastLine;
  }

  private send(line: LogLine): void {
    this.lastLine = this.link.log({ ...line, text: printableLines(line.text) });
  }
}

/** The last part of a URN, which may hold its separator. */
function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** A line may hold anybody's words: a job's name, a status, an answer. */
function printableLines(text: string): string {
  const lines = text.slice(0, LONGEST_TEXT).split("\n");
  return lines.map((line) => printable(line, LONGEST_TEXT)).join("\n");
}
