import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

/**
 * The engine as far as a plugin speaks to it: a server that takes lines.
 *
 * @param take a line counts as taken once this has ended.
 */
export async function startEngineServer(take: (line: LogRequest) => void | Promise<void>) {
  const server = new grpc.Server();
  server.addService(EngineService, {
    async log(call: { request: LogRequest }, answer: (error: null, empty: Empty) => void) {
      await take(call.request);
      answer(null, new Empty());
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { address: `127.0.0.1:${port}`, close: () => server.forceShutdown() };
}
