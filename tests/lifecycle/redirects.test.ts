import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { withLifecycle } from "../support/withLifecycle";

describe("a service that redirects", () => {
  for (const status of [301, 302, 303, 307, 308]) {
    it(`is refused with its status, and the other host is asked for nothing (HTTP ${status})`, async () => {
      const met: string[] = [];
      const other = createServer((request, response) => {
        met.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
        response.end("{}");
      });
      await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
      try {
        const { port } = other.address() as AddressInfo;
        const location = `http://127.0.0.1:${port}/api/v1/task-runs`;
        await withLifecycle(async ({ simulator, plugin, inputs, runs }) => {
          simulator.addFault({
            times: "always",
            answer: { kind: "status", status, headers: { location }, body: "" },
          });
          await assert.rejects(plugin.create(inputs()), {
            isNclueError: true,
            message: new RegExp(`HTTP ${status}`),
          });
          assert.deepEqual(met, []);
          assert.deepEqual(await runs(), []);
        });
      } finally {
        other.close();
      }
    });
  }
});
