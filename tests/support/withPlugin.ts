import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { repositoryFolder } from "../../tools/folders.mjs";
import { startEngineServer } from "./engineServer";

export type Values = Record<string, unknown>;

export interface PluginOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The stack's config, by full keys. */
  readonly config?: Readonly<Record<string, string>>;
  /** @default the repository's */
  readonly cwd?: string;
  /** @default that of an engine that takes every line */
  readonly engineAddress?: string;
}

/** What create, update and an init error answer. */
export interface Answer {
  readonly id: string;
  readonly properties: Values;
  /** Why the resource is there but not as it should be. */
  readonly reasons?: readonly string[];
}

/** The SDK's plugin process, spoken to as the engine does. */
export interface Plugin {
  readonly process: ChildProcess;
  /** What it printed. */
  readonly output: () => string;
  /** The lasting lines that it logged to the engine, as `SEVERITY text`. */
  readonly lines: readonly string[];
  check(olds: Values, news: Values): Promise<{ inputs: Values; failures: [string, string][] }>;
  diff(id: string, olds: Values, news: Values): Promise<{ changes: number; replaces: string[] }>;
  create(inputs: Values): Promise<Answer>;
  read(id: string, properties: Values): Promise<Answer>;
  update(id: string, olds: Values, news: Values): Promise<Answer>;
  delete(id: string, properties: Values): Promise<void>;
  cancel(): Promise<void>;
}

const urn = "urn:pulumi:dev::project::pulumi-nodejs:dynamic/nclue:TaskRun::scores";
const severities = ["DEBUG", "INFO", "WARNING", "ERROR"];

/** Starts the plugin with an engine that only listens, and configures it as the engine does. */
export async function withPlugin<T>(
  { env, config = {}, cwd = repositoryFolder, engineAddress }: PluginOptions,
  fn: (plugin: Plugin) => Promise<T>,
): Promise<T> {
  const lines: string[] = [];
  const engine = await startEngineServer((line) => {
    if (!line.getEphemeral()) lines.push(`${severities[line.getSeverity()]} ${line.getMessage()}`);
  });
  const script = path.join(
    repositoryFolder,
    "node_modules/@pulumi/pulumi/cmd/dynamic-provider/index.js",
  );
  const child = spawn(process.execPath, [script, engineAddress ?? engine.address], {
    cwd,
    env: { PATH: process.env.PATH, NCLUE_PROGRESS: "off", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  const keep = (text: string) => {
    printed += text;
  };
  child.stderr.setEncoding("utf8").on("data", keep);
  child.stdout.setEncoding("utf8").on("data", keep);
  const ended = once(child, "exit");
  try {
    const [port] = await Promise.race([
      once(child.stdout, "data"),
      ended.then(() => Promise.reject(new Error(`the plugin ended: ${printed}`))),
    ]);
    const client = new ResourceProviderClient(
      `127.0.0.1:${`${port}`.trim()}`,
      grpc.credentials.createInsecure(),
    );
    const plugin = speakTo(client);
    await plugin.configure(config);
    return await fn({ ...plugin, process: child, output: () => printed, lines });
  } finally {
    child.kill("SIGKILL");
    await ended;
    engine.close();
  }
}

function speakTo(client: ResourceProviderClient) {
  return {
    async configure(config: Readonly<Record<string, string>>): Promise<void> {
      const request = new rpc.ConfigureRequest();
      request.setArgs(structOf(config));
      await called<rpc.ConfigureResponse>((done) => client.configure(request, done));
    },
    async check(olds: Values, news: Values) {
      const request = new rpc.CheckRequest();
      request.setUrn(urn);
      request.setOlds(structOf(olds));
      request.setNews(structOf(news));
      const answer = await called<rpc.CheckResponse>((done) => client.check(request, done));
      const failures = answer
        .getFailuresList()
        .map((failure): [string, string] => [failure.getProperty(), failure.getReason()]);
      return { inputs: valuesOf(answer.getInputs()), failures };
    },
    async diff(id: string, olds: Values, news: Values) {
      const request = new rpc.DiffRequest();
      request.setId(id);
      request.setUrn(urn);
      request.setOlds(structOf(olds));
      request.setNews(structOf(news));
      const answer = await called<rpc.DiffResponse>((done) => client.diff(request, done));
      return { changes: answer.getChanges() as number, replaces: answer.getReplacesList() };
    },
    create(inputs: Values): Promise<Answer> {
      const request = new rpc.CreateRequest();
      request.setUrn(urn);
      request.setProperties(structOf(inputs));
      return answered<rpc.CreateResponse>((done) => client.create(request, done));
    },
    read(id: string, properties: Values): Promise<Answer> {
      const request = new rpc.ReadRequest();
      request.setId(id);
      request.setUrn(urn);
      request.setProperties(structOf(properties));
      return answered<rpc.ReadResponse>((done) => client.read(request, done));
    },
    async update(id: string, olds: Values, news: Values): Promise<Answer> {
      const request = new rpc.UpdateRequest();
      request.setId(id);
      request.setUrn(urn);
      request.setOlds(structOf(olds));
      request.setNews(structOf(news));
      const answer = await answered<rpc.UpdateResponse>((done) => client.update(request, done));
      return { ...answer, id: answer.id === "" ? id : answer.id };
    },
    async delete(id: string, properties: Values): Promise<void> {
      const request = new rpc.DeleteRequest();
      request.setId(id);
      request.setUrn(urn);
      request.setProperties(structOf(properties));
      await called<Empty>((done) => client.delete(request, done));
    },
    async cancel(): Promise<void> {
      await called<Empty>((done) => client.cancel(new Empty(), done));
    },
  };
}

type Done<T> = (error: grpc.ServiceError | null, answer: T) => void;

function called<T>(call: (done: Done<T>) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, answer) => (error ? reject(error) : resolve(answer)));
  });
}

/** The answer, or what an init error carries instead of one. */
async function answered<T extends { getProperties(): Struct | undefined }>(
  call: (done: Done<T>) => unknown,
): Promise<Answer> {
  try {
    const answer = await called(call);
    const id = "getId" in answer ? `${(answer as unknown as rpc.CreateResponse).getId()}` : "";
    return { id, properties: valuesOf(answer.getProperties()) };
  } catch (error) {
    const detail = (error as grpc.ServiceError).metadata?.get("grpc-status-details-bin")[0];
    if (!Buffer.isBuffer(detail)) throw error;
    return initError(detail);
  }
}

/** A `google.rpc.Status` whose one detail is the init error. */
function initError(bytes: Buffer): Answer {
  const { Status }: { Status: { deserializeBinary(bytes: Uint8Array): StatusMessage } } =
    require("@pulumi/pulumi/proto/status_pb");
  const [any] = Status.deserializeBinary(bytes).getDetailsList();
  if (any === undefined) throw new Error("a status without details");
  const detail = rpc.ErrorResourceInitFailed.deserializeBinary(any.getValue_asU8());
  return {
    id: detail.getId(),
    properties: valuesOf(detail.getProperties()),
    reasons: detail.getReasonsList(),
  };
}

interface StatusMessage {
  getDetailsList(): { getValue_asU8(): Uint8Array }[];
}

function structOf(values: Readonly<Record<string, unknown>>): Struct {
  return Struct.fromJavaScript(values as Record<string, JavaScriptValue>);
}

function valuesOf(struct: Struct | undefined): Values {
  return struct?.toJavaScript() ?? {};
}
