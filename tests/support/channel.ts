import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Runs `fn` with an incoming webhook of a channel; returns what was posted to it. */
export async function withChannel(
  fn: (webhook: string, posted: readonly string[]) => Promise<void>,
): Promise<readonly string[]> {
  const posted: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      posted.push(Buffer.concat(chunks).toString());
      response.end("ok");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await fn(`http://127.0.0.1:${port}/services/T/B/X`, posted);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  return posted;
}
