import type { JsonObject } from "../describeJob";
import type { FamilyName } from "../families";
import type { Service } from "../service";

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

/** Answers a call with the body of a 200, or throws a `ServiceError`. */
export type Operation = (call: Call) => JsonObject | Promise<JsonObject>;
