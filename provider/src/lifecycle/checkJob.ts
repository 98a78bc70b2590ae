import {
  argumentProblems,
  argumentsOf,
  isAbsent,
  isSameArgument,
  replacingArgumentsOf,
} from "../domain/arguments";
import { containsUnknown } from "../domain/containsUnknown";
import {
  type Declaration,
  givenInputs,
  isImport,
  isSecret,
  readDeclaration,
} from "../domain/declaration";
import { includesId } from "../domain/job";
import type { JobDiff } from "../domain/jobDiff";
import { PLUMBING, readKeeping, readPlumbing, withoutCheckPlumbing } from "../domain/plumbing";
import type { ArgumentProblem } from "../domain/problem";
import { timeoutProblems } from "../domain/timeouts";
import { isNclueError, NclueError } from "../kernel/errors";
import { importProblems, jobToImport } from "./importJob";
import type { JobContext } from "./jobContext";
import { quoted } from "./jobWords";
import { type Finding, verify } from "./verify";

type Values = Readonly<Record<string, unknown>>;

export interface CheckFailure {
  /** Empty where the argument is secret: the engine prints the value of the one that is named. */
  readonly property: string;
  readonly reason: string;
}

export interface Checked {
  readonly inputs: Record<string, unknown>;
  readonly failures: readonly CheckFailure[];
}

/**
 * All problems of all arguments at once: first the rules, then what the arguments name, then the job to
 * import. For a job that stays, rules and look-ups apply to what differs from `olds`; for a new one, to
 * everything, also where it replaces another: that one may have to be deleted first.
 */
export async function checkJob(
  ctx: JobContext,
  declaration: Declaration,
  olds: Values,
): Promise<Checked> {
  const { inputs, plumbing } = declaration;
  const report = new CheckReport(ctx, declaration);
  const isChanged = changesSince(declaration, olds);
  const isNew = asksForNewJob(declaration, olds, isChanged);
  const isChecked = (argument: string) => isNew || isChanged(argument);

  const problems = argumentProblems(declaration.family, inputs, isChecked, ctx.isUnknown);
  // What an imported job has already needs no advice, and no money is spent on it.
  const isTaken = (argument: string) => isImport(declaration) && isAbsent(inputs[argument]);
  for (const problem of problems) {
    if (problem.severity === "error" || !isTaken(problem.argument)) report.problem(problem);
  }
  if (plumbing.triggerProblem !== undefined) report.fail("triggers", plumbing.triggerProblem);
  for (const text of timeoutProblems(plumbing.timeouts)) report.fail("customTimeouts", text);

  const isBroken = (argument: string) =>
    problems.some((problem) => problem.argument === argument && problem.severity === "error");
  const isVerified = (argument: string) => isChecked(argument) && !isBroken(argument);
  const { isPreview } = ctx.update;
  const options = { isVerified, isPreview };
  const findings = isImport(declaration) ? [] : await verify(ctx, declaration, options);
  for (const finding of findings) report.finding(finding);
  if (report.failures.length === 0) await checkImport(ctx, declaration, olds, report);
  if (isNew) sayCarried(ctx, declaration);
  return { inputs: withoutCheckPlumbing(givenInputs(declaration)), failures: report.failures };
}

function changesSince(
  { family, inputs, carried }: Declaration,
  olds: Values,
): (argument: string) => boolean {
  const before = readDeclaration(family, olds).inputs;
  return (argument) =>
    !carried.includes(argument) &&
    !isSameArgument(family, argument, before[argument], inputs[argument]);
}

/** Whether the engine will ask for a new job, as far as the program alone decides it. */
function asksForNewJob(
  { family, plumbing }: Declaration,
  olds: Values,
  isChanged: (argument: string) => boolean,
): boolean {
  if (olds[PLUMBING] === undefined) return true; // also under --replace
  const { replacementTrigger: before } = readPlumbing(olds);
  const now = plumbing.replacementTrigger;
  const isTriggered = before !== undefined && now !== undefined && before !== now;
  return isTriggered || replacingArgumentsOf(family).some(isChanged);
}

/** Failures for the engine, and warnings on the resource's row. */
class CheckReport {
  readonly failures: CheckFailure[] = [];
  private readonly known: ReadonlySet<string>;

  constructor(
    private readonly ctx: JobContext,
    private readonly declaration: Declaration,
  ) {
    this.known = new Set(argumentsOf(declaration.family));
  }

  problem({ argument, severity, text, secretText }: ArgumentProblem): void {
    const shown = this.isHidden(argument) ? (secretText ?? text) : text;
    if (severity === "error") this.fail(argument, shown);
    else this.warn(`${argument} ${shown}`);
  }

  finding({ argument, text, certainty }: Finding): void {
    const isOnlyWarned = certainty !== "proven" && this.ctx.update.isPreview;
    if (isOnlyWarned) this.warn(`${withArgument(argument, text)}. The update checks again`);
    else this.fail(argument, text);
  }

  obstacle({ argument, text }: Finding): void {
    this.warn(`the new job cannot be created like this: ${withArgument(argument, text)}`);
  }

  fail(argument: string | undefined, text: string): void {
    const reason = this.ctx.update.secrets.mask(text);
    const isShown = argument !== undefined && this.known.has(argument) && !this.isHidden(argument);
    if (isShown) this.failures.push({ property: argument, reason });
    else this.failures.push({ property: "", reason: withArgument(argument, reason) });
  }

  warn(text: string): void {
    this.ctx.log.warn(text, this.declaration.plumbing.urn);
  }

  private isHidden(argument: string): boolean {
    return isSecret(this.declaration, argument);
  }
}

/** A new job keeps what the import of an earlier one took: the program does not show it. */
function sayCarried(ctx: JobContext, { family, fields, carried, plumbing }: Declaration): void {
  if (carried.length === 0) return;
  const values = carried.map((argument) => `${argument} ${quoted(String(fields[argument]))}`);
  ctx.log.info(
    `the new ${family.short} keeps what the import took from the service: ${values.join(", ")}. ` +
      "Write it into the program, or give another",
    plumbing.urn,
  );
}

/** Finds out before anything is sent whether the job that `import` names can be taken over. */
async function checkImport(
  ctx: JobContext,
  declaration: Declaration,
  olds: Values,
  report: CheckReport,
): Promise<void> {
  if (!isImport(declaration)) return;
  const { importId } = declaration.plumbing;
  const isKnown = includesId(readKeeping(olds).importedIds, importId);
  if (isKnown || containsUnknown(declaration.inputs, ctx.isUnknown)) return;
  try {
    const job = await jobToImport(ctx, declaration, importId);
    const isHidden = (argument: string) => isSecret(declaration, argument);
    for (const { argument, text } of importProblems(job, declaration, isHidden)) {
      report.fail(argument, text);
    }
  } catch (error) {
    if (!isNclueError(error)) throw error;
    const isProven = error.code === "job-gone" || error.code === "name-taken";
    const text = isProven ? error.message : `${importId} cannot be looked up: ${error.message}`;
    if (isProven || !ctx.update.isPreview) report.fail("import", text);
    else report.warn(`import: ${text}`);
  }
}

function withArgument(argument: string | undefined, text: string): string {
  return argument === undefined ? text : `${argument}: ${text}`;
}

/**
 * A replacement that nothing in the program asks for (its job has failed, say) was not looked at by check.
 * A preview warns; an update that would delete the old job first leaves it.
 */
export async function verifyReplacement(
  ctx: JobContext,
  declaration: Declaration,
  { replaces, reason, deleteBeforeReplace }: JobDiff,
): Promise<void> {
  if (replaces.length === 0 || reason === undefined || isImport(declaration)) return;
  sayCarried(ctx, declaration);
  const { isPreview, turns } = ctx.update;
  if (isPreview) {
    const report = new CheckReport(ctx, declaration);
    const findings = await verify(ctx, declaration, { isVerified: () => true, isPreview });
    for (const finding of findings) report.obstacle(finding);
  } else if (deleteBeforeReplace && turns.isWaiting(declaration.plumbing.urn ?? "")) {
    await verifyBeforePost(ctx, declaration);
  }
}

/** Checks again, right before money is spent. */
export async function verifyBeforePost(ctx: JobContext, declaration: Declaration): Promise<void> {
  if (isImport(declaration)) return;
  const findings = await verify(ctx, declaration, { isVerified: () => true, isPreview: false });
  if (findings.length === 0) return;
  throw new NclueError("not-usable", {
    doing: `creating ${declaration.family.noun} ${declaration.plumbing.logicalName}`,
    cause: findings.map(({ argument, text }) => withArgument(argument, text)).join("; "),
    remedy: 'nothing was sent to the service: correct it, then run "pulumi up" again',
  });
}
