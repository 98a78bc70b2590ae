import type { Plumbing } from "../domain/plumbing";
import { printable } from "../kernel/text";
import type { RunRecord } from "../nclue/wire";
import type { RunContext } from "./runContext";

/** `task run "churn" (f475…, completed, made 2026-11-24T09:00:00+09:00)` */
export function describeRun({ name, runId, status, createdAt }: RunRecord): string {
  const facts = [runId, status, createdAt === null ? null : `made ${createdAt}`];
  const known = facts.filter((fact) => fact !== null);
  return `task run ${quoted(name)} (${known.map((fact) => printable(fact)).join(", ")})`;
}

export function sayAdopted(ctx: RunContext, run: RunRecord, plumbing: Plumbing): void {
  ctx.log.info(`adopted ${describeRun(run)}; no new run was started`, plumbing.urn);
}

export function quoted(text: string | null): string {
  return text === null ? "nothing" : `"${printable(text)}"`;
}
