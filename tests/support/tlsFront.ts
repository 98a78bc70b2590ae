import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import { createServer } from "node:tls";
import { generate } from "selfsigned";

export interface TlsFront {
  readonly port: number;
  /** The certificate of the one that has issued all others; its own, where there is no other. */
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
  /** Stands between it and the one to trust. */
  readonly issuer?: { readonly name: string; readonly validUntil: Date };
}

const dayMs = 24 * 3_600_000;

/** Speaks TLS on loopback for a server that does not, which listens on `port`. */
export async function tlsFront(
  port: number,
  { names, validUntil = new Date(Date.now() + 2 * dayMs), issuer }: TlsFrontOptions,
): Promise<TlsFront> {
  const root = await certificate(`issuer of ${names[0]}`, validUntil, names);
  const chain = [root];
  if (issuer !== undefined) {
    chain.unshift(await certificate(issuer.name, issuer.validUntil, [], chain[0]));
    chain.unshift(await certificate("the server", validUntil, names, chain[0]));
  }
  const key = chain[0]?.key;
  const cert = chain.map((each) => each.cert).join("\n");
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
    certificate: root.cert,
    connections: () => connections,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

interface Certificate {
  readonly key: string;
  readonly cert: string;
}

async function certificate(
  name: string,
  validUntil: Date,
  names: readonly string[],
  ca?: Certificate,
): Promise<Certificate> {
  const altNames = names.map((value) => ({ type: 2 as const, value }));
  const { private: key, cert } = await generate([{ name: "commonName", value: name }], {
    keyType: "ec",
    algorithm: "sha256",
    notBeforeDate: new Date(validUntil.getTime() - 30 * dayMs),
    notAfterDate: validUntil,
    extensions: [
      { name: "basicConstraints", cA: true },
      ...(altNames.length === 0 ? [] : [{ name: "subjectAltName" as const, altNames }]),
    ],
    ...(ca === undefined ? {} : { ca: { ...ca } }),
  });
  return { key, cert };
}
