import { createRequire } from "node:module";
import { connect } from "node:net";
import type * as grpc from "@grpc/grpc-js";
import type { IEngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { Clock } from "../kernel/ports";

/**
 * The plugin's line to the engine. The engine hands its address to every plugin and serves `Log` to
 * all of them, but the SDK gives a dynamic provider no way to use it; its stubs are public, though.
 */
export interface EngineLink {
  log(line: LogLine): Promise<void>;
  /** Resolves once the engine's address no longer answers. */
  gone(): Promise<void>;
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
export function connectToEngine(address: string, clock: Clock): EngineLink {
  const { client, LogRequest, LogSeverity, TRANSIENT_FAILURE } = loadStubs(address);
  const severities = {
    debug: LogSeverity.DEBUG,
    info: LogSeverity.INFO,
    warning: LogSeverity.WARNING,
  };
  return {
    log: ({ severity, text, urn, isEphemeral }) => {
      const request = new LogRequest();
      request.setSeverity(severities[severity]);
      request.setMessage(text);
      request.setUrn(urn ?? "");
      request.setEphemeral(isEphemeral);
      // A line that cannot be shown is no reason to fail, nor to wait.
      const shown = new Promise<void>((resolve) => client.log(request, () => resolve()));
      return Promise.race([shown, clock.sleep(LINE_TIMEOUT_MS)]);
    },
    gone: async () => {
      for (;;) {
        await disconnected(client.getChannel(), TRANSIENT_FAILURE);
        if (!(await answers(address))) return;
        await clock.sleep(LOOK_AGAIN_MS);
      }
    },
  };
}

/** Resolves when the connection was lost and no new one could be made. */
function disconnected(channel: Channel, failure: grpc.connectivityState): Promise<void> {
  return new Promise((resolve) => {
    const watch = () => {
      const state = channel.getConnectivityState(true);
      if (state === failure) resolve();
      else channel.watchConnectivityState(state, Number.POSITIVE_INFINITY, watch);
    };
    watch();
  });
}

type Engine = IEngineClient & Pick<grpc.Client, "getChannel">;
type Channel = ReturnType<Engine["getChannel"]>;

function loadStubs(address: string) {
  // The SDK's own copy of gRPC: the stubs work with no other.
  const fromSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
  const { credentials, connectivityState } = fromSdk("@grpc/grpc-js") as typeof grpc;
  const { EngineClient } = fromSdk("@pulumi/pulumi/proto/engine_grpc_pb") as {
    EngineClient: new (
      address: string,
      credentials: grpc.ChannelCredentials,
      options: grpc.ChannelOptions,
    ) => Engine;
  };
  const { LogRequest, LogSeverity } = fromSdk(
    "@pulumi/pulumi/proto/engine_pb",
  ) as typeof import("@pulumi/pulumi/proto/engine_pb");
  const client = new EngineClient(address, credentials.createInsecure(), {
    // gRPC would go through a proxy of the environment, which cannot reach this machine's engine.
    "grpc.enable_http_proxy": 0,
  });
  const { TRANSIENT_FAILURE } = connectivityState;
  return { client, LogRequest, LogSeverity, TRANSIENT_FAILURE };
}

const LINE_TIMEOUT_MS = 5000;
const CONNECT_TIMEOUT_MS = 3000;
const LOOK_AGAIN_MS = 5000;

/** Whether something listens there, gRPC or not. */
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
