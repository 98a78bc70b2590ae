import { createHash } from "node:crypto";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { messageOf, NclueError } from "../kernel/errors";
import type { Clock } from "../kernel/ports";
import { humanDuration } from "../kernel/text";
import type { Cli } from "./cli";
import { humanSize } from "./humanSize";
import type { Content } from "./locateResult";

/** Silence of the sender that is taken for a connection that is dead. */
const LONGEST_SILENCE_MS = 60_000;

/**
 * Streams what is downloaded to where it goes, shows how far it is, and checks that it is whole.
 *
 * @returns how many bytes it was.
 */
export async function transfer(
  cli: Cli,
  { body, size, md5 }: Content,
  sink: NodeJS.WritableStream,
  name: string,
): Promise<number> {
  const hash = createHash("md5");
  const startMs = cli.clock.monotonicMs();
  let bytes = 0;
  let heardMs = startMs;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      hash.update(chunk);
      heardMs = cli.clock.monotonicMs();
      done(null, chunk);
    },
  });
  // What waits to be written is not the sender's silence.
  const silentMs = () => (meter.readableLength > 0 ? 0 : cli.clock.monotonicMs() - heardMs);
  const ended = new AbortController();
  const silence = abortAfterSilence(cli.clock, silentMs, ended.signal);
  const signal = AbortSignal.any([cli.interrupted, silence]);
  // The standard output is nobody's to end.
  const end = sink !== cli.stdout;
  try {
    await cli.activity.during(
      () => describeTransfer(name, bytes, size, cli.clock.monotonicMs() - startMs),
      () => pipeline(body, meter, sink, { signal, end }),
      true,
    );
  } catch (error) {
    if (cli.interrupted.aborted) throw cli.interrupted.reason;
    throw broken(bytes, size, silence.aborted ? silence.reason : error);
  } finally {
    ended.abort();
  }
  if (size !== null && size !== bytes) throw broken(bytes, size, undefined);
  if (md5 !== null && hash.digest("hex") !== md5.toLowerCase()) throw changedOnTheWay();
  return bytes;
}

const BAR_CELLS = 20;

/** `nclue_a_2026.tsv ▰▰▰▰▰▰▱▱▱▱▱▱▱▱▱▱▱▱▱▱ 31 % · 12.3 MB of 39.6 MB · 9s left` */
export function describeTransfer(
  name: string,
  bytes: number,
  size: number | null,
  elapsedMs: number,
): string {
  if (size === null || size === 0) return `downloading ${name} · ${humanSize(bytes)}`;
  const share = Math.min(1, bytes / size);
  const full = Math.floor(share * BAR_CELLS);
  const bar = "▰".repeat(full) + "▱".repeat(BAR_CELLS - full);
  const parts = [
    `downloading ${name} ${bar} ${Math.floor(share * 100)} %`,
    `${humanSize(bytes)} of ${humanSize(size)}`,
    ...(share > 0 && share < 1 ? [`${humanDuration((elapsedMs / share) * (1 - share))} left`] : []),
  ];
  return parts.join(" · ");
}

/** A signal that is aborted once the sender has been silent for too long. */
function abortAfterSilence(clock: Clock, silentMs: () => number, ended: AbortSignal): AbortSignal {
  const silence = new AbortController();
  const watch = async () => {
    while (silentMs() < LONGEST_SILENCE_MS) {
      await clock.sleep(LONGEST_SILENCE_MS - silentMs(), ended);
    }
    silence.abort(new Error(`nothing came for ${humanDuration(LONGEST_SILENCE_MS)}`));
  };
  watch().catch((error: unknown) => {
    if (!ended.aborted) throw error;
  });
  return silence.signal;
}

function broken(bytes: number, size: number | null, error: unknown): NclueError {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  // What the file system or the reader of a pipe says is no fault of the connection.
  if (code !== undefined && /^(ENOSPC|EDQUOT|EACCES|EPERM|ENOENT|EROFS|EPIPE|EIO)$/.test(code)) {
    const cause = `it cannot be written (${messageOf(error)})`;
    return new NclueError("unexpected", {
      doing: "",
      cause,
      remedy: "check the disk and its rights",
    });
  }
  const all = size === null ? "" : ` of ${humanSize(size)}`;
  const why = error === undefined ? "" : ` (${messageOf(error)})`;
  return new NclueError("unreachable", {
    doing: "",
    cause: `it ended after ${humanSize(bytes)}${all}${why}`,
    remedy: "run it again",
  });
}

function changedOnTheWay(): NclueError {
  return new NclueError("unreadable", {
    doing: "",
    cause: "what has arrived is not what Object Storage holds: its MD5 digest is another one",
    remedy: "run it again",
  });
}
