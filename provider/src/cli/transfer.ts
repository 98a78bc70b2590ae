import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { withDeadline } from "../kernel/deadline";
import { messageOf, NclueError } from "../kernel/errors";
import { OUT_OF_TIME } from "../kernel/networkErrors";
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
  const metered = async function* () {
    for await (const chunk of chunksOf(cli, body)) {
      bytes += chunk.length;
      hash.update(chunk);
      yield chunk;
    }
  };
  // The standard output is nobody's to end.
  const options = { signal: cli.interrupted, end: sink !== cli.stdout };
  try {
    await cli.activity.during(
      () => describeTransfer(name, bytes, size, cli.clock.monotonicMs() - startMs),
      () => pipeline(metered, sink, options),
      true,
    );
  } catch (error) {
    if (cli.interrupted.aborted) throw cli.interrupted.reason;
    throw broken(bytes, size, error);
  } finally {
    (body as Readable).destroy();
  }
  if (size !== null && size !== bytes) throw broken(bytes, size, undefined);
  if (md5 !== null && hash.digest("hex") !== md5.toLowerCase()) throw changedOnTheWay();
  return bytes;
}

/** What the sender sends, as long as it is not silent for too long; a slow reader is given time. */
async function* chunksOf(
  { clock, interrupted: signal }: Cli,
  body: NodeJS.ReadableStream,
): AsyncGenerator<Buffer> {
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  for (;;) {
    const deadline = { ms: LONGEST_SILENCE_MS, signal };
    const next = await withDeadline(clock, deadline, () => chunks.next());
    if (next.done) return;
    yield next.value;
  }
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
  const silent = `nothing came for ${humanDuration(LONGEST_SILENCE_MS)}`;
  const why = code === OUT_OF_TIME ? ` (${silent})` : error ? ` (${messageOf(error)})` : "";
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
