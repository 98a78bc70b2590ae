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
 * short at either side of the operation.
 */
export async function handleApiRequest(
  request: IncomingMessage,
  response: ServerResponse,
  parts: ApiParts,
): Promise<void> {
  const text = await readBody(request, largestBodyBytes + 1);
  const url = new URL(request.url ?? "/", "http://localhost");
  const entry = parts.log.begin({
    atMs: gatewayNowMs(parts.service),
    method: request.method ?? "GET",
    path: url.pathname.startsWith(basePath) ? url.pathname.slice(basePath.length) : url.pathname,
    query: url.search.slice(1),
    accessKey: header(request, "x-ncp-iam-access-key") ?? null,
    body: request.method === "POST" ? parseOrNull(text) : null,
  });
  const fault = parts.faults.take(entry);
  const skewMs = fault?.answer.kind === "skew" ? fault.answer.skewMs : 0;
  if (fault) parts.log.update(entry, { fault: fault.id });

  const handle = async (): Promise<Answer> => {
    const answer = await answerRequest(request, url, text, entry.atMs + skewMs, parts);
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

async function answerRequest(
  request: IncomingMessage,
  url: URL,
  text: string,
  atMs: number,
  parts: ApiParts,
): Promise<Answer> {
  const { service } = parts;
  try {
    const arrival: Arrival = {
      method: request.method ?? "GET",
      pathAndQuery: request.url ?? "/",
      header: (name) => header(request, name),
      atMs,
    };
    const switches = service.switches.read();
    if (text.length > largestBodyBytes) throw gatewayError.tooLarge();
    const key = await passGateway(arrival, parts.accounts, parts.rateGate, switches);
    const route = findRoute(arrival.method, url.pathname, switches.trailingSlash === "same");
    if (!route) throw gatewayError.notFound();
    const body =
      arrival.method === "POST" ? readJson(request, text, switches.contentTypeRequired) : {};

    const nowMs = service.clock.now();
    await settle(service, nowMs);
    const { operation, family, id } = route;
    const { account } = key;
    return jsonAnswer(
      await operation({ service, account, family, id, query: url.searchParams, body, nowMs }),
    );
  } catch (error) {
    const told = error instanceof ServiceError ? error : gatewayError.unexpected();
    return errorAnswer(told, service.switches.read(), url.pathname, service.clock.now());
  }
}

function readJson(
  request: IncomingMessage,
  text: string,
  contentTypeRequired: boolean,
): JsonObject {
  const isJson = header(request, "content-type")?.startsWith("application/json") ?? false;
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

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
