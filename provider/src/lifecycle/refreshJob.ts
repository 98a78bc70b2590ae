import { type Declaration, readDeclaration } from "../domain/declaration";
import type { Family } from "../domain/family";
import type { Job } from "../domain/job";
import { buildOutputs, type Drift, NO_RESULT, type ResultObject } from "../domain/outputs";
import { PLUMBING } from "../domain/plumbing";
import { isCompleted } from "../domain/status";
import { keepingWith, type Stored } from "../domain/stored";
import { hideNames, maskedJob } from "./hiddenNames";
import type { JobContext } from "./jobContext";
import { nameJob } from "./jobWords";
import { compareResult, isLeftOpen, searchResult } from "./resultSearch";
import { resultQuestion, type Settled } from "./settleJob";
import { sourceDrift } from "./source";

type Values = Readonly<Record<string, unknown>>;

/** A job of the stack as the service has it now; what was remembered of its result stays until accepted. */
export async function refreshJob(
  ctx: JobContext,
  family: Family,
  stored: Stored,
  job: Job,
): Promise<Settled> {
  const { settings } = ctx.clients();
  const declaration = readDeclaration(family, declaredBy(stored));
  hideNames(ctx, declaration, job, stored.job);
  const masked = maskedJob(ctx, job, stored.job);
  const { result, drift, isOpen } = await refreshResult(ctx, declaration, stored, masked);
  const changed = drift ?? (await sourceDrift(ctx, stored, declaration));
  const keeping = keepingWith(stored, {
    endpoint: settings.endpoint,
    keyHash: settings.keyHash,
    isSearchOpen: isOpen,
  });
  const findings = { result, sourceDigest: stored.sourceDigest, drift: changed };
  return { id: job.id, outputs: buildOutputs(family, stored.outputs, masked, findings, keeping) };
}

/** A job that something else owns: everything is taken from the service. */
export async function readExternal(ctx: JobContext, family: Family, job: Job): Promise<Settled> {
  const { endpoint, keyHash } = ctx.clients().settings;
  const declaration = readDeclaration(family, job.fields);
  const search = isCompleted(job.status)
    ? await searchResult(ctx, resultQuestion(declaration, job), "once")
    : { kind: "not-sought" as const };
  const result = search.kind === "found" ? search.result : NO_RESULT;
  if (search.kind === "none" || search.kind === "open") {
    ctx.log.warn(`${nameJob(family, job)} is completed, but ${search.text}`, ctx.urnOf(job.id));
  }
  const findings = { result, sourceDigest: null, drift: null };
  const keeping = { endpoint, keyHash, isExternal: true };
  const outputs = buildOutputs(family, job.fields, maskedJob(ctx, job), findings, keeping);
  return { id: job.id, outputs };
}

/** The stored arguments with the plumbing that matters for a read. */
function declaredBy({ outputs, keeping }: Stored): Values {
  return { ...outputs, [PLUMBING]: { secrets: keeping.secrets } };
}

async function refreshResult(
  ctx: JobContext,
  declaration: Declaration,
  { result, job: before }: Stored,
  job: Job,
): Promise<{ result: ResultObject; drift: Drift | null; isOpen: boolean }> {
  const question = resultQuestion(declaration, job);
  if (result.resultKey !== null) {
    return { result, drift: await compareResult(ctx, question, result), isOpen: false };
  }
  if (!isCompleted(job.status)) return { result: NO_RESULT, drift: null, isOpen: false };
  // The object of a job that has only just ended may become visible late.
  const patience = isCompleted(before.status) ? "once" : "patiently";
  const search = await searchResult(ctx, question, patience);
  if (search.kind === "found") return { result: search.result, drift: null, isOpen: false };
  if (search.kind !== "not-sought") {
    // Under the other policies the next update says what becomes of it.
    const isAccepted = declaration.policies.onResultMissing === "accept";
    const later = isAccepted ? ['The next "pulumi refresh" searches again'] : [];
    const found = [`${nameJob(declaration.family, job)} is completed, but ${search.text}`];
    ctx.log.warn([...found, ...later].join(". "), ctx.urnOf(job.id));
  }
  return { result: NO_RESULT, drift: null, isOpen: isLeftOpen(search, declaration.policies) };
}
