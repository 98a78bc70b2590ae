import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { shells } from "../../provider/src/pulumi/shell";
import { startSimulator } from "../../simulator/src";
import { withPlugin } from "../support/withPlugin";

describe("the plugin's line to the engine", () => {
  it("does not go through a proxy, whatever the environment says", () =>
    withService((service) =>
      withSilentServer(async (address) => {
        const names = ["http_proxy", "https_proxy", "grpc_proxy", "all_proxy"];
        const proxies = names
          .flatMap((name) => [name, name.toUpperCase()])
          .map((name) => [name, `http://${address}`]);
        const env = { ...service.env, ...Object.fromEntries(proxies) };
        await withPlugin({ env }, async (plugin) => {
          await plugin.read(service.runId, { __provider: shells.taskRun, runId: service.runId });
          assert.match(plugin.lines.join("\n"), /^INFO GET .* → HTTP 200/);
        });
      }),
    ));

  it("holds up no verb where the engine does not answer", () =>
    withService((service) =>
      withSilentServer(async (engineAddress) => {
        await withPlugin({ env: service.env, engineAddress }, async (plugin) => {
          const state = { __provider: shells.taskRun, runId: service.runId };
          assert.equal((await plugin.read(service.runId, state)).id, service.runId);
        });
      }),
    ));
});

/** A service with a run, and the environment in which each request to it is a line to the engine. */
async function withService(
  fn: (service: { runId: string; env: Record<string, string> }) => Promise<void>,
): Promise<void> {
  const simulator = await startSimulator({ switches: { resultRequired: false } });
  try {
    const taskId = simulator.seedTask().id;
    const featureId = simulator.seedFeature().id;
    const { id: runId } = simulator.seedTaskRun({ name: "run", taskId, featureId });
    const env = {
      NCLUE_ENDPOINT: simulator.endpoint,
      NCLOUD_ACCESS_KEY: simulator.accessKey,
      NCLOUD_SECRET_KEY: simulator.secretKey,
      NCLUE_LOG: "debug",
    };
    await fn({ runId, env });
  } finally {
    await simulator.close();
  }
}

/** Accepts every connection and never says a word. */
async function withSilentServer(fn: (address: string) => Promise<void>): Promise<void> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket.resume().on("error", () => undefined));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  try {
    await fn(`127.0.0.1:${port}`);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}
