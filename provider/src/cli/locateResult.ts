import path from "node:path";
import type { Readable } from "node:stream";
import { families } from "../domain/families";
import type { Family } from "../domain/family";
import type { ResultObject } from "../domain/outputs";
import { normalEtag } from "../domain/resultDrift";
import { isCompleted, isFailed } from "../domain/status";
import { NclueError } from "../kernel/errors";
import { searchResultOf } from "../lifecycle/findResultOf";
import { describeFailure } from "../lifecycle/jobWords";
import { Priority } from "../nclue/rateLimiter";
import { describeStoreError, type ObjectContent } from "../storage/objectStore";
import type { Cli } from "./cli";
import { EXIT } from "./exitCodes";
import { humanSize } from "./humanSize";
import type { FoundJob } from "./jobFacts";

/** What is downloaded, as a stream. */
export interface Content {
  readonly body: NodeJS.ReadableStream;
  /** In bytes, where somebody says it. */
  readonly size: number | null;
  /** The MD5 digest of all of it in hexadecimal, where somebody says it. */
  readonly md5: string | null;
}

export interface Located {
  /** What a file of it is called. */
  readonly name: string;
  /** `null` where it lies with the service. */
  readonly uri: string | null;
  open(): Promise<Content>;
}

/** Whether jobs of a family have a result that can be downloaded. */
export function hasDownload({ name, result }: Family): boolean {
  return result !== undefined || name === families.shoppingIntent.name;
}

/**
 * Finds the result of a job: an object in Object Storage, or a file that the service keeps.
 *
 * @throws NclueError where there is none (yet), with what to do about it
 */
export async function locateResult(cli: Cli, found: FoundJob): Promise<Located> {
  const { family, job } = found;
  if (!hasDownload(family)) throw nothingToDownload(family);
  if (isFailed(job.status)) throw failed(found);
  if (!isCompleted(job.status)) throw unfinished(found);
  return family.result === undefined ? fileOfService(cli, job.id) : objectOf(cli, found);
}

/** @see https://api.ncloud-docs.com/docs/nclue-getshoppingintentdownload */
function fileOfService(cli: Cli, id: string): Located {
  const { transport } = cli.context.clients();
  const address = `/profile/shopping-intents-download/${encodeURIComponent(id)}`;
  const options = { priority: Priority.read, signal: cli.interrupted };
  return {
    name: `${id}.tsv`,
    uri: null,
    open: async () => ({ ...(await transport.download(address, options)), md5: null }),
  };
}

async function objectOf(cli: Cli, { family, job }: FoundJob): Promise<Located> {
  const clients = cli.context.clients();
  const search = await cli.activity.during(
    () => "looking for the result in Object Storage",
    () => searchResultOf(clients, cli.clock, family, job, cli.interrupted),
  );
  if (search.kind !== "found") throw noResult(family, search);
  const { resultKey, resultUri } = search.result;
  const bucket = String(job.fields[family.result?.bucket ?? ""]);
  const key = resultKey ?? "";
  return {
    name: path.posix.basename(key),
    uri: resultUri,
    open: async () => {
      let object: ObjectContent;
      try {
        object = await clients.store.read(bucket, key);
      } catch (error) {
        throw new NclueError("unreachable", {
          doing: "",
          cause: `${resultUri} cannot be read (${describeStoreError(error)})`,
          remedy: "check the bucket and its rights, then run it again",
        });
      }
      return contentOf(search.result, object);
    },
  };
}

/**
 * What is read, with the size and the digest that the list said: an answer is not its own witness.
 *
 * @throws NclueError `unreadable` where the answer says that it is something else
 */
export function contentOf(
  { resultSize, resultEtag }: Pick<ResultObject, "resultSize" | "resultEtag">,
  object: ObjectContent,
): Content {
  const { body, size, etag, isEncrypted } = object;
  const tags = [resultEtag, etag].flatMap((tag) => normalEtag(tag) ?? []);
  const isOther =
    (resultSize !== null && size !== 0 && size !== resultSize) || new Set(tags).size > 1;
  if (isOther) {
    (body as Readable).destroy();
    throw new NclueError("unreadable", {
      doing: "",
      cause:
        `what Object Storage answers (${humanSize(size)}) is not the object that it lists ` +
        `(${humanSize(resultSize ?? 0)})`,
      remedy: "run it again; if it stays so, see whether a proxy answers in its place",
    });
  }
  const md5 = md5Of({ etag: resultEtag ?? etag, isEncrypted });
  return { body, size: resultSize ?? (size === 0 ? null : size), md5 };
}

/** An ETag is the MD5 digest unless the object came in parts, is encrypted, or the tag is weak. */
export function md5Of({ etag, isEncrypted }: Pick<ObjectContent, "etag" | "isEncrypted">) {
  if (isEncrypted || etag === null || etag.startsWith("W/")) return null;
  const digest = normalEtag(etag);
  return digest !== null && /^[0-9a-f]{32}$/i.test(digest) ? digest : null;
}

function nothingToDownload({ noun }: Family): NclueError {
  return new NclueError("result-missing", {
    doing: "",
    cause: `a ${noun} has no result to download`,
    remedy: "name a task run, custom attributes or a shopping intent that was created from it",
  });
}

function failed({ family, job }: FoundJob): NclueError {
  const { cause, remedy } = describeFailure(family, job);
  const text = {
    doing: "",
    cause: `the ${family.noun} failed, so there is none: ${cause}`,
    remedy,
  };
  return new NclueError("job-failed", text, { exitCode: EXIT.runFailed });
}

function unfinished({ family, job }: FoundJob): NclueError {
  const text = {
    doing: "",
    cause: `the ${family.noun} is ${job.status ?? "in an unknown state"}, and has no result yet`,
    remedy: `wait for it with "pulumi-nclue watch ${job.id}", then run it again`,
  };
  return new NclueError("job-busy", text, { exitCode: EXIT.busy });
}

function noResult(
  { noun }: Family,
  search: Exclude<Awaited<ReturnType<typeof searchResultOf>>, { kind: "found" }>,
): NclueError {
  if (search.kind === "not-sought") {
    return new NclueError("result-missing", {
      doing: "",
      cause: `the service does not say which bucket and path the ${noun} was created with`,
      remedy: "find the result in the console, and give each job a bucket and a path",
    });
  }
  return new NclueError(search.kind === "open" ? "unreachable" : "result-missing", {
    doing: "",
    cause: search.text,
    remedy:
      search.kind === "open"
        ? "check NCLOUD_OBS_ENDPOINT and the network, then run it again"
        : "check the bucket; where the object was deleted, create the job again",
  });
}
