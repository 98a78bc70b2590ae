import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

export interface TestProxy {
  /** `http://127.0.0.1:…` */
  readonly address: string;
  /** What it was asked for: `CONNECT host:port`, or `GET http://host/path`. */
  readonly asked: readonly string[];
  /** The credentials that it was given, as `user:password`. */
  readonly credentials: readonly string[];
  close(): void;
}

export interface TestProxyOptions {
  /** The port of this machine that every request ends up at, whatever host it names. */
  readonly port?: number;
  /** Answers with this instead of passing anything on; `silent` never answers. */
  readonly answer?: TestProxyAnswer | "silent";
}

export interface TestProxyAnswer {
  readonly status: number;
  readonly body?: string;
  /** @default text/html */
  readonly type?: string;
}

/** A forward proxy on loopback. */
export async function testProxy({ port = 0, answer }: TestProxyOptions): Promise<TestProxy> {
  const asked: string[] = [];
  const credentials: string[] = [];
  const note = ({ method, url, headers }: IncomingMessage) => {
    asked.push(`${method} ${url}`);
    const basic = /^Basic (.*)$/.exec(headers["proxy-authorization"] ?? "")?.[1];
    if (basic !== undefined) credentials.push(Buffer.from(basic, "base64").toString());
  };
  const server = createServer((incoming, outgoing) => {
    note(incoming);
    if (answer === "silent") return;
    if (answer !== undefined) {
      const { status, body, type = "text/html" } = answer;
      outgoing.writeHead(status, { "content-type": type }).end(body);
      return;
    }
    const { method, headers, url = "" } = incoming;
    const { pathname, search } = new URL(url);
    const path = pathname + search;
    const passedOn = httpRequest({ host: "127.0.0.1", port, method, path, headers }, (back) => {
      outgoing.writeHead(back.statusCode ?? 502, back.headers);
      back.pipe(outgoing);
    });
    incoming.pipe(passedOn);
  });
  const sockets = new Set<Socket>();
  server.on("connect", (incoming: IncomingMessage, client: Socket) => {
    note(incoming);
    client.on("error", () => {});
    if (answer === "silent") return;
    if (answer !== undefined) {
      client.end(`HTTP/1.1 ${answer.status} No\r\n\r\n${answer.body ?? ""}`);
      return;
    }
    const tunnel = connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      client.pipe(tunnel).pipe(client);
    });
    sockets.add(tunnel);
    tunnel.on("error", () => client.destroy());
  });
  server.on("connection", (socket) => sockets.add(socket));
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    credentials,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
