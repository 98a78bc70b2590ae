import * as pulumi from "@pulumi/pulumi";
import { FAMILY_NAMES, type Family, type FamilyName } from "../domain/family";
import { type Declared, ownUrns } from "./ownUrns";
import { watchSkippedApplies } from "./skippedApplies";
import { isFirstImport } from "./stackState";

/** What a preview knows so far of the jobs that the update will start. */
interface Plan {
  readonly newJobs: Map<FamilyName, { readonly family: Family; count: number }>;
  /** A callback of an `apply` was left out: in the update it may create more. */
  mayBeMore: boolean;
  /** Questions that have yet to be answered. */
  open: number;
  said: string;
}

/** Where a run of a program keeps its plan, so that each loaded copy of this package adds to the same. */
const PLAN = Symbol.for("pulumi-nclue.plan.1");

/**
 * Jobs cost money: a preview says on the stack how many the update will start, once all that the
 * program has registered so far is answered.
 */
export function planJob(resource: pulumi.CustomResource, family: Family, declared: Declared): void {
  const plan = planOfThisRun();
  if (plan === undefined) return;
  watchSkippedApplies(noteApply);
  whenTrue(plan, isNewJob(resource, family, declared), () => {
    const entry = plan.newJobs.get(family.name) ?? { family, count: 0 };
    entry.count += 1;
    plan.newJobs.set(family.name, entry);
  });
}

// From the import of the package on: an apply may come before the first job of the program, or hold all
// of its jobs.
watchSkippedApplies(noteApply);

/** What an `apply` would do once its value is known may be to declare jobs. */
function noteApply(isSkipped: Promise<boolean>): void {
  const plan = planOfThisRun();
  if (plan === undefined) return;
  whenTrue(plan, isSkipped, () => {
    plan.mayBeMore = true;
  });
}

function planOfThisRun(): Plan | undefined {
  const run = pulumi.runtime.getStackResource() as { [PLAN]?: Plan } | undefined;
  if (!pulumi.runtime.isDryRun() || run === undefined) return undefined;
  run[PLAN] ??= { newJobs: new Map(), mayBeMore: false, open: 0, said: "" };
  return run[PLAN];
}

/** The plan is said when its last open question is answered. */
function whenTrue(plan: Plan, answer: Promise<boolean>, act: () => void): void {
  plan.open += 1;
  const answered = answer.then(
    (isTrue) => {
      if (isTrue) act();
    },
    () => {}, // Pulumi reports what failed
  );
  void answered.then(() => {
    plan.open -= 1;
    if (plan.open === 0) setImmediate(say, plan);
  });
}

/**
 * In a preview an unknown id is that of a job to be created. Where all else is unknown too, even the
 * text of the provider, the engine leaves the resource out (`--target`, `--exclude`).
 */
async function isNewJob(
  resource: pulumi.CustomResource,
  family: Family,
  declared: Declared,
): Promise<boolean> {
  const { id, __provider } = resource as unknown as Record<"id" | "__provider", Settling>;
  const [isIdKnown, isIncluded] = await Promise.all([id?.isKnown, __provider?.isKnown]);
  if (isIdKnown !== false || isIncluded === false) return false;
  const { options, name: logicalName } = declared;
  if (options.import === undefined) return true;
  const urns = await ownUrns(declared);
  return !(await isFirstImport({ family, urns, logicalName, importId: options.import }));
}

/** What the SDK's outputs have besides what it documents. */
type Settling = { readonly isKnown?: Promise<boolean> } | undefined;

function say(plan: Plan): void {
  const text = describePlan(plan);
  if (plan.open > 0 || text === plan.said) return;
  plan.said = text;
  void pulumi.log.info(text);
}

const MAY_START =
  "this update may start jobs: the program does more once values are known that this preview lacks";

/** `this update will start 1 new feature, 1 new task and 2 new task runs` */
function describePlan({ newJobs, mayBeMore }: Plan): string {
  const parts = FAMILY_NAMES.flatMap((name) => {
    const entry = newJobs.get(name);
    if (entry === undefined) return [];
    const { family, count } = entry;
    return `${count} new ${count === 1 ? family.noun : family.nouns}`;
  });
  const last = parts.pop();
  if (last === undefined) return mayBeMore ? MAY_START : "";
  const all = parts.length === 0 ? last : `${parts.join(", ")} and ${last}`;
  return `this update will start ${mayBeMore ? "at least " : ""}${all}`;
}
