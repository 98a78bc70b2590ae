import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody } from "../http/readBody";
import { familyNames, isFamilyName } from "../service/families";
import type { Simulator } from "../simulator";

/** The levers live beside the API, on the same port. */
export const controlPath = "/__control";

/** One request to the levers. Its client may give up a long wait: `abort`. */
interface Lever {
  readonly simulator: Simulator;
  readonly id: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly abort: AbortSignal;
}

/**
 * The levers of a {@link Simulator} over HTTP, JSON in and out, one line a route; `{id}` matches one
 * segment. Mistakes are answered with 400 and `{"message": …}`.
 */
const routes: Readonly<Record<string, (lever: Lever) => unknown>> = {
  "GET /state": ({ simulator }) => state(simulator),

  ...seedRoutes(),
  "GET /jobs": ({ simulator, query }) => jobs(simulator, query),
  "GET /jobs/{id}": async ({ simulator, id }) => (await simulator.job(id)) ?? null,
  "DELETE /jobs/{id}": ({ simulator, id }) => simulator.deleteJob(id),
  "PATCH /jobs/{id}/plan": ({ simulator, id, body }) => simulator.setPlan(id, given(body)),
  "POST /jobs/{id}/fail": ({ simulator, id, body }) =>
    simulator.failJob(id, given<{ failMessage?: string }>(body).failMessage),
  "POST /jobs/{id}/complete": ({ simulator, id }) => simulator.completeJob(id),
  "PATCH /plan": ({ simulator, body }) => simulator.setDefaultPlan(given(body)),
  "POST /list-changes": ({ simulator, body }) => simulator.changeAfterList(given(body)),
  "POST /plans": ({ simulator, body }) => simulator.queuePlans(...givenList<object>(body)),

  "PATCH /clock": ({ simulator, body }) => simulator.setClock(given(body)),
  "POST /clock/advance": ({ simulator, body }) => simulator.advance(given<{ ms: number }>(body).ms),
  "POST /settle": ({ simulator }) => simulator.settle(),

  "POST /accounts": ({ simulator, body }) => simulator.addAccount(given(body)),
  "PATCH /keys/{id}": ({ simulator, id, body }) =>
    simulator.setKeyAccess(
      id,
      given<{ access: Parameters<Simulator["setKeyAccess"]>[1] }>(body).access,
    ),
  "DELETE /keys/{id}": ({ simulator, id }) => simulator.removeKey(id),
  "GET /switches": ({ simulator }) => simulator.switches(),
  "PATCH /switches": ({ simulator, body }) => simulator.setSwitches(given(body)),
  "DELETE /switches": ({ simulator }) => simulator.resetSwitches(),

  "GET /faults": ({ simulator }) => simulator.faults(),
  "POST /faults": ({ simulator, body }) => simulator.addFault(given(body)),
  "DELETE /faults": ({ simulator }) => simulator.clearFaults(),
  "POST /holds": ({ simulator, body }) => {
    const { k, when } = given<{ k: number; when?: "before" | "after" }>(body);
    return simulator.holdRequest(k, when);
  },
  "GET /held": ({ simulator }) => simulator.heldRequests(),
  "GET /held/next": ({ simulator, abort }) => simulator.held(abort),
  "POST /held/{id}/release": ({ simulator, id }) => findHeld(simulator, id).release(),
  "POST /held/{id}/drop": ({ simulator, id }) => findHeld(simulator, id).drop(),

  "GET /log": ({ simulator, query, abort }) => log(simulator, query, abort),
  "DELETE /log": ({ simulator }) => simulator.clearLog(),
};

export async function handleControlRequest(
  request: IncomingMessage,
  response: ServerResponse,
  simulator: Simulator,
): Promise<void> {
  const text = await readBody(request, Number.POSITIVE_INFINITY);
  const url = new URL(request.url ?? "/", "http://localhost");
  const path = url.pathname.slice(controlPath.length);
  const gone = new AbortController();
  response.once("close", () => gone.abort());

  const [status, body] = await answer(`${request.method} ${path}`, {
    simulator,
    query: url.searchParams,
    abort: gone.signal,
    text,
  });
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body ?? null));
}

async function answer(
  line: string,
  { text, ...rest }: Omit<Lever, "id" | "body"> & { readonly text: string },
): Promise<[status: number, body: unknown]> {
  for (const [pattern, pull] of Object.entries(routes)) {
    const match = new RegExp(`^${pattern.replace("{id}", "([^/]+)")}$`).exec(line);
    if (!match) continue;
    try {
      const body: unknown = text === "" ? undefined : JSON.parse(text);
      return [200, await pull({ ...rest, id: decodeURIComponent(match[1] ?? ""), body })];
    } catch (error) {
      return [400, { message: error instanceof Error ? error.message : String(error) }];
    }
  }
  return [404, { message: `there is no lever ${line}`, levers: Object.keys(routes) }];
}

function state(simulator: Simulator): unknown {
  const { endpoint, accessKey, secretKey } = simulator;
  return {
    endpoint,
    accessKey,
    secretKey,
    now: simulator.now(),
    requests: simulator.log().at(-1)?.k ?? 0,
    held: simulator.heldRequests().length,
  };
}

async function jobs(simulator: Simulator, query: URLSearchParams): Promise<unknown> {
  const family = query.get("family");
  if (family !== null && !isFamilyName(family)) {
    throw new TypeError(`there is no family ${family}; use one of ${familyNames.join(", ")}`);
  }
  const lists = (family === null ? familyNames : [family]).map((name) => simulator.jobs(name));
  return (await Promise.all(lists)).flat();
}

/** Seeding a family's job has the path of its collection. */
function seedRoutes(): Record<string, (lever: Lever) => unknown> {
  return Object.fromEntries(
    familyNames.map((family) => [
      `POST /${family}`,
      ({ simulator, body }: Lever) => simulator.seed(family, given(body)),
    ]),
  );
}

/** `min=5` waits until five requests are over; `method` and `path` narrow what counts and shows. */
async function log(
  simulator: Simulator,
  query: URLSearchParams,
  abort: AbortSignal,
): Promise<unknown> {
  const method = query.get("method");
  const path = query.get("path");
  const counts = (entry: { method: string; path: string }): boolean =>
    (method === null || entry.method === method) && (path === null || entry.path === path);
  const min = Number(query.get("min") ?? 0);
  const entries = await simulator.waitForRequests(
    (all) => all.filter((entry) => entry.done && counts(entry)).length >= min,
    abort,
  );
  return entries.filter(counts);
}

function findHeld(simulator: Simulator, id: string) {
  const held = simulator.heldRequests().find((request) => request.id === id);
  if (!held) throw new RangeError(`there is no held request ${id}`);
  return held;
}

/** The body of a lever; the levers themselves say what is wrong with it. */
function given<Body extends object>(body: unknown): Body {
  if (body === undefined) return {} as Body;
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new TypeError("the body must be a JSON object");
  }
  return body as Body;
}

function givenList<Item>(body: unknown): readonly Item[] {
  if (!Array.isArray(body)) throw new TypeError("the body must be a JSON array");
  return body;
}
