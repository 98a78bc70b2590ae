import type { Clock, Log, Progress } from "../kernel/ports";
import { printable } from "../kernel/text";
import type { EngineLink } from "./engineLink";

/**
 * `live`: each look rewrites the resource's line. `lines`: every line stays on the screen, so only
 * a change is shown, and a heartbeat that keeps a pipeline from being taken for dead. `off`: none.
 */
export type ProgressMode = "live" | "lines" | "off";

const HEARTBEAT_MS = 60_000;
const LONGEST_TEXT = 4000;

/** Lines to the engine, in order; {@link EngineLog.flush} waits until it has taken them all. */
export class EngineLog implements Log {
  private readonly pending = new Set<Promise<void>>();
  private readonly lastShown = new Map<string, { status: string; atMs: number; text: string }>();

  constructor(
    private readonly link: Pick<EngineLink, "log">,
    private readonly clock: Clock,
    private readonly mode: ProgressMode,
  ) {}

  info(text: string, urn?: string): void {
    this.send({ severity: "info", text, urn, isEphemeral: false });
  }

  warn(text: string, urn?: string): void {
    this.send({ severity: "warning", text, urn, isEphemeral: false });
  }

  debug(text: string): void {
    this.send({ severity: "debug", text, urn: undefined, isEphemeral: false });
  }

  progress({ urn, key, status, text }: Progress): void {
    // Without its resource's line, a line about one of many runs would stand on the stack's.
    if (this.mode === "off" || urn === undefined) return;
    const atMs = this.clock.monotonicMs();
    const last = this.lastShown.get(key);
    const isNews =
      this.mode === "live"
        ? last?.text !== text
        : last?.status !== status || atMs - last.atMs >= HEARTBEAT_MS;
    if (!isNews) return;
    this.lastShown.set(key, { status, atMs, text });
    this.send({ severity: "info", text, urn, isEphemeral: true });
  }

  async flush(): Promise<void> {
    await Promise.all(this.pending);
  }

  private send(line: Parameters<EngineLink["log"]>[0]): void {
    const sent = this.link.log({ ...line, text: printableLines(line.text) });
    this.pending.add(sent);
    void sent.finally(() => this.pending.delete(sent));
  }
}

/** A line may hold anybody's words: a run's name, a status, an answer. */
function printableLines(text: string): string {
  const lines = text.slice(0, LONGEST_TEXT).split("\n");
  return lines.map((line) => printable(line, LONGEST_TEXT)).join("\n");
}
