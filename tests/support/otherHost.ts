import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface OtherHost {
  /** Where a redirect leads to. */
  readonly location: string;
  /** Each request that came, with its headers. */
  readonly met: readonly string[];
}

/** Runs `fn` beside a host that answers whatever it is asked, and that nobody should ask. */
export async function withOtherHost(fn: (other: OtherHost) => Promise<void>): Promise<void> {
  const met: string[] = [];
  const server = createServer((request, response) => {
    met.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
    response.end("{}");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  try {
    const { port } = server.address() as AddressInfo;
    await fn({ location: `http://127.0.0.1:${port}/api/v1/task-runs`, met });
  } finally {
    server.close();
  }
}
