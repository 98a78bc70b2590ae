import type * as protocol from "@pulumi/pulumi/proto/provider_pb";
import { type EngineRequest, UNKNOWN_REQUEST } from "../kernel/ports";
import { liveInstancesOf } from "./liveInstances";
import { sdkModule } from "./sdkModule";

/** What the engine says with its requests. */
export interface RequestFacts {
  /**
   * What came with the request of these values: the very object that the SDK calls the verb with
   * (`news` of check, diff and update; inputs of create; properties of read and delete). Of any other
   * object nothing is known, nor of the first request of the process, which {@link searchRequestOf} finds.
   */
  requestOf(values: object): EngineRequest;
  /** The same of the first request too. It costs some 0.5 s, once: call it where the answer is needed. */
  searchRequestOf(values: object): EngineRequest;
  /** The URN under which the engine last asked for the resource of this id; it may search as well. */
  urnOf(id: string): string | undefined;
}

/**
 * Notes the URN, time-out and preview flag of each request. The engine sends them, but the SDK hands
 * a provider the values alone; what the state could remember goes stale with an alias or a rename.
 *
 * The SDK makes one object of a request's values and calls the provider with that object, so it
 * identifies the request however many run at once. Requests for resources that are not ours are left
 * as they are. To be called before the first verb: `configure` is early enough.
 */
export function noteRequests(): RequestFacts {
  const sdk = sdkModule<typeof protocol>("@pulumi/pulumi/proto/provider_pb");
  const facts = new NotedRequests([sdk.CheckRequest, sdk.ReadRequest, sdk.DeleteRequest]);
  const note = (request: Request, values: object) => facts.note(request, values);
  onValues(sdk.CheckRequest.prototype, "getNews", note);
  onValues(sdk.DiffRequest.prototype, "getNews", note);
  onValues(sdk.CreateRequest.prototype, "getProperties", note);
  onValues(sdk.UpdateRequest.prototype, "getNews", note);
  onValues(sdk.ReadRequest.prototype, "getProperties", note);
  onValues(sdk.ReadRequest.prototype, "getInputs", note); // where there are no properties
  onValues(sdk.DeleteRequest.prototype, "getProperties", note);
  return facts;
}

/** A message of the provider protocol, as far as it is used here. */
interface Request {
  getUrn(): string;
  getId?(): string;
  /** Seconds; 0 where the user set none. */
  getTimeout?(): number;
  getPreview?(): boolean;
}

type RequestClass = new () => Request;

interface Struct {
  toJavaScript(): object;
}

class NotedRequests implements RequestFacts {
  private readonly byValues = new WeakMap<object, EngineRequest>();
  private readonly urns = new Map<string, string>();
  private readonly noted = new WeakSet<Request>();
  private hasSearched = false;

  /** What all messages of the protocol inherit from: one walk through the heap finds each of them. */
  private readonly message: object;

  /** @param firsts the requests that a process may begin with. */
  constructor(private readonly firsts: readonly RequestClass[]) {
    this.message = Object.getPrototypeOf(firsts[0]?.prototype);
  }

  note(request: Request, values?: object): EngineRequest {
    const urn = request.getUrn();
    const seconds = request.getTimeout?.() ?? 0;
    const timeoutMs = seconds > 0 ? seconds * 1000 : undefined;
    const known = { urn, timeoutMs, isPreview: request.getPreview?.() };
    this.noted.add(request);
    if (values !== undefined) this.byValues.set(values, known);
    const id = request.getId?.() ?? "";
    if (id !== "") this.urns.set(id, urn);
    return known;
  }

  requestOf(values: object): EngineRequest {
    return this.byValues.get(values) ?? UNKNOWN_REQUEST;
  }

  searchRequestOf(values: object): EngineRequest {
    const known = this.byValues.get(values) ?? this.findFirst() ?? UNKNOWN_REQUEST;
    this.byValues.set(values, known);
    return known;
  }

  urnOf(id: string): string | undefined {
    if (!this.urns.has(id)) this.findFirst();
    return this.urns.get(id);
  }

  /**
   * The first request of the process was asked for its values before anything of ours was loaded, and
   * nobody hands it on. It is still in the heap, and the only one of ours that was not noted.
   */
  private findFirst(): EngineRequest | undefined {
    if (this.hasSearched) return undefined;
    this.hasSearched = true;
    const missed = liveInstancesOf(this.message).filter(
      (message): message is Request =>
        this.firsts.some((first) => message instanceof first) &&
        !this.noted.has(message as Request) &&
        isOurs((message as Request).getUrn()),
    );
    const [only, ...more] = missed;
    return only !== undefined && more.length === 0 ? this.note(only) : undefined;
  }
}

/** Calls back with what the SDK makes of the values that it asks a request of ours for. */
function onValues<Name extends string>(
  prototype: Request & { [name in Name]: () => Struct | undefined },
  name: Name,
  note: (request: Request, values: object) => void,
): void {
  const get: () => Struct | undefined = prototype[name];
  const getAndNote = function (this: Request) {
    const struct = get.call(this);
    if (struct === undefined || !isOurs(this.getUrn())) return struct;
    const toJavaScript = struct.toJavaScript.bind(struct);
    struct.toJavaScript = () => {
      const values = toJavaScript();
      note(this, values);
      return values;
    };
    return struct;
  };
  Object.assign(prototype, { [name]: getAndNote });
}

const OUR_TYPES = "pulumi-nodejs:dynamic/nclue:";

/** By the resource's own type, the last of the URN's third part: `urn:pulumi:…::…::a$b$type::name`. */
function isOurs(urn: string): boolean {
  return urn.split("::")[2]?.split("$").at(-1)?.startsWith(OUR_TYPES) ?? false;
}
