import { Heartbeat } from "../kernel/heartbeat";
import type { ProgressMode } from "../kernel/outputSettings";
import type { Clock, Progress } from "../kernel/ports";
import { ProgressNews } from "../kernel/progressNews";
import { printLine } from "./cli";
import type { StatusLine } from "./statusLine";

/** Longer than this, silence makes a person wonder. */
const SILENCE_MS = 2000;
const TICK_MS = 500;

/**
 * Says on the error stream what takes long: on a terminal in one line that is drawn over itself,
 * elsewhere in a line that stays, and a heartbeat.
 */
export class Activity {
  private text: (() => string) | undefined;
  private saidMs: number;
  private readonly news: ProgressNews;

  constructor(
    private readonly clock: Clock,
    private readonly err: StatusLine,
    private readonly mode: ProgressMode,
  ) {
    this.saidMs = clock.monotonicMs();
    this.news = new ProgressNews(clock, mode);
  }

  /**
   * @param text asked whenever it is shown: `reading the list, 400 of 1,268`
   * @param isBar shown on a terminal from the beginning, to its end
   */
  async during<T>(text: () => string, work: () => Promise<T>, isBar = false): Promise<T> {
    const ended = new AbortController();
    this.text = text;
    this.talk(ended.signal, isBar).catch((error: unknown) => {
      if (!ended.signal.aborted) throw error;
    });
    try {
      const done = await work();
      if (isBar && this.mode === "live") this.err.show(text());
      return done;
    } finally {
      ended.abort();
      this.text = undefined;
      this.err.clear();
    }
  }

  /** What a job is doing; takes the place of what was said. */
  progress(progress: Progress): void {
    if (!this.news.isNews(progress)) return;
    if (this.mode === "live") {
      this.text = () => progress.text;
      this.err.show(progress.text);
    } else {
      this.text = undefined;
      this.print(progress.text);
    }
  }

  private async talk(signal: AbortSignal, isBar: boolean): Promise<void> {
    if (this.mode === "off") return;
    const silenceMs = this.saidMs + SILENCE_MS - this.clock.monotonicMs();
    if (!isBar || this.mode !== "live") await this.clock.sleep(silenceMs, signal);
    const heartbeat = new Heartbeat(this.clock);
    while (this.text !== undefined) {
      if (this.mode === "live") {
        this.err.show(this.text());
        await this.clock.sleep(TICK_MS, signal);
      } else {
        this.print(this.text());
        await this.clock.sleep(heartbeat.dueInMs(), signal);
        heartbeat.beat();
      }
    }
  }

  private print(text: string): void {
    this.saidMs = this.clock.monotonicMs();
    printLine(this.err, text);
  }
}
