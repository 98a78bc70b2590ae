import type { Clock } from "../kernel/ports";
import { Remembered } from "../kernel/remembered";
import type { BucketState, ObjectStore } from "./objectStore";

/** How long a bucket that was seen is taken for granted. */
const SEEN_MAX_AGE_MS = 5 * 60_000;

/**
 * One request about a bucket serves all resources that name it. In an update only a bucket that was
 * seen is remembered (a missing one may be created a moment later); a preview is one moment.
 */
export class BucketReads {
  private readonly buckets = new Map<string, Remembered<BucketState>>();

  constructor(
    private readonly store: Pick<ObjectStore, "lookAtBucket">,
    private readonly clock: Clock,
  ) {}

  async read(bucket: string, isPreview: boolean): Promise<BucketState> {
    const known = this.buckets.get(bucket) ?? new Remembered<BucketState>(this.clock);
    this.buckets.set(bucket, known);
    const newerThanMs = this.clock.monotonicMs() - SEEN_MAX_AGE_MS;
    const state = await known.get(newerThanMs, () => this.store.lookAtBucket(bucket));
    if (!isPreview && state.kind !== "exists") known.forget();
    return state;
  }
}
