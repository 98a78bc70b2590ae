import { explainFailure } from "../domain/failures";
import { type Family, nameMeasure } from "../domain/family";
import type { Job } from "../domain/job";
import { printable } from "../kernel/text";

/** How a message names a job, and what it says of a failed one. The only place for these words. */

/** `task run "churn" (f475…)` */
export function nameJob(family: Family, job: Pick<Job, "id" | "name">): string {
  return `${family.noun} ${idWithName(job.name, job.id)}`;
}

/** `task run "churn" (f475…, completed, created 2026-11-24T09:00:00+09:00)` */
export function describeJob(family: Family, { name, id, status, createdAt }: Job): string {
  const known = [id, status, createdAt === null ? null : `created ${createdAt}`];
  const details = known.flatMap((detail) => (detail === null ? [] : printable(detail)));
  return `${family.noun} ${quoted(name)} (${details.join(", ")})`;
}

/** A failed job in words: which one, why, and what to do about it. */
export function describeFailure(
  family: Family,
  job: Job,
): { which: string; cause: string; remedy: string } {
  const { cause, remedy } = explainFailure(job.failMessage);
  const which = [nameJob(family, job), ...parentWords(family, job), "failed"].join(" ");
  return { which, cause: printable(cause), remedy };
}

export function quoted(text: string | null): string {
  return text === null ? "without a name" : `"${printable(text)}"`;
}

/** `"churn" (f475…)`, or the id alone. */
export function idWithName(name: string | null, id: string): string {
  return name === null ? printable(id) : `"${printable(name)}" (${printable(id)})`;
}

/** `of task "churn" (7a1d…)`, `on feature c2f0…` */
function parentWords(family: Family, job: Job): readonly string[] {
  return Object.entries(family.fields).flatMap(([argument, { words }]) => {
    const id = job.fields[argument];
    if (words === undefined || typeof id !== "string") return [];
    const name = job.measures[nameMeasure(argument)];
    return `${words} ${idWithName(typeof name === "string" ? name : null, id)}`;
  });
}
