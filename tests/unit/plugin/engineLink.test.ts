import assert from "node:assert/strict";
import { once } from "node:events";
import http2 from "node:http2";
import net from "node:net";
import { connectToEngine } from "../../../provider/src/plugin/engineLink";
import { FakeClock } from "../../support/fakeClock";
import { testProxy } from "../../support/testProxy";

describe("the link to the engine", () => {
  it("tells when the engine is gone", async () => {
    await withServer(http2.createServer(), async (server, address) => {
      const connected = once(server, "session");
      const gone = connectToEngine(address, new FakeClock()).gone();
      const [session] = await connected;
      server.close();
      session.destroy();
      await gone;
    });
  });

  it("does not take a lost connection for a lost engine", async () => {
    await withServer(http2.createServer(), async (server, address) => {
      const connected = once(server, "session");
      let isGone = false;
      const gone = connectToEngine(address, new FakeClock()).gone();
      void gone.then(() => {
        isGone = true;
      });
      const [first] = await connected;
      const connectedAgain = once(server, "session");
      first.destroy();
      const [second] = await connectedAgain;
      assert.equal(isGone, false);
      server.close();
      second.destroy();
      await gone;
    });
  });

  it("looks again after a while where something listens that does not speak to it", async () => {
    const server = net.createServer((socket) => socket.destroy());
    await withServer(server, async (_, address) => {
      const clock = new FakeClock();
      const gone = connectToEngine(address, {
        nowMs: () => clock.nowMs(),
        monotonicMs: () => clock.monotonicMs(),
        sleep: async (ms) => {
          assert.equal(ms, 5000);
          await new Promise((resolve) => server.close(resolve));
        },
      }).gone();
      await gone;
      assert.equal(server.listening, false);
    });
  });
});

describe("a line for the engine", () => {
  const line = { severity: "info", text: "hello", urn: undefined, isEphemeral: false } as const;

  it("waits no longer than five seconds for an engine that says nothing", async () => {
    const sockets: net.Socket[] = [];
    const silent = net.createServer((socket) => sockets.push(socket));
    await withServer(silent, async (_, address) => {
      const clock = new FakeClock();
      await clock.runUntil(connectToEngine(address, clock).log(line));
      assert.deepEqual(clock.slept, [5000]);
    });
    for (const socket of sockets) socket.destroy();
  });

  it("never goes through a proxy", async () => {
    const proxy = await testProxy({ answer: "silent" });
    const before = { ...process.env };
    Object.assign(process.env, { http_proxy: proxy.address, https_proxy: proxy.address });
    try {
      const server = http2.createServer();
      await withServer(server, async (_, address) => {
        const connected = once(server, "session");
        const clock = new FakeClock();
        const shown = connectToEngine(address, clock).log(line);
        const [session] = await connected;
        session.destroy();
        await clock.runUntil(shown);
        assert.deepEqual(proxy.asked, []);
      });
    } finally {
      process.env = before;
      proxy.close();
    }
  });
});

async function withServer<S extends net.Server | http2.Http2Server>(
  server: S,
  fn: (server: S, address: string) => Promise<void>,
): Promise<void> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  try {
    await fn(server, `127.0.0.1:${port}`);
  } finally {
    server.close();
  }
}
