import type { Answer } from "../http/answer";
import type { FamilyName } from "../service/family";
import type { Service } from "../service/service";

export type JsonObject = Record<string, unknown>;

/** One request that the gateway has let through. */
export interface Call {
  readonly service: Service;
  readonly account: string;
  readonly family: FamilyName;
  /** The id in the path; empty for a collection. */
  readonly id: string;
  readonly query: URLSearchParams;
  readonly body: JsonObject;
  /** The service's time at this request: all of its checks use the same moment. */
  readonly nowMs: number;
}

/** Answers a call, or throws a `ServiceError`. */
export type Operation = (call: Call) => Answer | Promise<Answer>;
