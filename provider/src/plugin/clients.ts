import nodeFetch from "node-fetch";
import { type Agents, createAgents } from "../kernel/agents";
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
  /** @default {@link fetchThrough} connections of its own */
  readonly fetch?: Fetch;
  /** Ends looks at Object Storage; requests to NCLUE have signals of their own. */
  readonly cancelled?: AbortSignal;
}

/** node-fetch has the parts of fetch that the transport uses, but other types of its own. */
export function fetchThrough(agents: Agents): Fetch {
  return async (url, request) => {
    const agent = await agents.agentFor(url);
    return nodeFetch(url, { ...request, agent } as never) as unknown as ReturnType<Fetch>;
  };
}

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
  fetch,
  cancelled,
}: AccountSources): Account {
  const settings = resolveSettings({ config, environment, profiles: readProfiles });
  for (const warning of settings.warnings) log.warn(warning);
  const agents = createAgents(environment);
  const limiter = new RateLimiter(clock, settings.requestsPerSecond, random);
  const client = new NclueClient(
    new Transport({
      settings,
      fetch: fetch ?? fetchThrough(agents),
      clock,
      random,
      limiter,
      log,
    }),
  );
  const pages = new RunPages(client);
  const store = createObjectStore(settings, agents, cancelled);
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
