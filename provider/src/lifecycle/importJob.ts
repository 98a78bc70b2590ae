import type { Declaration } from "../domain/declaration";
import type { Family } from "../domain/family";
import type { FieldValue } from "../domain/field";
import { includesId, type Job } from "../domain/job";
import { isSameName } from "../domain/jobName";
import { differences } from "../domain/namesakes";
import { NclueError, whileDoing } from "../kernel/errors";
import { isUnknownId } from "./confirmGone";
import type { JobContext } from "./jobContext";
import { describeJob, quoted } from "./jobWords";
import { remedyForOthers } from "./nameErrors";
import { claimJob, heldByOthers } from "./owners";
import { readJob } from "./readJob";

/** Adopts the job that the resource option `import` names, after comparing it. */
export async function importJob(
  ctx: JobContext,
  declaration: Declaration,
  id: string,
): Promise<Job> {
  const { family, plumbing } = declaration;
  const doing = `importing ${family.noun} ${id}`;
  try {
    refuseMalformedId(family, id);
    refuseOthersJob(ctx, declaration, id);
    claimJob(ctx, declaration, id);
    const job = await jobToImport(ctx, declaration, id);
    // check has shown the values, and knows which of them must not be shown.
    const problems = importProblems(job, declaration, () => true);
    if (problems.length > 0) {
      throw new NclueError("import-differs", {
        doing,
        cause: problems.map(({ argument, text }) => `${argument} ${text}`).join("; "),
        remedy: `make the arguments equal to the ${family.short}, or take the import option out`,
      });
    }
    ctx.log.info(
      `adopted ${describeJob(family, job)}; no new ${family.short} was started`,
      plumbing.urn,
    );
    return job;
  } catch (error) {
    throw whileDoing(doing, error);
  }
}

/** @throws NclueError what the service says; for an id that does not exist, what to do */
export async function jobToImport(
  ctx: JobContext,
  declaration: Declaration,
  id: string,
): Promise<Job> {
  const { family } = declaration;
  refuseMalformedId(family, id);
  refuseOthersJob(ctx, declaration, id);
  const sighting = await readJob(ctx, family, id);
  if (sighting.kind === "seen") return sighting.job;
  if (!(await isUnknownId(ctx, family, id, sighting.error))) throw sighting.error;
  throw new NclueError(
    "job-gone",
    {
      doing: `importing ${family.noun} ${id}`,
      cause: `there is no ${family.noun} ${id}: ${sighting.error.text.cause}`,
      remedy: wayOutOfImport(family),
    },
    sighting.error.facts,
  );
}

/** A path would read "." and ".." in its own way, and nobody sees a blank at the end of an id. */
function refuseMalformedId(family: Family, id: string): void {
  const isDots = id === "." || id === "..";
  if (!isDots && id.trim() === id && id !== "") return;
  throw new NclueError("job-gone", {
    doing: `importing ${family.noun} ${quoted(id)}`,
    cause: isDots ? "that is no id" : "an id has no blanks before or after it",
    remedy: "write the id as the service shows it",
  });
}

function refuseOthersJob(ctx: JobContext, declaration: Declaration, id: string): void {
  if (!includesId(heldByOthers(ctx, declaration), id)) return;
  throw new NclueError("name-taken", {
    doing: `importing ${declaration.family.noun} ${id}`,
    cause: "another resource of this stack holds it",
    remedy: `take the import option out here; ${remedyForOthers(declaration.family, "run it again")}`,
  });
}

function wayOutOfImport({ noun }: Family): string {
  return (
    `check the id, and that address and keys are those of its account; if the ${noun} was deleted, ` +
    "take the import option out of the program, and a new one is created"
  );
}

export interface ImportProblem {
  readonly argument: string;
  readonly text: string;
}

/** Every field in which a job differs from what the program gives; what it does not give is taken. */
export function importProblems(
  job: Job,
  declaration: Declaration,
  isSecret: (argument: string) => boolean,
): readonly ImportProblem[] {
  const { name } = declaration;
  const isOtherName = name !== undefined && job.name !== null && !isSameName(name, job.name);
  const ownName = isOtherName
    ? [{ argument: "name", atService: job.name ?? "", inProgram: name }]
    : [];
  return [...ownName, ...differences(job, declaration)].map(
    ({ argument, atService, inProgram }) => ({
      argument,
      text: isSecret(argument)
        ? "differs between the service and the program"
        : `is ${shown(atService)} at the service and ${shown(inProgram)} in the program`,
    }),
  );
}

function shown(value: FieldValue): string {
  return quoted(typeof value === "string" ? value : value.join(", "));
}
