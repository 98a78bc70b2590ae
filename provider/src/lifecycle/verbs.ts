import type { Family } from "../domain/family";
import type { JobDiff } from "../domain/jobDiff";
import { type ErrorFacts, isNclueError, NclueError } from "../kernel/errors";
import type { Checked } from "./checkJob";
import * as completion from "./completion";
import type { JobContext } from "./jobContext";
import * as job from "./jobVerbs";
import type { Settled } from "./settleJob";

type Values = Readonly<Record<string, unknown>>;

/** What the engine may ask of one kind of resource. No error that leaves here shows a secret value. */
export interface Verbs {
  check(ctx: JobContext, olds: Values, news: Values): Promise<Checked>;
  diff(ctx: JobContext, id: string, olds: Values, news: Values): Promise<JobDiff>;
  create(ctx: JobContext, inputs: Values): Promise<Settled>;
  read(ctx: JobContext, id: string, props: Values): Promise<Settled | "gone">;
  update(ctx: JobContext, id: string, olds: Values, news: Values): Promise<Settled>;
  delete(ctx: JobContext, id: string, props: Values): Promise<void>;
}

export function jobVerbs(family: Family): Verbs {
  return masked({
    check: (ctx, olds, news) => job.check(ctx, family, olds, news),
    diff: (ctx, id, olds, news) => job.diff(ctx, family, id, olds, news),
    create: (ctx, inputs) => job.create(ctx, family, inputs),
    read: (ctx, id, props) => job.read(ctx, family, id, props),
    update: (ctx, id, olds, news) => job.update(ctx, family, id, olds, news),
    delete: (ctx, id, props) => job.delete(ctx, family, id, props),
  });
}

export const completionVerbs: Verbs = masked(completion);

function masked(verbs: Verbs): Verbs {
  return {
    check: (ctx, ...args) => withMaskedErrors(ctx, verbs.check(ctx, ...args)),
    diff: (ctx, ...args) => withMaskedErrors(ctx, verbs.diff(ctx, ...args)),
    create: (ctx, ...args) => withMaskedProblem(ctx, withWaiting(ctx, verbs.create(ctx, ...args))),
    read: (ctx, ...args) => withMaskedErrors(ctx, verbs.read(ctx, ...args)),
    update: (ctx, ...args) => withMaskedProblem(ctx, withWaiting(ctx, verbs.update(ctx, ...args))),
    delete: (ctx, ...args) => withMaskedErrors(ctx, verbs.delete(ctx, ...args)),
  };
}

/** When one of many fails, the engine starts no more: the error says how many that leaves. */
async function withWaiting(ctx: JobContext, settling: Promise<Settled>): Promise<Settled> {
  try {
    const settled = await settling;
    const { problem } = settled;
    return problem === undefined ? settled : { ...settled, problem: sayWaiting(ctx, problem) };
  } catch (error) {
    throw isNclueError(error) ? sayWaiting(ctx, error) : error;
  }
}

function sayWaiting({ update }: JobContext, error: NclueError): NclueError {
  const { waiting } = update.turns;
  if (waiting === 0 || error.code === "cancelled") return error;
  const { code, text, facts } = error;
  const jobs = waiting === 1 ? "1 more job of this stack" : `${waiting} more jobs of this stack`;
  const note =
    `${jobs} had not been asked for, and the engine starts none after a failure: ` +
    "--continue-on-error (continueOnError) starts those that do not depend on it";
  const remedy = text.remedy === undefined ? note : `${text.remedy}; ${note}`;
  return new NclueError(code, { ...text, remedy }, facts, { cause: error });
}

async function withMaskedProblem(ctx: JobContext, settling: Promise<Settled>): Promise<Settled> {
  const settled = await withMaskedErrors(ctx, settling);
  const { problem } = settled;
  return problem === undefined ? settled : { ...settled, problem: maskedError(ctx, problem) };
}

async function withMaskedErrors<T>(ctx: JobContext, result: Promise<T>): Promise<T> {
  try {
    return await result;
  } catch (error) {
    throw isNclueError(error) ? maskedError(ctx, error) : error;
  }
}

/** The same error without its cause, whose words are not masked. */
function maskedError({ update }: JobContext, { code, text, facts }: NclueError): NclueError {
  const mask = (part: string) => update.secrets.mask(part);
  const { doing, cause, details, remedy } = text;
  return new NclueError(
    code,
    {
      doing: mask(doing),
      cause: mask(cause),
      ...(details === undefined ? {} : { details: details.map(mask) }),
      ...(remedy === undefined ? {} : { remedy: mask(remedy) }),
    },
    maskedFacts(facts, mask),
  );
}

/** Facts carry the service's own words, too. */
function maskedFacts(facts: ErrorFacts, mask: (text: string) => string): ErrorFacts {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      name,
      typeof value === "string" ? mask(value) : value,
    ]),
  );
}
