import type { IsUnknown } from "../domain/containsUnknown";
import type { Clock, Environment, Log, Random } from "../kernel/ports";
import type { Settings } from "../kernel/settings";
import type { NclueClient } from "../nclue/client";
import type { PartLooks } from "../nclue/partLooks";
import type { RunDirectory } from "../nclue/runDirectory";
import type { RunListing } from "../nclue/runListing";
import type { RunPages } from "../nclue/runPages";
import type { RunWatch } from "../nclue/runWatch";
import type { BucketLooks } from "../storage/bucketLooks";
import type { ObjectStore } from "../storage/objectStore";
import type { FullHouse } from "./fullHouse";

/** What the life of a run needs from outside; `plugin/context.ts` puts it together. */
export interface RunContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly environment: Environment;
  readonly isUnknown: IsUnknown;
  /** The URN of the resource that is being read or deleted, where it is known. */
  readonly urnOf: (id: string) => string | undefined;
  /** Aborted when the engine asks to stop, or is gone. */
  readonly cancelled: AbortSignal;
  /**
   * What speaks to the account; built at the first use.
   * @throws NclueError `settings`
   */
  readonly account: () => Account;
  /** Facts of the whole update, which is one process. */
  readonly update: UpdateFacts;
}

export interface Account {
  readonly settings: Settings;
  readonly client: NclueClient;
  readonly pages: RunPages;
  readonly watch: RunWatch;
  readonly listing: RunListing;
  readonly directory: RunDirectory;
  readonly store: ObjectStore;
  readonly buckets: BucketLooks;
  readonly parts: PartLooks;
}

export interface UpdateFacts {
  /** Whether this is a preview; check is told, and nothing else is. */
  isPreview: boolean;
  /** Names of the runs that this update has started. */
  readonly startedRuns: Set<string>;
  /** Runs that this update has seen in the state's living entries, with the marks of these. */
  readonly heldRuns: Map<string, string | undefined>;
  readonly house: FullHouse;
}
