import * as pulumi from "@pulumi/pulumi";

interface Plan {
  newRuns: number;
  /** Resources whose registration has not been answered. */
  open: number;
  said: number;
}

const planOfRun = new WeakMap<object, Plan>();

/**
 * Runs cost money: a preview says on the stack how many the update will start. An id that is
 * unknown in a preview is that of a run to be made. Said once all that the program has registered
 * so far is answered.
 */
export function countPlannedRun(id: pulumi.Output<string>): void {
  const run = pulumi.runtime.getStackResource();
  if (!pulumi.runtime.isDryRun() || run === undefined) return;
  const plan = planOfRun.get(run) ?? { newRuns: 0, open: 0, said: 0 };
  planOfRun.set(run, plan);
  plan.open += 1;
  const { isKnown } = id as { isKnown?: Promise<boolean> };
  const counted = (isKnown ?? Promise.resolve(true)).then(
    (known) => {
      if (!known) plan.newRuns += 1;
    },
    () => {},
  );
  void counted.then(() => {
    plan.open -= 1;
    if (plan.open === 0) setImmediate(say, plan);
  });
}

function say(plan: Plan): void {
  if (plan.open > 0 || plan.newRuns === plan.said) return;
  plan.said = plan.newRuns;
  const runs = plan.newRuns === 1 ? "one new task run" : `${plan.newRuns} new task runs`;
  void pulumi.log.info(`this update will start ${runs}`);
}
