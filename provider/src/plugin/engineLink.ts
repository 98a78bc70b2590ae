import { createRequire } from "node:module";
import { connect } from "node:net";
import type * as grpc from "@grpc/grpc-js";
import type { IEngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";

/**
 * The plugin's line to the engine. The engine hands its address to every plugin and serves `Log` to
 * all of them, but the SDK gives a dynamic provider no way to use it; its stubs are public, though.
 */
export interface EngineLink {
  log(line: LogLine): Promise<void>;
  /** Whether something still listens at the engine's address. */
  isAlive(): Promise<boolean>;
}

export interface LogLine {
  readonly severity: "debug" | "info" | "warning";
  readonly text: string;
  /** The resource that the line belongs to; without one it belongs to the stack. */
  readonly urn: string | undefined;
  /** Shown while the operation goes on, and gone at its end. */
  readonly isEphemeral: boolean;
}

/** @param address `host:port`, the first argument of the plugin's process. */
export function connectToEngine(address: string): EngineLink {
  const { client, LogRequest, LogSeverity } = loadStubs(address);
  const severities = {
    debug: LogSeverity.DEBUG,
    info: LogSeverity.INFO,
    warning: LogSeverity.WARNING,
  };
  return {
    log: ({ severity, text, urn, isEphemeral }) =>
      new Promise((resolve) => {
        const request = new LogRequest();
        request.setSeverity(severities[severity]);
        request.setMessage(text);
        request.setUrn(urn ?? "");
        request.setEphemeral(isEphemeral);
        // A line that cannot be shown is no reason to fail.
        client.log(request, () => resolve());
      }),
    isAlive: () => answers(address),
  };
}

function loadStubs(address: string) {
  // The SDK's own copy of gRPC: the stubs work with no other.
  const fromSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
  const { credentials } = fromSdk("@grpc/grpc-js") as typeof grpc;
  const { EngineClient } = fromSdk("@pulumi/pulumi/proto/engine_grpc_pb") as {
    EngineClient: new (address: string, credentials: grpc.ChannelCredentials) => IEngineClient;
  };
  const { LogRequest, LogSeverity } = fromSdk(
    "@pulumi/pulumi/proto/engine_pb",
  ) as typeof import("@pulumi/pulumi/proto/engine_pb");
  const client = new EngineClient(address, credentials.createInsecure());
  return { client, LogRequest, LogSeverity };
}

const CONNECT_TIMEOUT_MS = 3000;

function answers(address: string): Promise<boolean> {
  const colon = address.lastIndexOf(":");
  return new Promise((resolve) => {
    const socket = connect({
      host: address.slice(0, colon),
      port: Number(address.slice(colon + 1)),
      timeout: CONNECT_TIMEOUT_MS,
    });
    const settle = (isAlive: boolean) => {
      socket.destroy();
      resolve(isAlive);
    };
    socket.once("connect", () => settle(true));
    socket.once("error", () => settle(false));
    socket.once("timeout", () => settle(false));
  });
}
