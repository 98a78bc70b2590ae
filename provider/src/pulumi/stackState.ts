import * as pulumi from "@pulumi/pulumi";
import { families } from "../domain/families";
import { type Family, type FamilyName, idOutput } from "../domain/family";
import { isSameId } from "../domain/job";
import { isSameNameInAnyCase } from "../domain/jobName";
import { type InState, importedIdsOf, PLUMBING } from "../domain/plumbing";
import { TYPE_TOKENS } from "./typeTokens";

/** Marks the plumbing of a resource that is only read: it does not own the job that it shows. */
export const READ_ONLY_MARK = { isExternal: true } as const;

/** The stack's resources by URN, as they were before this update. */
type StackState = Readonly<Record<string, { type?: unknown; outputs?: Outputs }>>;
type Outputs = Readonly<Record<string, unknown>>;

/** Which of the stack's jobs a resource has to know of. */
export interface StateQuestion {
  readonly family: Family;
  /** The resource's URN, then those that it had before (`aliases`). */
  readonly urns: readonly string[];
  readonly logicalName: string;
  /** The name that the program gives, where it is known. */
  readonly name?: string | undefined;
  readonly importId: string | undefined;
  /** Whether it may take over a job by a name, which a transform may set. */
  readonly mayAdopt?: boolean;
  /** Its arguments, as far as they are known. */
  readonly args?: Outputs;
  /** Outputs that must not be shown, as the resource's options say. */
  readonly hidden?: readonly string[] | undefined;
  /** The ids of jobs that it is created from, by family, as far as they are known. */
  readonly parents?: readonly (readonly [FamilyName, string])[];
}

export interface StateFacts {
  readonly stateWasRead: boolean;
  readonly inState?: InState | undefined;
  readonly otherJobIds?: readonly string[];
  /** Ids of parents whose name is secret. */
  readonly secretlyNamed?: readonly string[];
}

/**
 * What the state holds under a resource's own URN, and which jobs of other resources could be taken
 * for its own: those with the same logical name (their generated names may be equal), those with the
 * given name, those of the same content (the service may tell no names), the one to import, and all
 * where it may adopt. All others are left out: in a stack of hundreds of resources each would carry the
 * ids of all.
 */
export async function readStackState(question: StateQuestion): Promise<StateFacts> {
  const state = await stateOfThisRun();
  if (state === undefined) return { stateWasRead: false };
  const { family, urns } = question;
  const jobs = jobsIn(state, family);
  const own = urns.map((urn) => jobs.get(urn)).find((job) => job !== undefined);
  const otherJobIds = [...jobs.values()]
    .filter((job) => job !== own && (question.mayAdopt || mayBeTakenFor(job, question)))
    .map(({ id }) => id);
  const secretlyNamed = (question.parents ?? []).flatMap(([parent, id]) => {
    const held = [...jobsIn(state, families[parent]).values()].find((job) => isSameId(job.id, id));
    return held?.isSecretlyNamed ? [id] : [];
  });
  return {
    stateWasRead: true,
    inState: own && inStateOf(own, question),
    otherJobIds: [...new Set(otherJobIds)],
    secretlyNamed: [...new Set(secretlyNamed)],
  };
}

function inStateOf(
  { id, createdAt, importedIds, taken }: HeldJob,
  { hidden = [] }: StateQuestion,
): InState {
  const shown = Object.entries(taken).filter(([name]) => !hidden.includes(name));
  const facts = { id, createdAt, importedIds };
  return shown.length === 0 ? facts : { ...facts, taken: Object.fromEntries(shown) };
}

/** Whether `import` names a job that the state does not hold, nor held before: that one costs nothing. */
export async function isFirstImport(question: StateQuestion): Promise<boolean> {
  const { inState } = await readStackState(question);
  const { importId } = question;
  if (importId === undefined) return false;
  const { id, importedIds } = inState ?? { id: "", importedIds: [] };
  return ![id, ...importedIds].some((known) => isSameId(known, importId));
}

/** Whether the state holds a job under one of these URNs; `undefined` where it cannot be read. */
export async function isInState(
  family: Family,
  urns: readonly string[],
): Promise<boolean | undefined> {
  const state = await stateOfThisRun();
  if (state === undefined) return undefined;
  const jobs = jobsIn(state, family);
  return urns.some((urn) => jobs.has(urn));
}

interface HeldJob extends InState {
  readonly urn: string;
  readonly name: unknown;
  readonly outputs: Outputs;
  readonly taken: Outputs;
  readonly isSecretlyNamed: boolean;
}

function mayBeTakenFor(job: HeldJob, question: StateQuestion): boolean {
  const { logicalName, name, importId } = question;
  return (
    job.urn.endsWith(`::${logicalName}`) ||
    (importId !== undefined && isSameId(job.id, importId)) ||
    (name !== undefined && typeof job.name === "string" && isSameNameInAnyCase(job.name, name)) ||
    hasSameContent(job.outputs, question)
  );
}

/** Whether all fields that are known on both sides say the same, and some are. */
function hasSameContent(outputs: Outputs, { family, args = {} }: StateQuestion): boolean {
  const life = { status: null, createdAt: null, completedAt: null };
  const compared = Object.entries(family.fields).flatMap(([argument, field]) => {
    const [asked, there] = [field.read(args[argument]), field.read(outputs[argument])];
    return asked === undefined || there === undefined ? [] : [field.isSame(asked, there, life)];
  });
  return compared.length > 0 && compared.every((isSame) => isSame);
}

const jobsOfState = new WeakMap<StackState, Map<string, ReadonlyMap<string, HeldJob>>>();

/** The jobs of a family that resources of the stack own, by URN. */
function jobsIn(state: StackState, family: Family): ReadonlyMap<string, HeldJob> {
  const byFamily = jobsOfState.get(state) ?? new Map<string, ReadonlyMap<string, HeldJob>>();
  jobsOfState.set(state, byFamily);
  const known = byFamily.get(family.name);
  if (known !== undefined) return known;
  const jobs = new Map<string, HeldJob>();
  for (const [urn, { type, outputs = {} }] of Object.entries(state)) {
    if (type !== TYPE_TOKENS[family.name]) continue;
    const job = heldJob(family, urn, outputs);
    if (job !== undefined) jobs.set(urn, job);
  }
  byFamily.set(family.name, jobs);
  return jobs;
}

function heldJob(family: Family, urn: string, outputs: Outputs): HeldJob | undefined {
  const { [idOutput(family)]: id, [PLUMBING]: plumbing, createdAt, name } = outputs;
  const stored = typeof plumbing === "object" && plumbing !== null ? (plumbing as Outputs) : {};
  if (typeof id !== "string" || stored.isExternal === true) return undefined;
  return {
    urn,
    id,
    createdAt: typeof createdAt === "string" ? createdAt : null,
    importedIds: importedIdsOf(stored),
    name,
    outputs,
    taken: takenOf(outputs, stored),
    isSecretlyNamed: Array.isArray(stored.secrets) && stored.secrets.includes("name"),
  };
}

/** What an import took from the service, where that is something. */
function takenOf(outputs: Outputs, { taken }: Outputs): Outputs {
  const names = Array.isArray(taken) ? taken.map(String) : [];
  const entries = names.map((name) => [name, outputs[name] ?? null] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== null));
}

/** One call for each program run; several inline programs may run in one process. */
const stateOfRun = new WeakMap<object, Promise<StackState | undefined>>();

function stateOfThisRun(): Promise<StackState | undefined> {
  const run = pulumi.runtime.getStackResource();
  const known = run === undefined ? undefined : stateOfRun.get(run);
  if (known !== undefined) return known;
  const stackName = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const state = pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", { stackName }).then(
    (result: { outputs?: StackState }) => result.outputs,
    () => undefined,
  );
  if (run !== undefined) stateOfRun.set(run, state);
  return state;
}
