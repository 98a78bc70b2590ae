import { families } from "../service/families";
import type { Source } from "../service/family";
import type { SourceCounts } from "../service/job";
import { madeUpCounts } from "../service/measures";
import { nclueError } from "../service/serviceError";
import { canBeRead, readSource, type SourceContent } from "../sources/readSource";
import type { Call } from "./call";

/** What the sources of a new job say of it. */
export interface SourceFindings {
  readonly counts: SourceCounts;
  /** The `fail_message` with which the job will fail. */
  readonly foreseenFailure?: string;
}

type Fields = Readonly<Record<string, string | null>>;

/** Refuses a bucket for the result that is not there, if the service checks that at POST. */
export async function checkResultBucket({ service, family }: Call, fields: Fields): Promise<void> {
  const { result } = families[family];
  const bucket = result && fields[result.bucket];
  if (!bucket || !service.resultStore || !service.switches.read().checkBucketAtPost) return;
  if (!(await service.resultStore.bucketExists(bucket))) throw nclueError.pathNotFound();
}

/** Reads what the new job will be built from, and refuses it or foresees its failure. */
export async function checkSources(call: Call, fields: Fields): Promise<SourceFindings> {
  const { resultStore, switches } = call.service;
  if (!canBeRead(resultStore) || switches.read().sources === "ignored") {
    return { counts: madeUpCounts };
  }
  let findings: SourceFindings | undefined;
  for (const source of families[call.family].sources) {
    const bucket = fields[source.bucket];
    const path = fields[source.path];
    if (!bucket || !path) continue;
    const content = await readSource(resultStore, bucket, path, source.content);
    const foreseenFailure = findings?.foreseenFailure ?? failureOf(content, source, call);
    const counts = findings?.counts ?? content.counts;
    findings = { counts, ...(foreseenFailure !== undefined && { foreseenFailure }) };
  }
  return findings ?? { counts: madeUpCounts };
}

function failureOf(content: SourceContent, source: Source, call: Call): string | undefined {
  const { checkSourceAtPost, personalData, fileRules } = call.service.switches.read();
  if (content.missing !== undefined) {
    if (checkSourceAtPost) throw nclueError[source.missing]();
    return content.missing;
  }
  if (content.unreadable !== undefined) return content.unreadable;
  if (content.hasPersonalData && personalData !== "ignored") {
    if (personalData === "refusedAtPost") throw nclueError.personalData();
    return "PERSONAL_DATA_NOT_ALLOWED";
  }
  return fileRules === "applied" ? content.problem : undefined;
}
