/**
 * The one input, `__nclue`, in which the class hands on what the engine never says to a dynamic
 * provider, and the one output of the same name, in which create leaves what later verbs need.
 * (The engine does not show properties that start with `__`.) Both are read tolerantly: they may
 * come from an older release, from a hand-edited state, or be missing.
 */
export const PLUMBING = "__nclue";

/** What the state held under the resource's URN before this update. */
export interface InState {
  readonly id: string;
  readonly createdAt: string | null;
  /** Ids that the `import` option has named so far. */
  readonly importedIds: readonly string[];
  /** What an import took from the service because the program gives none. */
  readonly taken?: Values | undefined;
}

type Values = Readonly<Record<string, unknown>>;

export interface Timeouts {
  readonly create?: string | undefined;
  readonly update?: string | undefined;
  readonly delete?: string | undefined;
}

export interface Plumbing {
  readonly urn: string | undefined;
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
  /** The resource's logical name. */
  readonly logicalName: string;
  readonly timeouts: Timeouts;
  /** The id that the resource option `import` names. */
  readonly importId: string | undefined;
  /** `null` where the state holds nothing, `undefined` where it could not be read. */
  readonly inState: InState | null | undefined;
  /** Ids that the engine has shown to be imported before, where the state could not be read. */
  readonly knownImports?: readonly string[];
  /** Jobs that the state holds under other URNs of the stack. */
  readonly otherJobIds: readonly string[];
  /** A digest of the resource option `replacementTrigger`, where that is not secret. */
  readonly replacementTrigger: string | undefined;
  /** Arguments whose value must not be shown. */
  readonly secrets: readonly string[];
  /** Ids of jobs that this one is created from and whose name must not be shown. */
  readonly secretlyNamed: readonly string[];
}

/** What only check needs; it takes these out, so that a preview's inputs equal the update's. */
export interface CheckPlumbing {
  readonly dryRun: boolean | undefined;
  /** Arguments that name a bucket, or data in one, which the same program may create. */
  readonly mayBeCreated: readonly string[];
  /** What is wrong with triggers that the class had to wait for: `triggers[0].when is a Date: …`. */
  readonly triggerProblem: string | undefined;
  /** Jobs that the program has declared so far and that the state does not hold. */
  readonly newJobs: number;
}

/** What create and update leave in the outputs. */
export interface Keeping {
  readonly timeouts: Timeouts;
  /** The bound of create that a transform has set, which no later request tells; absent otherwise. */
  readonly lateCreateTimeout?: string | undefined;
  /** Whether the program gave the name. */
  readonly nameGiven: boolean;
  /** Ids that the `import` option has named: what was imported once is history. */
  readonly importedIds: readonly string[];
  /** Arguments that an import took from the service because the program gives none. */
  readonly taken: readonly string[];
  /** Different for every create: distinguishes two state entries of one job. */
  readonly mark: string | undefined;
  /** Where the job was last seen, and a short hash of the access key that saw it. */
  readonly endpoint: string | undefined;
  readonly keyHash: string | undefined;
  /** Arguments whose value must not be shown. */
  readonly secrets: readonly string[];
  /** The job is completed, and the search for its result is to go on: it was cut short, or unclear. */
  readonly isSearchOpen: boolean;
  /** What the job was created from, for messages about what has changed since. */
  readonly source: SourceRecord | undefined;
  /** The source data could not be read; absent otherwise. */
  readonly isSourceOpen?: true | undefined;
  /** The resource only reads a job that something else owns. */
  readonly isExternal: boolean;
}

/** What is remembered of source data beside its digest. */
export interface SourceRecord {
  readonly count: number;
  /** The newest time of change, in milliseconds since 1970-01-01 UTC. */
  readonly newestMs: number;
  /** The data had changed before it was known what the job was created from. */
  readonly isOutdated: boolean;
}

export function readPlumbing(inputs: Values): Plumbing & CheckPlumbing {
  const fields = recordOf(inputs[PLUMBING]);
  return {
    urn: textOf(fields.urn),
    organization: textOf(fields.organization) ?? "",
    project: textOf(fields.project) ?? "",
    stack: textOf(fields.stack) ?? "",
    logicalName: textOf(fields.logicalName) ?? "",
    timeouts: readTimeouts(fields.timeouts),
    importId: textOf(fields.importId),
    inState: fields.stateWasRead === true ? (readInState(fields.inState) ?? null) : undefined,
    otherJobIds: textsOf(fields.otherJobIds),
    replacementTrigger: textOf(fields.replacementTrigger),
    dryRun: typeof fields.dryRun === "boolean" ? fields.dryRun : undefined,
    secrets: textsOf(fields.secrets),
    secretlyNamed: textsOf(fields.secretlyNamed),
    mayBeCreated: textsOf(fields.mayBeCreated),
    triggerProblem: textOf(fields.triggerProblem),
    newJobs: typeof fields.newJobs === "number" ? fields.newJobs : 0,
  };
}

/** The inputs without what only check needs. */
export function withoutCheckPlumbing(inputs: Values): Record<string, unknown> {
  const plumbing = inputs[PLUMBING];
  if (typeof plumbing !== "object" || plumbing === null) return { ...inputs };
  const fields = plumbing as Record<string, unknown>;
  const { dryRun, mayBeCreated, triggerProblem, newJobs, ...kept } = fields;
  return { ...inputs, [PLUMBING]: kept };
}

export function readKeeping(outputs: Values): Keeping {
  const fields = recordOf(outputs[PLUMBING]);
  return {
    timeouts: readTimeouts(fields.timeouts),
    ...withText("lateCreateTimeout", fields.lateCreateTimeout),
    nameGiven: fields.nameGiven === true,
    importedIds: importedIdsOf(fields),
    taken: textsOf(fields.taken),
    mark: textOf(fields.mark),
    endpoint: textOf(fields.endpoint),
    keyHash: textOf(fields.keyHash),
    secrets: textsOf(fields.secrets),
    isSearchOpen: fields.isSearchOpen === true,
    source: readSource(fields.source),
    ...(fields.isSourceOpen === true ? { isSourceOpen: true } : {}),
    isExternal: fields.isExternal === true,
  };
}

/** Ids that an entry of the state has recorded as imported. Release 0.1.0 kept the last one only. */
export function importedIdsOf(fields: Values): readonly string[] {
  const last = textOf(fields.importId);
  return [...new Set([...textsOf(fields.importedIds), ...(last === undefined ? [] : [last])])];
}

function readSource(value: unknown): SourceRecord | undefined {
  const fields = recordOf(value);
  const { count, newestMs } = fields;
  if (typeof count !== "number" || typeof newestMs !== "number") return undefined;
  return { count, newestMs, isOutdated: fields.isOutdated === true };
}

function readTimeouts(value: unknown): Timeouts {
  const fields = recordOf(value);
  return {
    create: textOf(fields.create),
    update: textOf(fields.update),
    delete: textOf(fields.delete),
  };
}

function readInState(value: unknown): InState | undefined {
  const fields = recordOf(value);
  const id = textOf(fields.id);
  if (id === undefined) return undefined;
  return {
    id,
    createdAt: textOf(fields.createdAt) ?? null,
    importedIds: textsOf(fields.importedIds),
    ...(fields.taken === undefined ? {} : { taken: recordOf(fields.taken) }),
  };
}

function recordOf(value: unknown): Values {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Values)
    : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function withText<Name extends string>(name: Name, value: unknown): { [name in Name]?: string } {
  const text = textOf(value);
  return (text === undefined ? {} : { [name]: text }) as { [name in Name]?: string };
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
