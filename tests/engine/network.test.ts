import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { succeeded } from "../support/engine";
import { testProxy } from "../support/testProxy";
import { tlsFront } from "../support/tlsFront";
import { warned, withNclue } from "../support/withNclue";

// Loaded into every Node process of the commands, and so into the plugin: notes where sockets go to
// and which names are looked up.
const recorder = (file: string) => `
const { appendFileSync } = require("node:fs");
const note = (what) => appendFileSync(${JSON.stringify(file)}, what + "\\n");
const { Socket } = require("node:net");
const { connect } = Socket.prototype;
Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  if (options && options.port) note(String(options.host || "localhost"));
  return connect.apply(this, args);
};
const dns = require("node:dns");
const { lookup } = dns;
dns.lookup = (name, ...rest) => { note(name); return lookup(name, ...rest); };
`;

describe("the network", () => {
  it("is used for loopback alone when the settings name nothing else", async () => {
    const proxied: string[] = [];
    const proxy = createServer((_, response) => response.writeHead(502).end());
    proxy.on("connect", (request, socket) => {
      proxied.push(request.url ?? "");
      socket.end("HTTP/1.1 502 no\r\n\r\n");
    });
    proxy.on("request", (request) => proxied.push(request.url ?? ""));
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    try {
      // The command itself goes through a proxy for all that is not loopback.
      const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
      const env = { HTTP_PROXY: address, HTTPS_PROXY: address };
      await withNclue({ env }, async ({ stack, runs, program }) => {
        const file = path.join(stack.folder, "connections.txt");
        const script = path.join(stack.folder, "recorder.cjs");
        writeFileSync(file, "");
        writeFileSync(script, recorder(file));
        const more = { env: { NODE_OPTIONS: `--require=${script}` } };
        succeeded(await stack.up(more));
        const changed = program({ resultFilePath: "other/" });
        succeeded(await stack.up({ ...more, program: changed, args: ["--refresh"] }));
        succeeded(await stack.destroy(more));
        assert.deepEqual(await runs(), []);
        const hosts = new Set(readFileSync(file, "utf8").trim().split("\n"));
        assert.deepEqual([...hosts], ["127.0.0.1"]);
        assert.deepEqual(proxied, []);
      });
    } finally {
      proxy.close();
    }
  });

  it("reaches the service through a proxy, by a certificate that NODE_EXTRA_CA_CERTS vouches for", async () => {
    await withNclue({}, async ({ stack, simulator, runs }) => {
      const front = await tlsFront(Number(new URL(simulator.endpoint).port), {
        names: ["nclue.test"],
      });
      const proxy = await testProxy({ port: front.port });
      const file = path.join(stack.folder, "issuer.pem");
      writeFileSync(file, front.certificate);
      const env = { NCLUE_ENDPOINT: "https://nclue.test/api/v1", HTTPS_PROXY: proxy.address };
      try {
        const refused = await stack.up({ env });
        assert.equal(refused.exitCode, 1);
        assert.match(refused.output, /certificate is not valid: its issuer is unknown: issuer of/);
        assert.match(refused.output, /NODE_EXTRA_CA_CERTS/);
        assert.deepEqual(await runs(), []);
        succeeded(await stack.up({ env: { ...env, NODE_EXTRA_CA_CERTS: file } }));
        assert.equal((await runs()).length, 1);
        assert.deepEqual([...new Set(proxy.asked)], ["CONNECT nclue.test:443"]);
      } finally {
        proxy.close();
        front.close();
      }
    });
  });

  // That it is refused otherwise, and which settings allow it: tests/unit/kernel/settings.test.ts.
  it("is not encrypted where NCLUE_ALLOW_HTTP says so, with a warning on the stack", async () => {
    await withNclue({}, async ({ stack, simulator, runs }) => {
      const proxy = await testProxy({ port: Number(new URL(simulator.endpoint).port) });
      const env = {
        NCLUE_ENDPOINT: "http://nclue.test:4010/api/v1",
        NCLUE_ALLOW_HTTP: "true",
        HTTP_PROXY: proxy.address,
      };
      try {
        const up = succeeded(await stack.up({ env }));
        assert.equal((await runs()).length, 1);
        assert.deepEqual(warned(up).filter((line) => line.includes("are not encrypted")).length, 1);
      } finally {
        proxy.close();
      }
    });
  });
});
