import { Heartbeat } from "./heartbeat";
import type { ProgressMode } from "./outputSettings";
import type { Clock, Progress } from "./ports";

/** What is shown of a job. */
interface Shown {
  readonly status: string;
  readonly text: string;
  readonly heartbeat: Heartbeat;
}

/**
 * Which progress is worth showing: live, whatever differs from what is shown; where every line stays,
 * a change of the status, and a heartbeat that grows.
 */
export class ProgressNews {
  private readonly shown = new Map<string, Shown>();

  constructor(
    private readonly clock: Clock,
    private readonly mode: ProgressMode,
  ) {}

  isNews({ key, status, text, isLast = false }: Progress): boolean {
    if (this.mode === "off") return false;
    if (isLast) {
      this.shown.delete(key);
      return true;
    }
    const last = this.shown.get(key);
    if (this.mode === "live") {
      if (last?.text === text) return false;
    } else if (last?.status === status) {
      if (last.heartbeat.dueInMs() > 0) return false;
      last.heartbeat.beat();
      return true;
    }
    this.shown.set(key, { status, text, heartbeat: new Heartbeat(this.clock) });
    return true;
  }
}
