import nodeFetch from "node-fetch";
import type { Clock, Environment, Fetch, Log, Random } from "../kernel/ports";
import { readProfiles } from "../kernel/profiles";
import { resolveSettings } from "../kernel/settings";
import type { Account } from "../lifecycle/runContext";
import { NclueClient } from "../nclue/client";
import { PartLooks } from "../nclue/partLooks";
import { RateLimiter } from "../nclue/rateLimiter";
import { RunDirectory } from "../nclue/runDirectory";
import { RunListing } from "../nclue/runListing";
import { RunPages } from "../nclue/runPages";
import { RunWatch } from "../nclue/runWatch";
import { Transport } from "../nclue/transport";
import { BucketLooks } from "../storage/bucketLooks";
import { createObjectStore } from "../storage/objectStore";

export interface AccountSources {
  /** A value of the stack's config by its full key, `nclue:accessKey`. */
  readonly config: (key: string) => string | undefined;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** @default {@link systemFetch} */
  readonly fetch?: Fetch;
  /** Ends looks at Object Storage; requests to NCLUE have signals of their own. */
  readonly cancelled?: AbortSignal;
}

/** node-fetch has the parts of fetch that the transport uses, but other types of its own. */
export const systemFetch = nodeFetch as unknown as Fetch;

/**
 * All that speaks to one account, with one pace for it.
 *
 * @throws NclueError `settings`
 */
export function createAccount({
  config,
  environment,
  clock,
  random,
  log,
  fetch = systemFetch,
  cancelled,
}: AccountSources): Account {
  const settings = resolveSettings({ config, environment, profiles: readProfiles });
  const limiter = new RateLimiter(clock, settings.requestsPerSecond, random);
  const client = new NclueClient(new Transport({ settings, fetch, clock, random, limiter, log }));
  const pages = new RunPages(client);
  const store = createObjectStore(settings, cancelled);
  return {
    settings,
    client,
    pages,
    watch: new RunWatch(client, pages, clock),
    listing: new RunListing(pages, clock),
    directory: new RunDirectory(pages),
    store,
    buckets: new BucketLooks(store, clock),
    parts: new PartLooks(client),
  };
}
