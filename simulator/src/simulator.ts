import type { AccountOptions, KeyAccess } from "./gateway/accounts";
import type { Fault, ScriptedFault } from "./levers/faults";
import type { HeldRequest } from "./levers/holds";
import type { ListChange } from "./levers/listChanges";
import type { LoggedRequest } from "./levers/requestLog";
import type {
  CustomAttributesSeed,
  FeatureSeed,
  Seeds,
  ShoppingIntentSeed,
  TaskRunSeed,
  TaskSeed,
} from "./levers/seeds";
import type { ClockSettings } from "./service/clock";
import type { FamilyName } from "./service/family";
import type { Plan } from "./service/job";
import type { Status } from "./service/status";
import type { Switches } from "./switches/switchTable";

/** A running stand-in of NCLUE with the levers that the true service does not offer. */
export interface Simulator {
  /** Such as `http://127.0.0.1:40123/api/v1`. */
  readonly endpoint: string;
  /** The same levers over HTTP: `http://127.0.0.1:40123/__control`. */
  readonly controlUrl: string;
  /** The first account's first key. */
  readonly accessKey: string;
  readonly secretKey: string;

  // --- Jobs -------------------------------------------------------------------------------------
  /** A job that nobody posted. A family's name is its collection path, such as `task-runs`. */
  seed<Name extends FamilyName>(family: Name, seed?: Seeds[Name]): JobView;
  /** A feature that is completed already, unless its plan says otherwise. */
  seedFeature(seed?: FeatureSeed): JobView;
  /** A task that is completed already, unless its plan says otherwise. */
  seedTask(seed?: TaskSeed): JobView;
  /** A task run that nobody posted; it goes by the default plan. */
  seedTaskRun(seed?: TaskRunSeed): JobView;
  /** Custom attributes that nobody posted; they go by the default plan. */
  seedCustomAttributes(seed?: CustomAttributesSeed): JobView;
  /** A shopping intent that nobody posted; it goes by the default plan. */
  seedShoppingIntent(seed?: ShoppingIntentSeed): JobView;
  /** One job as it is now, or undefined when it is not there or deleted. */
  job(id: string): Promise<JobView | undefined>;
  /** All jobs of a family and every account, oldest first. */
  jobs(family: FamilyName): Promise<readonly JobView[]>;
  /** Deletes past the API, as somebody else in the console would; the status does not matter. */
  deleteJob(id: string): void;
  /** Deletes or creates jobs past the API once a list was read, so that its next page has shifted. */
  changeAfterList(change: ListChange): void;

  // --- Fate -------------------------------------------------------------------------------------
  /** The plan of jobs created from now on. */
  setDefaultPlan(changes: Partial<Plan>): void;
  /** Plans for the next jobs created through the API, one each; then the default again. */
  queuePlans(...plans: readonly Partial<Plan>[]): void;
  /** Changes the plan of a job that has not ended. */
  setPlan(id: string, changes: Partial<Plan>): void;
  /** Ends a job as failed at this moment. @param failMessage "COMMON_ERROR" when left out */
  failJob(id: string, failMessage?: string): void;
  /** Ends a job as completed at this moment and writes its result. */
  completeJob(id: string): Promise<void>;

  // --- Time -------------------------------------------------------------------------------------
  /** The service's time, in milliseconds since 1970. */
  now(): number;
  /** Moves the service's time forward, then settles; see {@link Simulator.settle}. */
  advance(ms: number): Promise<void>;
  setClock(settings: Partial<ClockSettings>): void;
  /** Writes the results of all jobs that have completed; requests do so by themselves. */
  settle(): Promise<void>;

  // --- Keys and switches ------------------------------------------------------------------------
  addAccount(account: AccountOptions): void;
  setKeyAccess(accessKey: string, access: KeyAccess): void;
  removeKey(accessKey: string): void;
  switches(): Switches;
  setSwitches(changes: Partial<Switches>): void;
  resetSwitches(): void;

  // --- Faults and holds -------------------------------------------------------------------------
  addFault(fault: Fault): ScriptedFault;
  /** All faults since the last clearing, with how often each matched and acted. */
  faults(): readonly ScriptedFault[];
  clearFaults(): void;
  /** Holds the request with sequence number `k`, before or after it is handled. */
  holdRequest(k: number, when?: "before" | "after"): ScriptedFault;
  /** The longest-held request, waited for if there is none yet. */
  held(abort?: AbortSignal): Promise<HeldRequest>;
  heldRequests(): readonly HeldRequest[];

  // --- Log --------------------------------------------------------------------------------------
  log(): readonly LoggedRequest[];
  /** Empties the log; the next request has sequence number 1. */
  clearLog(): void;
  /**
   * Waits until the log holds so many requests, answered or cut, or until `isEnough` says so. It is
   * asked again at each arrival and each answer.
   */
  waitForRequests(
    isEnough: number | ((log: readonly LoggedRequest[]) => boolean),
    abort?: AbortSignal,
  ): Promise<readonly LoggedRequest[]>;

  /** Drops what is held, cuts all connections and stops listening. */
  close(): Promise<void>;
}

/** A job as tests see it: what the API shows and what it keeps to itself. */
export interface JobView {
  readonly family: FamilyName;
  readonly id: string;
  readonly name: string;
  readonly account: string;
  readonly status: Status;
  readonly fields: Readonly<Record<string, string | null>>;
  readonly createdAtMs: number;
  /** Null when its plan says that it never ends. */
  readonly endsAtMs: number | null;
  readonly failMessage: string | null;
  readonly plan: Plan;
  /** Keys of the result objects written so far. */
  readonly resultKeys: readonly string[];
}
