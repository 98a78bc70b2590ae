import type { IncomingMessage } from "node:http";

/** Reads a body as text; what goes beyond `mostBytes` is read but not kept. */
export async function readBody(request: IncomingMessage, mostBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if (bytes < mostBytes) chunks.push(chunk);
    bytes += chunk.length;
  }
  return Buffer.concat(chunks).subarray(0, mostBytes).toString("utf8");
}
