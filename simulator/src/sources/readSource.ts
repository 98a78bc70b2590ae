import type { Source } from "../service/family";
import type { SourceCounts } from "../service/job";
import type { ResultStore } from "../storage/resultStore";
import { accessFailure } from "../storage/storageFailure";
import { behaviourProblem, labelProblem } from "./fileRules";
import { holdsPersonalData } from "./personalData";

/** What was found at a source. */
export interface SourceContent {
  readonly counts: SourceCounts;
  readonly hasPersonalData: boolean;
  /** The `fail_message` when the file or directory is missing, empty or out of reach. */
  readonly missing?: string;
  /** The `fail_message` when reading it failed for another reason, which may pass. */
  readonly unreadable?: string;
  /** The `fail_message` when the content breaks the documented rules of the file. */
  readonly problem?: string;
}

/** Reads a file, or all files of a directory. */
export async function readSource(
  store: Required<ResultStore>,
  bucket: string,
  path: string,
  content: Source["content"],
): Promise<SourceContent> {
  try {
    const texts = await readTexts(store, bucket, path.replace(/^\/+/, ""));
    return describe(texts.join(""), content);
  } catch (error) {
    const missing = accessFailure(error);
    const failure = missing === undefined ? { unreadable: "OBS_DOWNLOAD_FAILED" } : { missing };
    return { counts: nothing, hasPersonalData: false, ...failure };
  }
}

export function canBeRead(store: ResultStore | undefined): store is Required<ResultStore> {
  return store?.listKeys !== undefined && store.getObject !== undefined;
}

const nothing: SourceCounts = { lines: 0, tokens: 0, bytes: 0 };

async function readTexts(
  store: Required<ResultStore>,
  bucket: string,
  path: string,
): Promise<readonly string[]> {
  if (!path.endsWith("/")) {
    const text = await store.getObject(bucket, path);
    if (text !== undefined) return [text];
  }
  const folder = path.endsWith("/") ? path : `${path}/`;
  const keys = (await store.listKeys(bucket, folder)).filter(isData);
  const texts = await Promise.all(keys.map((key) => store.getObject(bucket, key)));
  return texts.filter((text) => text !== undefined).map(withFinalLineBreak);
}

/** Hadoop writes `_SUCCESS` and hidden files beside its data; a key that ends in `/` is a marker. */
function isData(key: string): boolean {
  return !/^[_.]|^$/.test(key.slice(key.lastIndexOf("/") + 1));
}

function withFinalLineBreak(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

function describe(text: string, content: Source["content"]): SourceContent {
  const lines = text.split(/\r?\n/).filter((line) => line !== "");
  const counts = {
    lines: lines.length,
    tokens: text.split("->").length - 1 + lines.length,
    bytes: Buffer.byteLength(text),
  };
  const problem = content === "labels" ? labelProblem(lines) : behaviourProblem(lines);
  return {
    counts,
    hasPersonalData: holdsPersonalData(text),
    ...(lines.length === 0 && { missing: "NOT_EXIST_FILE" }),
    ...(problem !== undefined && { problem }),
  };
}
