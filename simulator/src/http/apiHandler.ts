import type { IncomingMessage, ServerResponse } from "node:http";
import type { Accounts } from "../gateway/accounts";
import { type Arrival, passGateway } from "../gateway/passGateway";
import type { RateGate } from "../gateway/rateGate";
import type { Faults } from "../levers/faults";
import type { Holds } from "../levers/holds";
import type { ListChanges } from "../levers/listChanges";
import type { LoggedRequest, RequestLog } from "../levers/requestLog";
import { strike } from "../levers/strike";
import type { JsonObject } from "../operations/call";
import type { Service } from "../service/service";
import { gatewayError, ServiceError } from "../service/serviceError";
import { settle } from "../service/settle";
import type { Answer } from "./answer";
import { deliver } from "./deliver";
import { errorAnswer } from "./errorAnswer";
import { readBody } from "./readBody";
import { basePath, findRoute } from "./router";

/** What the API's side of the server works with. */
export interface ApiParts {
  readonly service: Service;
  readonly accounts: Accounts;
  readonly rateGate: RateGate;
  readonly log: RequestLog;
  readonly faults: Faults;
  readonly holds: Holds;
  readonly listChanges: ListChanges;
  /** Called with each request once it is over. */
  readonly onRequest: (request: LoggedRequest) => void;
}

/** The largest body that the gateway takes. */
const largestBodyBytes = 1_000_000;

/**
 * The way of a request: body → log → fault? → gateway → settle → operation → answer. A fault may end it
 * on either side of the operation.
 */
export async function handleApiRequest(
  request: IncomingMessage,
  response: ServerResponse,
  parts: ApiParts,
): Promise<void> {
  const received = await receive(request, parts);
  const entry = parts.log.begin(logLine(received));
  const fault = parts.faults.take(entry);
  if (fault) parts.log.update(entry, { fault: fault.id });
  const skewMs = fault?.answer.kind === "skew" ? fault.answer.skewMs : 0;

  const handle = async (): Promise<Answer> => {
    const answer = await answerRequest({ ...received, atMs: received.atMs + skewMs }, parts);
    parts.log.update(entry, { handled: true });
    return answer;
  };
  const delivery = fault
    ? await strike(fault, {
        handle,
        hold: (when) => parts.holds.hold(entry, when),
        refuse: (code, headers) => refusal(gatewayError(code, headers), received, parts),
      })
    : await handle();

  const hasDate = parts.service.switches.read().dateHeader === "sent";
  const dateMs = hasDate ? gatewayNowMs(parts.service) + skewMs : undefined;
  try {
    await deliver(delivery, response, dateMs);
  } finally {
    const status = "status" in delivery ? delivery.status : null;
    parts.log.update(entry, { status, done: true });
    parts.onRequest(entry);
  }
}

/** A request that came in whole. */
interface Received extends Arrival {
  readonly path: string;
  readonly query: string;
  readonly text: string;
}

async function receive(request: IncomingMessage, { service }: ApiParts): Promise<Received> {
  const text = await readBody(request, largestBodyBytes + 1);
  const pathAndQuery = request.url ?? "/";
  // Taken apart by hand: a URL parser would tidy up slashes and dots that the service may mind.
  const [path = "", query = ""] = pathAndQuery.split(/\?(.*)/s);
  return {
    method: request.method ?? "GET",
    pathAndQuery,
    path,
    query,
    text,
    atMs: gatewayNowMs(service),
    header(name) {
      const value = request.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
  };
}

function logLine({ atMs, method, path, query, text, header }: Received) {
  return {
    atMs,
    method,
    path: path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : path,
    query,
    accessKey: header("x-ncp-iam-access-key") ?? null,
    body: method === "POST" ? parseOrNull(text) : null,
  };
}

async function answerRequest(received: Received, parts: ApiParts): Promise<Answer> {
  const { service, accounts, rateGate } = parts;
  const { method, path, query } = received;
  const switches = service.switches.read();
  try {
    const { account } = await passGateway(received, accounts, rateGate, switches);
    const route = findRoute(method, path, switches.trailingSlash === "same");
    if (!route) throw gatewayError(300);
    const body = method === "POST" ? readJson(received, switches.contentTypeRequired) : {};

    const nowMs = service.clock.now();
    await settle(service, nowMs);
    const { operation, family, id } = route;
    const call = { service, account, family, id, query: new URLSearchParams(query), body, nowMs };
    const answer = await operation(call);
    if (method === "GET" && id === "") parts.listChanges.afterList(family);
    return answer;
  } catch (error) {
    // Not one of the service's errors, so something is wrong here or with the storage: say so.
    if (!(error instanceof ServiceError)) process.emitWarning(error as Error);
    const known = error instanceof ServiceError ? error : gatewayError(900);
    return refusal(known, received, parts);
  }
}

function refusal(error: ServiceError, { path, text }: Received, { service }: ApiParts): Answer {
  const context = { path, nowMs: service.clock.now(), body: parseOrNull(text) };
  return errorAnswer(error, service.switches.read(), context);
}

function readJson({ text, header }: Received, contentTypeRequired: boolean): JsonObject {
  if (text.length > largestBodyBytes) throw gatewayError(430);
  const isJson = header("content-type")?.startsWith("application/json") ?? false;
  if (contentTypeRequired && !isJson) throw gatewayError(100);
  const body = parseOrNull(text);
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw gatewayError(100);
  }
  return body as JsonObject;
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function gatewayNowMs({ clock, switches }: Service): number {
  const { gatewayClock, gatewaySkewMs } = switches.read();
  return (gatewayClock === "service" ? clock.now() : clock.sourceNow()) + gatewaySkewMs;
}
