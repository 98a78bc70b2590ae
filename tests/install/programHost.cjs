// node programHost.cjs PROGRAM
//
// Serves the program in the working directory to a `pulumi` command, with the packages that are
// installed there, as the Node language host does; the first line it prints is its address. It ends
// with its input.
const { createRequire } = require("node:module");
const path = require("node:path");

const file = path.resolve(process.argv[2] ?? "index.js");
const installed = createRequire(file);
const fromSdk = createRequire(installed.resolve("@pulumi/pulumi/package.json"));
const grpc = fromSdk("@grpc/grpc-js");
const { LanguageServer } = fromSdk("@pulumi/pulumi/automation/server");
const { LanguageRuntimeService } = fromSdk("@pulumi/pulumi/proto/language_grpc_pb");

const program = async () => ({ ...(await import(file)) });
const server = new grpc.Server();
server.addService(LanguageRuntimeService, new LanguageServer(program));
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(`127.0.0.1:${port}`);
});
process.stdin.resume().once("end", () => process.exit(0));
