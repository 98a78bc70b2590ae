import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

// What the engine asks of HashiCorp's Vault where that keeps a stack's secrets: to wrap the key that
// the engine encrypts them with, and to unwrap it. The encryption is the engine's own either way; a
// passphrase costs it a quarter of a second in every command, for making a key of it.

let started: Promise<Readonly<Record<string, string>>> | undefined;

/** What a secrets provider `hashivault://…` needs in its environment; the server ends with this process. */
export function keyServerSettings(): Promise<Readonly<Record<string, string>>> {
  started ??= startKeyServer();
  return started;
}

async function startKeyServer(): Promise<Readonly<Record<string, string>>> {
  const keys = new Map<string, string>();
  const server = createServer(async (request, response) => {
    const asked = (await json(request)) as { plaintext?: string; ciphertext?: string };
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ data: answer(asked) }));
  });
  const answer = ({ plaintext, ciphertext = "" }: { plaintext?: string; ciphertext?: string }) => {
    if (plaintext === undefined) return { plaintext: keys.get(ciphertext) };
    const wrapped = `vault:v1:${randomUUID()}`;
    keys.set(wrapped, plaintext);
    return { ciphertext: wrapped };
  };
  await once(server.listen(0, "127.0.0.1"), "listening");
  server.unref();
  const { port } = server.address() as AddressInfo;
  return { VAULT_SERVER_URL: `http://127.0.0.1:${port}`, VAULT_SERVER_TOKEN: "token of the tests" };
}
