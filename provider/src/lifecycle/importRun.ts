import type { RunArguments } from "../domain/arguments";
import { differences } from "../domain/namesakes";
import type { Plumbing } from "../domain/plumbing";
import { NclueError, whileDoing } from "../kernel/errors";
import type { RunRecord } from "../nclue/wire";
import { quoted, sayAdopted } from "./describeRun";
import { readRun } from "./readRun";
import type { RunContext } from "./runContext";

/** An import of what the state holds already is a re-run of it. */
export function isImport(plumbing: Plumbing): plumbing is Plumbing & { importId: string } {
  return plumbing.importId !== undefined && plumbing.importId !== plumbing.held?.id;
}

/** Adopts the run that the resource option `import` names, after comparing it. */
export async function importRun(
  ctx: RunContext,
  args: RunArguments,
  plumbing: Plumbing & { importId: string },
): Promise<RunRecord> {
  const { directory } = ctx.account();
  const doing = `importing task run ${plumbing.importId}`;
  try {
    const run = await runToImport(ctx, plumbing.importId);
    // check has shown the values, and knows which of them must not be shown.
    const problems = importProblems(run, args, () => true);
    if (problems.length > 0) {
      throw new NclueError("import-differs", {
        doing,
        cause: problems.map(({ argument, text }) => `${argument} ${text}`).join("; "),
        remedy: "make the arguments equal to the run, or take the import option out",
      });
    }
    directory.add(run);
    sayAdopted(ctx, run, plumbing);
    return run;
  } catch (error) {
    throw whileDoing(doing, error);
  }
}

/** @throws NclueError what the service says, the 404 of a run that it does not know included. */
export async function runToImport(ctx: RunContext, runId: string): Promise<RunRecord> {
  const sighting = await readRun(ctx, runId);
  if (sighting.kind === "missing") throw sighting.error;
  return sighting.run;
}

export interface ImportProblem {
  readonly argument: string;
  readonly text: string;
}

/** Every field in which a run differs from what the program gives; what it does not give is taken. */
export function importProblems(
  run: RunRecord,
  args: RunArguments,
  isSecret: (argument: string) => boolean,
): readonly ImportProblem[] {
  const name =
    args.name === undefined || args.name === run.name
      ? []
      : [{ argument: "name" as const, atService: run.name, inProgram: args.name }];
  return [...name, ...differences(run, args)]
    .filter(({ inProgram }) => inProgram !== null)
    .map(({ argument, atService, inProgram }) => ({
      argument,
      text: isSecret(argument)
        ? "is another one at the service than in the program"
        : `is ${quoted(atService)} at the service and ${quoted(inProgram)} in the program`,
    }));
}
