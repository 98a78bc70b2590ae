import * as pulumi from "@pulumi/pulumi";
import type { Family } from "../domain/family";
import { type Declared, ownUrns } from "./ownUrns";
import { isInState } from "./stackState";

/** By run of a program: the jobs that it has declared so far and that the state does not hold. */
const newJobsOfRun = new WeakMap<object, { count: number }>();

/**
 * Counts a job of an update that is not in the state. The plugin cannot know of those that the engine
 * has yet to ask for.
 */
export function countNewJob(family: Family, declared: Declared): void {
  const newJobs = newJobsOfThisRun();
  if (newJobs === undefined) return;
  void ownUrns(declared)
    .then((urns) => isInState(family, urns))
    .then(
      (isHeld) => {
        if (isHeld === false) newJobs.count += 1;
      },
      () => {}, // Pulumi reports what failed
    );
}

/** How many there are, once what the program declares in one go is counted. */
export async function newJobsSoFar(): Promise<number | undefined> {
  const newJobs = newJobsOfThisRun();
  if (newJobs === undefined) return undefined;
  await new Promise((resolve) => setImmediate(resolve));
  return newJobs.count;
}

function newJobsOfThisRun(): { count: number } | undefined {
  const run = pulumi.runtime.getStackResource();
  if (pulumi.runtime.isDryRun() || run === undefined) return undefined;
  const newJobs = newJobsOfRun.get(run) ?? { count: 0 };
  newJobsOfRun.set(run, newJobs);
  return newJobs;
}
