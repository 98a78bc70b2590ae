import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Accounts } from "./accounts";
import { type Answer, jsonAnswer } from "./answer";
import type { JsonObject } from "./describeJob";
import { errorAnswer } from "./errorAnswer";
import type { Faults } from "./faults";
import { type Arrival, passGateway } from "./gateway";
import type { Holds } from "./holds";
import type { RateGate } from "./rateGate";
import { readBody } from "./readBody";
import type { LoggedRequest, RequestLog } from "./requestLog";
import { basePath, findRoute } from "./router";
import type { Service } from "./service";
import { gatewayError, ServiceError } from "./serviceError";
import { settle } from "./settle";
import { type Delivery, strike } from "./strike";

/** What the API's side of the server works with. */
export interface ApiParts {
  readonly service: Service;
  readonly accounts: Accounts;
  readonly rateGate: RateGate;
  readonly log: RequestLog;
  readonly faults: Faults;
  readonly holds: Holds;
  /** Told of each request once all is over. */
  readonly onRequest: (request: LoggedRequest) => void;
}

/** The largest body that the gateway takes. */
const largestBodyBytes = 1_000_000;

/**
 * The way of a request: body → log → fault? → gateway → settle → operation → answer. A fault may cut it
 * short on either side of the operation.
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
    ? await strike(fault, handle, (when) => parts.holds.hold(entry, when))
    : await handle();

  deliver(delivery, response, gatewayNowMs(parts.service) + skewMs);
  const status = "status" in delivery ? delivery.status : null;
  parts.log.update(entry, { status, done: true });
  parts.onRequest(entry);
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
    if (!route) throw gatewayError.notFound();
    const body = method === "POST" ? readJson(received, switches.contentTypeRequired) : {};

    const nowMs = service.clock.now();
    await settle(service, nowMs);
    const { operation, family, id } = route;
    const call = { service, account, family, id, query: new URLSearchParams(query), body, nowMs };
    return jsonAnswer(await operation(call));
  } catch (error) {
    // Not one of the service's errors, so something is wrong here or with the storage: say so.
    if (!(error instanceof ServiceError)) process.emitWarning(error as Error);
    const told = error instanceof ServiceError ? error : gatewayError.unexpected();
    return errorAnswer(told, switches, path, service.clock.now());
  }
}

function readJson({ text, header }: Received, contentTypeRequired: boolean): JsonObject {
  if (text.length > largestBodyBytes) throw gatewayError.tooLarge();
  const isJson = header("content-type")?.startsWith("application/json") ?? false;
  if (contentTypeRequired && !isJson) throw gatewayError.badRequest();
  const body = parseOrNull(text);
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw gatewayError.badRequest();
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

function deliver(delivery: Delivery, response: ServerResponse, dateMs: number): void {
  if ("cut" in delivery && delivery.cut === "atOnce") {
    response.socket?.resetAndDestroy();
    return;
  }
  const answer = "cut" in delivery ? delivery.of : delivery;
  const body = Buffer.from(answer.body, "utf8");
  response.writeHead(answer.status, {
    date: new Date(dateMs).toUTCString(),
    "content-type": answer.contentType,
    "content-length": body.length,
    "x-ncp-request-id": randomUUID(),
    ...answer.headers,
  });
  if ("cut" in delivery) {
    const half = body.subarray(0, Math.floor(body.length / 2));
    response.write(half, () => response.socket?.destroy());
  } else {
    response.end(body);
  }
}
