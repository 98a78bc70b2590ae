import assert from "node:assert/strict";
import { once } from "node:events";
import http2 from "node:http2";
import net from "node:net";
import { setImmediate } from "node:timers/promises";
import { systemClock } from "../../../provider/src/kernel/ports";
import { connectToEngine } from "../../../provider/src/plugin/engineLink";
import { startEngineServer } from "../../support/engineServer";
import { FakeClock } from "../../support/fakeClock";

const line = { severity: "info", text: "hello", urn: undefined, isEphemeral: false } as const;

describe("the link to the engine", () => {
  it("has each line taken before it sends the next one", async () => {
    const texts = Array.from({ length: 20 }, (_, index) => `line ${index}`);
    const taken: string[] = [];
    let underWay = 0;
    const engine = await startEngineServer(async (request) => {
      underWay++;
      await setImmediate();
      taken.push(`${request.getMessage()}, ${underWay} under way`);
      underWay--;
    });
    const link = connectToEngine(engine.address, systemClock);
    await Promise.all(texts.map((text) => link.log({ ...line, text })));
    link.close();
    engine.close();
    assert.deepEqual(
      taken,
      texts.map((text) => `${text}, 1 under way`),
    );
  });

  it("counts the time of a line from when it was handed over, not from when it is sent", async () => {
    let asked = 0;
    const clock = {
      ...systemClock,
      nowMs: () => {
        asked++;
        return systemClock.nowMs();
      },
    };
    const silent = net.createServer((socket) => socket.resume());
    await withServer(silent, async (_, address) => {
      const link = connectToEngine(address, clock, 50);
      const lines = Array.from({ length: 20 }, () => link.log(line));
      assert.equal(asked, lines.length);
      await Promise.all(lines);
      link.close();
    });
  });

  it("gives up a line that nobody takes", async () => {
    const silent = net.createServer((socket) => socket.resume());
    await withServer(silent, async (_, address) => {
      const link = connectToEngine(address, systemClock, 50);
      await link.log(line);
      link.close();
    });
  });

  it("gives up a line where nothing listens", async () => {
    const server = net.createServer();
    const address = await withServer(server, async (_, address) => address);
    const link = connectToEngine(address, systemClock, 50);
    await link.log(line);
    link.close();
  });

  it("notices that the engine is gone", async () => {
    await withServer(http2.createServer(), async (server, address) => {
      const connected = once(server, "session");
      const link = connectToEngine(address, new FakeClock());
      const gone = link.gone();
      const [session] = await connected;
      server.close();
      session.destroy();
      await gone;
      link.close();
    });
  });

  it("does not take a lost connection for a lost engine", async () => {
    await withServer(http2.createServer(), async (server, address) => {
      const connected = once(server, "session");
      let isGone = false;
      const link = connectToEngine(address, new FakeClock());
      const gone = link.gone();
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
      link.close();
    });
  });

  it("asks again after a while where something listens that does not speak to it", async () => {
    const server = net.createServer((socket) => socket.destroy());
    await withServer(server, async (_, address) => {
      const clock = new FakeClock();
      const link = connectToEngine(address, {
        nowMs: () => clock.nowMs(),
        monotonicMs: () => clock.monotonicMs(),
        sleep: async (ms) => {
          assert.equal(ms, 5000);
          await new Promise((resolve) => server.close(resolve));
        },
      });
      await link.gone();
      link.close();
      assert.equal(server.listening, false);
    });
  });
});

async function withServer<S extends net.Server | http2.Http2Server, T>(
  server: S,
  fn: (server: S, address: string) => Promise<T>,
): Promise<T> {
  const sockets = new Set<net.Socket>();
  server.on("connection", (socket: net.Socket) => sockets.add(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  try {
    return await fn(server, `127.0.0.1:${port}`);
  } finally {
    server.close();
    for (const socket of sockets) socket.destroy();
  }
}
