import type { NclueClient } from "./client";
import { Priority } from "./rateLimiter";
import type { PartRecord } from "./wire";

/**
 * One look at a task or a feature serves all resources of the process that name it. In an update only
 * what was seen is remembered; a preview is one moment, and a look that failed failed for all.
 */
export class PartLooks {
  private readonly looks = new Map<string, Promise<PartRecord>>();

  constructor(private readonly client: Pick<NclueClient, "getTask" | "getFeature">) {}

  look(
    family: "task" | "feature",
    id: string,
    isPreview: boolean,
    signal: AbortSignal,
  ): Promise<PartRecord> {
    const key = `${family} ${id}`;
    const last = this.looks.get(key);
    if (last !== undefined) return last;
    const options = { priority: Priority.read, signal };
    const look =
      family === "task" ? this.client.getTask(id, options) : this.client.getFeature(id, options);
    this.looks.set(key, look);
    look.catch(() => {
      if (!isPreview) this.looks.delete(key);
    });
    return look;
  }
}
