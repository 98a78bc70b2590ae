import type { ChangeSignal } from "./changeSignal";

/** One request to the API as the log keeps it: never with its signature. */
export interface LoggedRequest {
  /** 1 for the first request since the start or the last clearing of the log. */
  readonly k: number;
  /** When it came in, in milliseconds since 1970 by the gateway's clock. */
  readonly atMs: number;
  readonly method: string;
  /** Below `/api/v1`, without the query: `/task-runs/…`. */
  readonly path: string;
  readonly query: string;
  readonly accessKey: string | null;
  /** The parsed body of a POST; null when there is none or it is no JSON. */
  readonly body: unknown;
  /** Whether it reached the service, whatever became of the answer. */
  readonly handled: boolean;
  /** The status sent, or null: not yet, or the connection was cut instead. */
  readonly status: number | null;
  /** Whether all is over: answered or cut. */
  readonly done: boolean;
  /** The id of the fault that acted on it. */
  readonly fault: string | null;
}

export type Arrived = Pick<
  LoggedRequest,
  "atMs" | "method" | "path" | "query" | "accessKey" | "body"
>;

export interface RequestLog {
  begin(arrived: Arrived): LoggedRequest;
  update(entry: LoggedRequest, changes: Partial<LoggedRequest>): void;
  /** Oldest first. After very many requests the oldest are gone; `k` still counts them. */
  entries(): readonly LoggedRequest[];
  /** Forgets all entries and counts from 1 again. */
  clear(): void;
}

/** Keeps memory flat under a long soak. */
const longestLog = 20_000;

export function createRequestLog(changes: ChangeSignal): RequestLog {
  let entries: LoggedRequest[] = [];
  let lastK = 0;
  return {
    begin(arrived) {
      lastK += 1;
      const entry = {
        k: lastK,
        ...arrived,
        handled: false,
        status: null,
        done: false,
        fault: null,
      };
      entries.push(entry);
      if (entries.length > longestLog) entries = entries.slice(-longestLog / 2);
      changes.notify();
      return entry;
    },
    update(entry, change) {
      Object.assign(entry, change);
      changes.notify();
    },
    entries: () => entries,
    clear() {
      entries = [];
      lastK = 0;
    },
  };
}
