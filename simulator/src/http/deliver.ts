import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Delivery } from "../levers/strike";
import type { Answer, StreamedBody } from "./answer";

/** Sends an answer, half of one, or none. */
export async function deliver(
  delivery: Delivery,
  response: ServerResponse,
  dateMs: number | undefined,
): Promise<void> {
  if ("cut" in delivery && delivery.cut === "atOnce") {
    response.socket?.resetAndDestroy();
    return;
  }
  response.sendDate = false;
  const answer = "cut" in delivery ? delivery.of : delivery;
  const chunks = typeof answer.body === "string" ? [answer.body] : answer.body.chunks();
  const length = lengthOf(answer.body);
  response.writeHead(answer.status, headersOf(answer, length, dateMs));
  if ("cut" in delivery) {
    const half = Math.floor((length ?? lengthOfChunks(answer.body)) / 2);
    response.write(firstBytes(chunks, half), () => response.socket?.destroy());
  } else if (typeof answer.body === "string") {
    response.end(answer.body);
  } else {
    await pipeline(Readable.from(chunks), response);
  }
}

function headersOf({ contentType, headers }: Answer, length: number | undefined, dateMs?: number) {
  return {
    ...(dateMs !== undefined && { date: new Date(dateMs).toUTCString() }),
    ...(contentType !== "" && { "content-type": contentType }),
    ...(length !== undefined && { "content-length": length }),
    "x-ncp-request-id": randomUUID(),
    ...headers,
  };
}

function lengthOf(body: Answer["body"]): number | undefined {
  if (typeof body === "string") return Buffer.byteLength(body);
  return body.isLengthKnown ? lengthOfChunks(body) : undefined;
}

function lengthOfChunks(body: string | StreamedBody): number {
  let bytes = 0;
  for (const chunk of typeof body === "string" ? [body] : body.chunks()) {
    bytes += Buffer.byteLength(chunk);
  }
  return bytes;
}

function firstBytes(chunks: Iterable<string>, count: number): Buffer {
  const taken: Buffer[] = [];
  let bytes = 0;
  for (const chunk of chunks) {
    if (bytes >= count) break;
    taken.push(Buffer.from(chunk));
    bytes += Buffer.byteLength(chunk);
  }
  return Buffer.concat(taken).subarray(0, count);
}
