import type { Family } from "../domain/family";
import { isSameId } from "../domain/job";
import { isNclueError, isNotFound, NclueError, whileDoing } from "../kernel/errors";
import { printable } from "../kernel/text";
import { isIdShaped, isMeant } from "../lifecycle/findJob";
import { describeJob } from "../lifecycle/jobWords";
import { isOwnFault } from "../nclue/jobs/unknownId";
import type { Cli } from "./cli";
import { ALL_FAMILIES } from "./familyWords";
import type { FoundJob } from "./jobFacts";
import { readList } from "./readList";

/**
 * The jobs that a person means, each by its id or its name. What looks like an id is asked for in one
 * family after the other; all else is looked up in the lists of all families, since an id may have
 * any form, and several jobs may have the same name.
 *
 * @throws NclueError `job-gone`, or `several-jobs`, which lists them
 */
export async function findJobs(
  cli: Cli,
  idsOrNames: readonly string[],
  families: readonly Family[] = ALL_FAMILIES,
): Promise<readonly FoundJob[]> {
  const texts = [...new Set(idsOrNames)];
  const byId = await cli.activity.during(
    () => "looking up jobs by their ids",
    () => Promise.all(texts.map((text) => findById(cli, text, families))),
  );
  const isAnyMissing = byId.some((found) => found === undefined);
  const listed = isAnyMissing ? await listAll(cli, families) : [];
  const found = texts.map((text, n) => byId[n] ?? theOnlyOne(text, listed, families));
  const unique = new Map(found.map((each) => [`${each.family.name} ${each.job.id}`, each]));
  return [...unique.values()];
}

/**
 * Ids are looked up together: one page shows a hundred jobs. A service that fails at an id may do so
 * because the family has no job of it, so the other families are asked too, once each.
 *
 * @throws NclueError the first such failure, where no family has the job
 */
async function findById(
  cli: Cli,
  text: string,
  families: readonly Family[],
): Promise<FoundJob | undefined> {
  if (!isIdShaped(text)) return undefined;
  const { jobs } = cli.context.clients();
  let failure: NclueError | undefined;
  for (const family of families) {
    const ofFamily = jobs[family.name];
    try {
      const sighting = await (failure === undefined
        ? ofFamily.lookUp(text, cli.interrupted)
        : ofFamily.ask(text, cli.interrupted, 1));
      if (sighting.kind === "seen") return { family, job: sighting.job };
    } catch (error) {
      if (cli.interrupted.aborted) throw cli.interrupted.reason;
      if (isNotFound(error)) continue;
      const told = whileDoing(`looking up ${family.noun} ${text}`, error);
      if (!isOwnFault(error)) throw isNclueError(error) ? told : error;
      failure ??= told;
    }
  }
  if (failure !== undefined) throw failure;
  return undefined;
}

async function listAll(cli: Cli, families: readonly Family[]): Promise<readonly FoundJob[]> {
  const found: FoundJob[] = [];
  for (const family of families) {
    const jobs = await readList(cli, family);
    found.push(...jobs.map((job) => ({ family, job })));
  }
  return found;
}

function theOnlyOne(
  text: string,
  listed: readonly FoundJob[],
  families: readonly Family[],
): FoundJob {
  const noun = nounOf(families);
  const shown = isIdShaped(text) ? text : `"${printable(text)}"`;
  const doing = `looking up ${noun} ${shown}`;
  const found = listed.filter(({ job }) => isMeant(job, text));
  const [first, second] = found;
  if (first === undefined) {
    const [verb, what] = isIdShaped(text) ? ["knows", "id"] : ["lists", "name or id"];
    throw new NclueError("job-gone", {
      doing,
      cause: `the service ${verb} no ${noun} of this ${what}`,
      remedy: `check it, and that address and keys are those of the account that has the ${noun}`,
    });
  }
  if (second === undefined) return first;
  const what = found.some(({ job }) => isSameId(job.id, text)) ? "name or id" : "name";
  const isMixed = found.some(({ family }) => family !== first.family);
  throw new NclueError(
    "several-jobs",
    {
      doing,
      cause: `${found.length} jobs have the ${what}`,
      details: found.map(({ family, job }) => describeJob(family, job)),
      remedy: `name the one that is meant by its id${isMixed ? ", or give --family" : ""}`,
    },
    { jobIds: found.map(({ job }) => job.id) },
  );
}

function nounOf(families: readonly Family[]): string {
  if (families.length === ALL_FAMILIES.length) return "job";
  const nouns = families.map(({ noun }) => noun);
  const last = nouns.pop() ?? "job";
  return nouns.length === 0 ? last : `${nouns.join(", ")} or ${last}`;
}
