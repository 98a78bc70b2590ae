/**
 * The one input, `__nclue`, in which the class hands on what the engine never tells a dynamic
 * provider, and the one output of the same name, in which create leaves what later verbs need.
 * (The engine does not show properties that start with `__`.) Both are read tolerantly: they may
 * come from an older release, from a hand-edited state, or be missing.
 */
export const PLUMBING = "__nclue";

/** What the state held under the resource's URN before this update. */
export interface HeldRun {
  readonly id: string;
  readonly createdAt: string | null;
}

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
  /** `undefined` where the state could not be read. */
  readonly held: HeldRun | null | undefined;
  /** Runs that the state holds under other URNs with the same logical name. */
  readonly otherRunIds: readonly string[];
  /** A digest of the resource option `replacementTrigger`. */
  readonly replacementTrigger: string | undefined;
}

/** What only check needs; it takes these out, so that a preview's inputs equal the update's. */
export interface CheckPlumbing {
  readonly dryRun: boolean | undefined;
  /** Arguments whose value must not be shown. */
  readonly secrets: readonly string[];
  /** The bucket may be made by the same program. */
  readonly bucketMayBeMade: boolean;
}

/** What create leaves in the outputs. */
export interface RunRecordKeeping {
  readonly timeouts: Timeouts;
  /** Whether the program gave the name. */
  readonly nameGiven: boolean;
  /** The import option's id at the time of create. */
  readonly importId: string | undefined;
  /** Arguments that an import took from the service because the program gives none. */
  readonly taken: readonly string[];
  /** Unlike for each create: tells an entry of the state from another one of the same run. */
  readonly mark: string | undefined;
  /** Where the run was made, and a short hash of the access key that made it. */
  readonly endpoint: string | undefined;
  readonly keyHash: string | undefined;
}

type Values = Readonly<Record<string, unknown>>;

export function readPlumbing(inputs: Values): Plumbing & CheckPlumbing {
  const fields = recordOf(inputs[PLUMBING]);
  const secrets = textsOf(fields.secrets);
  return {
    urn: textOf(fields.urn),
    organization: textOf(fields.organization) ?? "",
    project: textOf(fields.project) ?? "",
    stack: textOf(fields.stack) ?? "",
    logicalName: textOf(fields.logicalName) ?? "",
    timeouts: readTimeouts(fields.timeouts),
    importId: textOf(fields.importId),
    held: fields.stateWasRead === true ? (readHeld(fields.held) ?? null) : undefined,
    otherRunIds: textsOf(fields.otherRunIds),
    replacementTrigger: textOf(fields.replacementTrigger),
    dryRun: typeof fields.dryRun === "boolean" ? fields.dryRun : undefined,
    secrets,
    bucketMayBeMade: fields.bucketMayBeMade === true,
  };
}

/** The inputs without what only check needs. */
export function withoutCheckPlumbing(inputs: Values): Record<string, unknown> {
  const plumbing = inputs[PLUMBING];
  if (typeof plumbing !== "object" || plumbing === null) return { ...inputs };
  const { dryRun, secrets, bucketMayBeMade, ...kept } = plumbing as Record<string, unknown>;
  return { ...inputs, [PLUMBING]: kept };
}

export function readRecordKeeping(outputs: Values): RunRecordKeeping {
  const fields = recordOf(outputs[PLUMBING]);
  return {
    timeouts: readTimeouts(fields.timeouts),
    nameGiven: fields.nameGiven === true,
    importId: textOf(fields.importId),
    taken: textsOf(fields.taken),
    mark: textOf(fields.mark),
    endpoint: textOf(fields.endpoint),
    keyHash: textOf(fields.keyHash),
  };
}

function readTimeouts(value: unknown): Timeouts {
  const fields = recordOf(value);
  return {
    create: textOf(fields.create),
    update: textOf(fields.update),
    delete: textOf(fields.delete),
  };
}

function readHeld(value: unknown): HeldRun | undefined {
  const fields = recordOf(value);
  const id = textOf(fields.id);
  return id === undefined ? undefined : { id, createdAt: textOf(fields.createdAt) ?? null };
}

function recordOf(value: unknown): Values {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Values)
    : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
