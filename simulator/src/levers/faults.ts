import { type GatewayCode, isGatewayCode } from "../service/serviceError";
import type { LoggedRequest } from "./requestLog";

/** A scripted fault: which requests it meets, and what happens to them. */
export interface Fault {
  /** Which requests count; all of them when left out. */
  readonly match?: FaultMatch;
  /** The first matching request it acts on, from 1. @default 1 */
  readonly nth?: number;
  /** How many matching requests in a row it acts on. @default 1 */
  readonly times?: number | "always";
  /**
   * Whether it strikes before the service handles the request, which then never happens, or after, so
   * that only the answer suffers. `truncated`, `edit` and `skew` need the true answer: always after.
   * @default "before"
   */
  readonly when?: "before" | "after";
  readonly answer: FaultAnswer;
}

export interface FaultMatch {
  readonly method?: string;
  /** Below `/api/v1`, without the query; `*` matches one segment: `/task-runs/*`. */
  readonly path?: string;
  /** The one request with this sequence number in the log. */
  readonly k?: number;
}

export type FaultAnswer =
  /** The connection is cut without an answer. */
  | { readonly kind: "drop" }
  /** Nothing is sent until the held request is released (the true answer) or dropped. */
  | { readonly kind: "hold" }
  /** This answer in place of the true one; a body that is not a text is sent as JSON. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
    }
  /** The gateway's error of this code, such as 510 for 504 Endpoint Timeout. */
  | {
      readonly kind: "gateway";
      readonly code: GatewayCode;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** 200 with bytes that are no JSON. */
  | { readonly kind: "garbage" }
  /** 200 with no body. */
  | { readonly kind: "empty" }
  /** The true answer announced in full, half of it sent, then the connection cut. */
  | { readonly kind: "truncated" }
  /** The true answer with some fields replaced, in the object and in each item of a list. */
  | { readonly kind: "edit"; readonly fields: Readonly<Record<string, unknown>> }
  /** The gateway's clock (signature check, `Date` header) is off by this much. */
  | { readonly kind: "skew"; readonly skewMs: number };

/** A fault with how often it has matched and acted so far. */
export interface ScriptedFault extends Fault {
  readonly id: string;
  readonly matched: number;
  readonly acted: number;
}

export interface Faults {
  add(fault: Fault): ScriptedFault;
  list(): readonly ScriptedFault[];
  clear(): void;
  /** Counts the request for every fault that matches and returns the first that acts on it. */
  take(request: LoggedRequest): ScriptedFault | undefined;
}

export function createFaults(): Faults {
  let faults: { -readonly [Key in keyof ScriptedFault]: ScriptedFault[Key] }[] = [];
  let count = 0;
  return {
    add(fault) {
      checkFault(fault);
      count += 1;
      const scripted = { ...fault, id: `f${count}`, matched: 0, acted: 0 };
      faults.push(scripted);
      return scripted;
    },
    list: () => faults,
    clear() {
      faults = [];
    },
    take(request) {
      let taken: ScriptedFault | undefined;
      for (const fault of faults) {
        if (!matches(fault.match, request)) continue;
        fault.matched += 1;
        if (taken || !isItsTurn(fault)) continue;
        fault.acted += 1;
        taken = fault;
      }
      return taken;
    },
  };
}

const kinds: readonly string[] = [
  "drop",
  "hold",
  "status",
  "gateway",
  "garbage",
  "empty",
  "truncated",
  "edit",
  "skew",
] satisfies FaultAnswer["kind"][];

/** Faults also come in over HTTP, where no compiler has checked them. */
function checkFault({ match = {}, nth = 1, times = 1, when = "before", ...rest }: Fault): void {
  const { answer, ...unknown } = rest;
  for (const key of Object.keys(unknown)) refuse(`there is no field ${key}`);
  for (const key of Object.keys(match)) {
    if (!["method", "path", "k"].includes(key)) refuse(`there is no field match.${key}`);
  }
  if (!kinds.includes(answer?.kind)) refuse(`answer.kind must be one of ${kinds.join(", ")}`);
  if (answer.kind === "gateway" && !isGatewayCode(answer.code)) {
    refuse("answer.code must be a code of the gateway, such as 510");
  }
  if (!["before", "after"].includes(when)) refuse("when must be before or after");
  if (!isCount(nth)) refuse("nth must be a whole number above 0");
  if (times !== "always" && !isCount(times)) {
    refuse('times must be a whole number above 0, or "always"');
  }
}

function refuse(reason: string): never {
  throw new TypeError(`adding a fault: ${reason}`);
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) > 0;
}

function isItsTurn(fault: ScriptedFault): boolean {
  const first = fault.nth ?? 1;
  const times = fault.times ?? 1;
  return fault.matched >= first && (times === "always" || fault.matched < first + times);
}

function matches(match: FaultMatch = {}, request: LoggedRequest): boolean {
  return (
    (match.method === undefined || match.method === request.method) &&
    (match.k === undefined || match.k === request.k) &&
    (match.path === undefined || matchesPath(match.path, request.path))
  );
}

function matchesPath(pattern: string, path: string): boolean {
  const wanted = pattern.split("/");
  const given = path.split("/");
  return (
    wanted.length === given.length &&
    wanted.every((segment, at) => segment === "*" || segment === given[at])
  );
}
