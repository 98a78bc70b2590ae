import type { Clock } from "../kernel/ports";
import type { BucketState, ObjectStore } from "./objectStore";

/** How long a bucket that was seen is taken for granted. */
const SEEN_MAX_AGE_MS = 5 * 60_000;

/**
 * One look at a bucket serves all resources that name it. In an update only a bucket that was seen
 * is remembered (a missing one may be made a moment later); a preview is one moment.
 */
export class BucketLooks {
  private readonly looks = new Map<string, { state: Promise<BucketState>; askedMs: number }>();

  constructor(
    private readonly store: Pick<ObjectStore, "lookAtBucket">,
    private readonly clock: Clock,
  ) {}

  async lookAt(bucket: string, isPreview: boolean): Promise<BucketState> {
    const now = this.clock.monotonicMs();
    const last = this.looks.get(bucket);
    if (last !== undefined && now - last.askedMs < SEEN_MAX_AGE_MS) return last.state;
    const look = { state: this.store.lookAtBucket(bucket), askedMs: now };
    this.looks.set(bucket, look);
    const forget = () => {
      if (this.looks.get(bucket) === look) this.looks.delete(bucket);
    };
    look.state.then((state) => {
      if (!isPreview && state.kind !== "exists") forget();
    }, forget);
    return look.state;
  }
}
