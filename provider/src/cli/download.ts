import type { Family } from "../domain/family";
import { idOutput } from "../domain/family";
import { NclueError, whileDoing } from "../kernel/errors";
import { printable } from "../kernel/text";
import { isIdShaped } from "../lifecycle/findJob";
import { nameJob } from "../lifecycle/words";
import { type Cli, printJson, printLine } from "./cli";
import { EXIT, type ExitCode } from "./exitCodes";
import { ALL_FAMILIES } from "./familyWords";
import { findJobs } from "./findJobs";
import { humanSize } from "./humanSize";
import { hasDownload, locateResult } from "./locateResult";
import { saveFile, targetOf } from "./saveFile";
import { transfer } from "./transfer";

export interface DownloadOptions {
  /** A file, a folder, or `-`. */
  readonly output?: string;
  readonly force?: boolean;
  /** The families to look in. */
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
  const doing = `downloading the result of ${nameJob(found.family, found.job)}`;
  try {
    const located = await locateResult(cli, found);
    const { name, uri } = located;
    const target = output === STDOUT ? undefined : await targetOf(output, name, force);
    const size =
      target === undefined
        ? await transfer(cli, await located.open(), cli.stdout, name)
        : await saveFile(target, { force, random: cli.context.random }, async (file) =>
            transfer(cli, await located.open(), file, name),
          );
    const { id } = found.job;
    if (json) {
      const job = { [idOutput(found.family)]: id, name: found.job.name };
      printJson(cli.out, { downloaded: { ...job, uri, file: target, size } });
    } else {
      const where = target === undefined ? "" : ` to ${printable(target)}`;
      const screen = target === undefined ? cli.err : cli.out;
      printLine(screen, `downloaded ${printable(name)}${where} (${humanSize(size)})`);
    }
    return EXIT.done;
  } catch (error) {
    throw cli.interrupted.aborted ? cli.interrupted.reason : whileDoing(doing, error);
  }
}

const WITH_DOWNLOAD = ALL_FAMILIES.filter(hasDownload);

function bothOnStdout(): NclueError {
  const cause = "--json and -o - both want the standard output";
  const text = { doing: "downloading", cause, remedy: "give another file, or leave out --json" };
  return new NclueError("malformed", text, { exitCode: EXIT.usage });
}
