import { type Family, idOutput } from "../domain/family";
import { NclueError, whileDoing } from "../kernel/errors";
import { printable } from "../kernel/text";
import { isIdShaped } from "../lifecycle/findJob";
import { nameJob } from "../lifecycle/jobWords";
import { type Cli, printJson, printLine } from "./cli";
import { EXIT, type ExitCode } from "./exitCodes";
import { ALL_FAMILIES } from "./familyWords";
import { findJobs } from "./findJobs";
import { humanSize } from "./humanSize";
import type { FoundJob } from "./jobFacts";
import { hasDownload, type Located, locateResult } from "./locateResult";
import { saveFile, targetOf } from "./saveFile";
import { transfer } from "./transfer";

export interface DownloadOptions {
  /** A file, a folder, or `-`. */
  readonly output?: string;
  readonly force?: boolean;
  /** The families to search. */
  readonly family?: readonly Family[];
  readonly json?: boolean;
}

const STDOUT = "-";

/** Brings the result of one job to disk, or to the standard output. */
export async function download(
  cli: Cli,
  idOrName: string,
  { output, force = false, family, json }: DownloadOptions,
): Promise<ExitCode> {
  if (json && output === STDOUT) throw bothOnStdout();
  // A name may well be that of its task too, which has nothing to download.
  const families = family ?? (isIdShaped(idOrName) ? ALL_FAMILIES : WITH_DOWNLOAD);
  const [found] = await findJobs(cli, [idOrName], families);
  if (found === undefined) throw new RangeError("one text finds one job");
  try {
    const done = await bring(cli, found, output, force);
    if (json) printJson(cli.out, { downloaded: jsonOfDownload(found, done) });
    else {
      const where = done.file === undefined ? "" : ` to ${printable(done.file)}`;
      const text = `downloaded ${printable(done.name)}${where} (${humanSize(done.size)})`;
      printLine(done.file === undefined ? cli.err : cli.out, text);
    }
    return EXIT.done;
  } catch (error) {
    if (cli.interrupted.aborted) throw cli.interrupted.reason;
    throw whileDoing(`downloading the result of ${nameJob(found.family, found.job)}`, error);
  }
}

interface Downloaded extends Pick<Located, "name" | "uri"> {
  /** `undefined` is the standard output. */
  readonly file: string | undefined;
  readonly size: number;
}

async function bring(
  cli: Cli,
  found: FoundJob,
  output: string | undefined,
  force: boolean,
): Promise<Downloaded> {
  const located = await locateResult(cli, found);
  const { name, uri } = located;
  const write = async (stream: NodeJS.WritableStream) => {
    const content = await cli.activity.during(() => `asking for ${name}`, located.open);
    return transfer(cli, content, stream, name);
  };
  if (output === STDOUT) return { name, uri, file: undefined, size: await write(cli.stdout) };
  const file = await targetOf(output, name, force);
  const { random } = cli.context;
  return { name, uri, file, size: await saveFile(file, { force, random }, write) };
}

function jsonOfDownload({ family, job }: FoundJob, { uri, file, size }: Downloaded): object {
  return { [idOutput(family)]: job.id, name: job.name, uri, file, size };
}

const WITH_DOWNLOAD = ALL_FAMILIES.filter(hasDownload);

function bothOnStdout(): NclueError {
  const cause = "--json and -o - both want the standard output";
  const text = { doing: "downloading", cause, remedy: "give another file, or leave out --json" };
  return new NclueError("malformed", text, { exitCode: EXIT.usage });
}
