import { NO_RESULT, type ResultObject } from "../domain/outputs";
import { isCompleted } from "../domain/status";
import { findResultOf } from "../lifecycle/findResultOf";
import type { Cli } from "./cli";
import type { FoundJob } from "./jobFacts";

/** Searches of Object Storage at once. */
const AT_ONCE = 8;

/**
 * The result objects of completed jobs, by the jobs' ids. Object Storage is asked only about these,
 * and only where a bucket can be reached.
 */
export async function resultsOfJobs(
  cli: Cli,
  found: readonly FoundJob[],
): Promise<ReadonlyMap<string, ResultObject>> {
  const results = new Map<string, ResultObject>();
  const waiting = found.filter(({ family, job }) => family.result && isCompleted(job.status));
  const total = waiting.length;
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      results.set(next.job.id, await findOne(cli, next));
    }
  };
  await cli.activity.during(
    () => `looking for results, ${results.size} of ${total}`,
    () => Promise.all(Array.from({ length: AT_ONCE }, work)),
  );
  if (cli.interrupted.aborted) throw cli.interrupted.reason;
  return results;
}

async function findOne(cli: Cli, { family, job }: FoundJob): Promise<ResultObject> {
  const clients = cli.context.clients();
  const bucket = job.fields[family.result?.bucket ?? ""];
  if (typeof bucket !== "string") return NO_RESULT;
  const state = await clients.buckets.read(bucket, true).catch(() => undefined);
  if (state?.kind !== "exists") return NO_RESULT;
  return findResultOf(clients, cli.clock, family, job, cli.interrupted);
}
