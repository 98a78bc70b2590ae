import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import { createServer } from "node:tls";
import { generate } from "selfsigned";

export interface TlsFront {
  readonly port: number;
  /** The certificate, which is also its own issuer's. */
  readonly certificate: string;
  /** Connections that were opened, whatever became of them. */
  readonly connections: () => number;
  close(): void;
}

export interface TlsFrontOptions {
  /** The host names that its certificate is for. */
  readonly names: readonly string[];
  /** @default two days from now */
  readonly validUntil?: Date;
}

const dayMs = 24 * 3_600_000;

/** Speaks TLS on loopback for a server that does not, which listens on `port`. */
export async function tlsFront(
  port: number,
  { names, validUntil = new Date(Date.now() + 2 * dayMs) }: TlsFrontOptions,
): Promise<TlsFront> {
  const { private: key, cert } = await generate(
    [{ name: "commonName", value: `issuer of ${names[0]}` }],
    {
      keyType: "ec",
      algorithm: "sha256",
      notBeforeDate: new Date(validUntil.getTime() - 30 * dayMs),
      notAfterDate: validUntil,
      extensions: [
        { name: "basicConstraints", cA: true },
        { name: "subjectAltName", altNames: names.map((value) => ({ type: 2 as const, value })) },
      ],
    },
  );
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer({ key, cert }, (socket) => {
    const behind = connect(port, "127.0.0.1");
    socket.pipe(behind).pipe(socket);
    socket.on("error", () => behind.destroy());
    behind.on("error", () => socket.destroy());
    sockets.add(behind);
  });
  server.on("connection", (socket) => {
    connections += 1;
    sockets.add(socket);
  });
  server.on("tlsClientError", () => {});
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    port: (server.address() as AddressInfo).port,
    certificate: cert,
    connections: () => connections,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
