import * as pulumi from "@pulumi/pulumi";
import { FAMILY_NAMES, type Family, type FamilyName } from "../domain/family";

interface Plan {
  readonly newJobs: Map<FamilyName, { readonly family: Family; count: number }>;
  /** Resources whose registration has not been answered. */
  open: number;
  said: string;
}

const planOfRun = new WeakMap<object, Plan>();

/**
 * Jobs cost money: a preview says on the stack how many the update will start. An id that is unknown
 * in a preview is that of a job to be created; what the engine leaves out (`--target`) has an id that
 * fails. Said once all that the program has registered so far is answered.
 */
export function countPlannedJob(family: Family, id: pulumi.Output<string>): void {
  const run = pulumi.runtime.getStackResource();
  if (!pulumi.runtime.isDryRun() || run === undefined) return;
  const plan = planOfRun.get(run) ?? { newJobs: new Map(), open: 0, said: "" };
  planOfRun.set(run, plan);
  plan.open += 1;
  const { isKnown } = id as { isKnown?: Promise<boolean> };
  const counted = (isKnown ?? Promise.resolve(true)).then(
    (known) => {
      if (!known) addTo(plan, family);
    },
    () => {},
  );
  void counted.then(() => {
    plan.open -= 1;
    if (plan.open === 0) setImmediate(say, plan);
  });
}

function addTo({ newJobs }: Plan, family: Family): void {
  const entry = newJobs.get(family.name) ?? { family, count: 0 };
  entry.count += 1;
  newJobs.set(family.name, entry);
}

function say(plan: Plan): void {
  const text = describePlan(plan.newJobs);
  if (plan.open > 0 || text === plan.said) return;
  plan.said = text;
  void pulumi.log.info(text);
}

/** `this update will start 1 new feature, 1 new task and 2 new task runs` */
function describePlan(newJobs: Plan["newJobs"]): string {
  const parts = FAMILY_NAMES.flatMap((name) => {
    const entry = newJobs.get(name);
    if (entry === undefined) return [];
    const { family, count } = entry;
    return `${count} new ${count === 1 ? family.noun : family.nouns}`;
  });
  if (parts.length === 0) return "";
  const last = parts.pop();
  return `this update will start ${parts.length === 0 ? last : `${parts.join(", ")} and ${last}`}`;
}
