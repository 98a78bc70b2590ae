import nodeFetch from "node-fetch";
import { families } from "../domain/families";
import { FAMILY_NAMES, type FamilyName } from "../domain/family";
import { type Agents, createAgents } from "../kernel/agents";
import { attemptLine } from "../kernel/attemptLine";
import type { Clock, Environment, Fetch, Log, Random } from "../kernel/ports";
import { readProfiles } from "../kernel/profiles";
import { resolveSettings } from "../kernel/settings";
import type { Clients } from "../lifecycle/jobContext";
import { Jobs } from "../nclue/jobs/jobs";
import { ListShape } from "../nclue/jobs/listShape";
import { RateLimiter } from "../nclue/rateLimiter";
import { Transport } from "../nclue/transport";
import { BucketReads } from "../storage/bucketReads";
import { createObjectStore } from "../storage/objectStore";
import { SourceReads } from "../storage/sourceReads";

export interface ClientSources {
  /** A value of the stack's config by its full key, `nclue:accessKey`. */
  readonly config: (key: string) => string | undefined;
  readonly environment: Environment;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** @default {@link fetchThrough} connections of its own */
  readonly fetch?: Fetch;
  /** Ends requests to Object Storage; requests to NCLUE have signals of their own. */
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
export function createClients({
  config,
  environment,
  clock,
  random,
  log,
  fetch,
  cancelled,
}: ClientSources): Clients {
  const settings = resolveSettings({ config, environment, profiles: readProfiles });
  for (const warning of settings.warnings) log.warn(warning);
  const agents = createAgents(environment);
  const transport = new Transport({
    settings,
    fetch: fetch ?? fetchThrough(agents),
    clock,
    random,
    limiter: new RateLimiter(clock, settings.requestsPerSecond, random),
    log,
  });
  const store = createObjectStore(settings, agents, cancelled, (seen) => {
    log.debug(attemptLine(seen));
  });
  const shape = new ListShape();
  const jobs = Object.fromEntries(
    FAMILY_NAMES.map((name) => [name, new Jobs(families[name], transport, clock, shape)]),
  ) as Record<FamilyName, Jobs>;
  return {
    settings,
    transport,
    jobs,
    store,
    buckets: new BucketReads(store, clock),
    sources: new SourceReads(store, clock),
  };
}
