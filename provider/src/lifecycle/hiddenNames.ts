import type { Declaration } from "../domain/declaration";
import { nameMeasure } from "../domain/family";
import { includesId, type Job } from "../domain/job";
import { isMasked } from "../kernel/secretMask";
import type { JobContext } from "./jobContext";

/**
 * The name of a job may be secret, and the service repeats it in each job that is created from that one.
 * A process knows it where it has seen the resource; where it has not (`--target`), the ids of such parents
 * come with the plumbing, and what was masked once stays masked.
 */

/** Takes note of the name of a parent that was read, where it must not be shown. */
export function hideParentName(
  ctx: JobContext,
  { plumbing }: Declaration,
  { id, name }: Pick<Job, "id" | "name">,
): void {
  if (includesId(plumbing.secretlyNamed, id)) ctx.update.secrets.add(name);
}

/** Takes note of the names of parents that the service says of a job. */
export function hideNames(
  ctx: JobContext,
  declaration: Declaration,
  job: Job,
  before: Job = job,
): void {
  for (const argument of Object.keys(declaration.family.fields)) {
    const measure = nameMeasure(argument);
    const [id, name] = [job.fields[argument], job.measures[measure]];
    if (typeof name !== "string") continue;
    if (typeof id === "string") hideParentName(ctx, declaration, { id, name });
    if (isMasked(before.measures[measure]) && !isMasked(name)) ctx.update.secrets.add(name);
  }
}

/** The job as it may be stored and shown. */
export function maskedJob(ctx: JobContext, job: Job, before: Job = job): Job {
  const mask = (text: string) => ctx.update.secrets.mask(text);
  const measures = Object.entries(job.measures).map(([name, value]) => {
    const known = before.measures[name];
    if (isMasked(known)) return [name, known];
    return [name, typeof value === "string" ? mask(value) : value];
  });
  return {
    ...job,
    failMessage: job.failMessage === null ? null : mask(job.failMessage),
    measures: Object.fromEntries(measures),
  };
}
