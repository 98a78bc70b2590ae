import type { IsUnknown } from "../domain/containsUnknown";
import type { FamilyName } from "../domain/family";
import type { Clock, EngineRequest, Environment, Log, Random } from "../kernel/ports";
import { SecretMask } from "../kernel/secretMask";
import type { Settings } from "../kernel/settings";
import type { Jobs } from "../nclue/jobs/jobs";
import type { Transport } from "../nclue/transport";
import type { BucketReads } from "../storage/bucketReads";
import type { ObjectStore } from "../storage/objectStore";
import type { SourceReads } from "../storage/sourceReads";
import type { SlotHint } from "./slotHint";
import { Turns } from "./turns";

/** What the life of a job needs from outside; `plugin/context.ts` puts it together. */
export interface JobContext {
  readonly clock: Clock;
  readonly random: Random;
  /** Secret values never get through it. */
  readonly log: Log;
  readonly environment: Environment;
  readonly isUnknown: IsUnknown;
  /** The URN of the resource that is being read or deleted, where it is known. May be slow, once. */
  readonly urnOf: (id: string) => string | undefined;
  /** What the engine sent along with the values that a verb is called with. */
  readonly requestOf: (values: object) => EngineRequest;
  /** The same for a verb that a process may begin with and that needs it. May be slow, once. */
  readonly searchRequestOf: (values: object) => EngineRequest;
  /** Aborted when the engine asks to stop, or is gone. */
  readonly cancelled: AbortSignal;
  /**
   * What speaks to the account; built at the first use.
   * @throws NclueError `settings`
   */
  readonly clients: () => Clients;
  /** What is known of the whole update, which is one process. */
  readonly update: Update;
}

/** All that speaks to one account, with one pace for it. */
export interface Clients {
  readonly settings: Settings;
  readonly transport: Pick<Transport, "download" | "serviceNowMs">;
  readonly jobs: Readonly<Record<FamilyName, Jobs>>;
  readonly store: ObjectStore;
  readonly buckets: BucketReads;
  readonly sources: SourceReads;
}

export interface Update {
  /** Whether this is a preview; check is told, and no other verb. */
  isPreview: boolean;
  /** Names of the jobs that this update has started, each with its noun. */
  readonly startedJobs: Set<string>;
  /** Jobs that this update has seen in the state's living entries, with the marks of these. */
  readonly inState: Map<string, string | undefined>;
  /** By job: the key of the result that the state has remembered of it. */
  readonly resultKeys: Map<string, string>;
  /** By URN: ids that its entry in the state, as the engine has shown it, holds or has imported. */
  readonly imported: Map<string, readonly string[]>;
  /** By URN: what an import of the job that its entry in the state holds took from the service. */
  readonly taken: Map<string, Readonly<Record<string, unknown>>>;
  readonly turns: Turns;
  /** The names that resources of this update use, with their owners. */
  readonly nameOwners: Map<string, string>;
  /** The jobs that resources of this update have taken over, by family, with their owners. */
  readonly jobOwners: Map<FamilyName, Map<string, string>>;
  readonly slots: SlotHint;
  readonly secrets: SecretMask;
}

/** @param isWhole whether the engine will ask for all that the program declares */
export function newUpdate(slots: SlotHint, isWhole = true): Update {
  return {
    isPreview: false,
    startedJobs: new Set(),
    inState: new Map(),
    resultKeys: new Map(),
    imported: new Map(),
    taken: new Map(),
    turns: new Turns(isWhole),
    nameOwners: new Map(),
    jobOwners: new Map(),
    slots,
    secrets: new SecretMask(),
  };
}

/** A log that shows no secret value. */
export function maskedLog(log: Log, secrets: SecretMask): Log {
  return {
    info: (text, urn) => log.info(secrets.mask(text), urn),
    warn: (text, urn) => log.warn(secrets.mask(text), urn),
    debug: (text) => log.debug(secrets.mask(text)),
    progress: (progress) => log.progress({ ...progress, text: secrets.mask(progress.text) }),
  };
}
