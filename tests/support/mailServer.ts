import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tlsFront } from "./tlsFront";

export interface MailServer {
  /** `smtps://localhost:…` */
  readonly address: string;
  readonly certificate: string;
  /** Each message as it came, with who sent it to whom. */
  readonly received: readonly string[];
  close(): void;
}

/** A mail server on loopback that takes every message of whoever says who he is. */
export async function mailServer(): Promise<MailServer> {
  const received: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let message: string | undefined;
    let typed = "";
    let greeted = false;
    const answer = (line: string) => socket.write(`${line}\r\n`);
    const hear = (line: string) => {
      // As Postfix and others do.
      if (line.includes("\n")) socket.end("521 a newline without its carriage return\r\n");
      else if (message !== undefined) {
        if (line !== ".") message += `${line}\n`;
        else {
          received.push(message);
          message = undefined;
          answer("250 taken");
        }
      } else if (line.startsWith("EHLO")) answer("250-here\r\n250 AUTH PLAIN");
      else if (line === "AUTH PLAIN") answer("334 ");
      else if (!greeted) {
        greeted = true; // by its credentials
        answer("235 welcome");
      } else if (line === "DATA") {
        message = "";
        answer("354 go on");
      } else if (line === "QUIT") socket.end("221 bye\r\n");
      else answer("250 fine");
    };
    answer("220 ready");
    socket.on("error", () => {});
    socket.setEncoding("utf8").on("data", (text: string) => {
      const lines = (typed + text).split("\r\n");
      typed = lines.pop() ?? "";
      for (const line of lines) hear(line);
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const front = await tlsFront((server.address() as AddressInfo).port, { names: ["localhost"] });
  return {
    address: `smtps://localhost:${front.port}`,
    certificate: front.certificate,
    received,
    close() {
      front.close();
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
