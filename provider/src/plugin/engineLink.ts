import { connect } from "node:net";
import type * as grpc from "@grpc/grpc-js";
import type { IEngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type * as messages from "@pulumi/pulumi/proto/engine_pb";
import type { Clock } from "../kernel/ports";
import { sdkModule } from "./sdkModule";

/**
 * The plugin's line to the engine. The engine hands its address to every plugin and serves `Log` to
 * all of them, but the SDK gives a dynamic provider no way to use it; its stubs are public, though.
 */
export interface EngineLink {
  /**
   * Resolves when the engine has taken the line, or after {@link ANSWER_WITHIN_MS} without it. The
   * engine may take calls that are under way at one time in any order, so each line waits for the
   * one before.
   */
  log(line: LogLine): Promise<void>;
  /** Resolves once the engine is certainly gone: nothing listens at its address any more. */
  gone(): Promise<void>;
  /** Nothing more is sent. */
  close(): void;
}

export interface LogLine {
  readonly severity: "debug" | "info" | "warning";
  readonly text: string;
  /** The resource that the line belongs to; without one it belongs to the stack. */
  readonly urn: string | undefined;
  /** Shown while the operation runs, and gone at its end. */
  readonly isEphemeral: boolean;
}

/** The engine is on this machine, but may be busy or held up by its terminal. A verb waits for its lines. */
const ANSWER_WITHIN_MS = 10_000;

/**
 * @param address `host:port`, the first argument of the plugin's process.
 * @param answerWithinMs A line that is not taken by then is given up.
 */
export function connectToEngine(
  address: string,
  clock: Clock,
  answerWithinMs = ANSWER_WITHIN_MS,
): EngineLink {
  const { credentials, connectivityState } = sdkModule<typeof grpc>("@grpc/grpc-js");
  const { EngineClient } = sdkModule<Stubs>("@pulumi/pulumi/proto/engine_grpc_pb");
  const toRequest = requestMaker();
  const client = new EngineClient(address, credentials.createInsecure(), {
    // gRPC follows http_proxy and its like even to this machine's own addresses.
    "grpc.enable_http_proxy": 0,
  });
  // A line that cannot be shown is no reason to fail.
  const send = (line: LogLine, deadline: number) =>
    new Promise<void>((resolve) => client.log(toRequest(line), { deadline }, () => resolve()));
  let lastLine = Promise.resolve();
  return {
    log: (line) => {
      const deadline = clock.nowMs() + answerWithinMs;
      lastLine = lastLine.then(() => send(line, deadline));
      return lastLine;
    },
    gone: async () => {
      for (;;) {
        await disconnected(client.getChannel(), connectivityState.TRANSIENT_FAILURE);
        if (await isRefused(address)) return;
        await clock.sleep(ASK_AGAIN_MS);
      }
    },
    close: () => client.close(),
  };
}

interface Stubs {
  readonly EngineClient: new (
    address: string,
    credentials: grpc.ChannelCredentials,
    options: grpc.ChannelOptions,
  ) => Engine;
}

type Channel = ReturnType<grpc.Client["getChannel"]>;

type Engine = Pick<grpc.Client, "getChannel" | "close"> & {
  log(
    request: messages.LogRequest,
    options: grpc.CallOptions,
    done: Parameters<IEngineClient["log"]>[3],
  ): unknown;
};

function requestMaker(): (line: LogLine) => messages.LogRequest {
  const { LogRequest, LogSeverity } = sdkModule<typeof messages>("@pulumi/pulumi/proto/engine_pb");
  const severities = {
    debug: LogSeverity.DEBUG,
    info: LogSeverity.INFO,
    warning: LogSeverity.WARNING,
  };
  return ({ severity, text, urn, isEphemeral }) => {
    const request = new LogRequest();
    request.setSeverity(severities[severity]);
    request.setMessage(text);
    request.setUrn(urn ?? "");
    request.setEphemeral(isEphemeral);
    return request;
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

const CONNECT_TIMEOUT_MS = 3000;
const ASK_AGAIN_MS = 5000;

/**
 * Whether nothing listens there. An engine that does not answer may be stopped or slow, and an error
 * of this side (no descriptors, no free port) says nothing about it.
 */
function isRefused(address: string): Promise<boolean> {
  const colon = address.lastIndexOf(":");
  return new Promise((resolve) => {
    const socket = connect({
      host: address.slice(0, colon),
      port: Number(address.slice(colon + 1)),
      timeout: CONNECT_TIMEOUT_MS,
    });
    const settle = (isGone: boolean) => {
      socket.destroy();
      resolve(isGone);
    };
    socket.once("connect", () => settle(false));
    socket.once("error", (error: NodeJS.ErrnoException) => settle(error.code === "ECONNREFUSED"));
    socket.once("timeout", () => settle(false));
  });
}
