import * as grpc from "@grpc/grpc-js";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { EventsService } from "@pulumi/pulumi/proto/events_grpc_pb";
import {
  type ILanguageRuntimeServer,
  LanguageRuntimeService,
} from "@pulumi/pulumi/proto/language_grpc_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

// The SDK has this class for its own inline programs, and keeps its type to itself.
const { LanguageServer }: { LanguageServer: new (program: Program) => ILanguageRuntimeServer } =
  require("@pulumi/pulumi/automation/server");

// gRPC pools connections by address, and the addresses of engines that are gone come again: without
// this a program would now and then be handed a dead one's connection, which waits to be tried anew.
const { grpcClientOptions }: { grpcClientOptions: object } =
  require("@pulumi/pulumi/runtime/settings");
Object.assign(grpcClientOptions, { "grpc.use_local_subchannel_pool": 1 });

/** A Pulumi program as a function; what it returns becomes the stack's outputs. */
// biome-ignore lint/suspicious/noConfusingVoidType: a program without outputs returns nothing
export type Program = () => Promise<Record<string, unknown> | void>;

/** Serves a program, and takes the engine's events, on one loopback port. */
export interface LanguageHost {
  /** What a `pulumi up`, `preview`, `refresh` or `destroy` needs to use this host. */
  readonly args: readonly string[];
  readonly events: readonly EngineEvent[];
  onEvent(listener: (event: EngineEvent) => void): void;
  /** Resolves once the engine has closed its stream of events, if it ever opened one. */
  readonly drained: () => Promise<void>;
  close(): void;
}

/** Runs `fn` with a host of the program, for any command that the test spawns by itself. */
export async function withLanguageHost<T>(
  program: Program,
  fn: (host: LanguageHost) => Promise<T>,
): Promise<T> {
  const host = await startLanguageHost(program);
  try {
    return await fn(host);
  } finally {
    host.close();
  }
}

export async function startLanguageHost(program: Program): Promise<LanguageHost> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
  const stream = eventStream();
  server.addService(LanguageRuntimeService, new LanguageServer(program));
  server.addService(EventsService, { streamEvents: stream.accept });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const address = `127.0.0.1:${port}`;
  return {
    args: [`--client=${address}`, "--exec-kind=auto.inline", `--event-log=tcp://${address}`],
    events: stream.events,
    onEvent: stream.onEvent,
    drained: stream.drained,
    close: () => server.forceShutdown(),
  };
}

interface EventCall {
  on(name: "data", listener: (request: { getEvent(): string }) => void): void;
  on(name: "end" | "error" | "cancelled", listener: () => void): void;
}

function eventStream() {
  const events: EngineEvent[] = [];
  const listeners: ((event: EngineEvent) => void)[] = [];
  let drained: Promise<void> = Promise.resolve();
  return {
    events,
    onEvent: (listener: (event: EngineEvent) => void) => void listeners.push(listener),
    drained: () => drained,
    accept(call: EventCall, answer: (error: null, empty: Empty) => void) {
      call.on("data", (request) => {
        const event: EngineEvent = JSON.parse(request.getEvent());
        events.push(event);
        for (const listener of listeners) listener(event);
      });
      drained = new Promise((resolve) => {
        call.on("end", () => {
          answer(null, new Empty());
          resolve();
        });
        call.on("error", resolve);
        call.on("cancelled", resolve);
      });
    },
  };
}
