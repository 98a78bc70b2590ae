import { NclueError } from "../../provider/src/kernel/errors";
import type { NclueClient } from "../../provider/src/nclue/client";
import type { RunPage, RunRecord } from "../../provider/src/nclue/wire";

export interface ListRules {
  readonly count: number;
  readonly index: "position" | "page";
  readonly total: "all" | "returned" | "missing";
  /** @default "empty" */
  readonly pastEnd?: "empty" | "refused";
  /** So many runs disappear from the front after each answer. */
  readonly shrinkBy?: number;
}

export interface FakeList {
  readonly client: NclueClient;
  /** The `index` of each request, in order. */
  readonly asked: number[];
  grow(by: number): void;
  /** Requests for this index and above fail. */
  failFrom(index: number, error: Error): void;
}

const LIMIT = 100;

/** The list of an account's runs, by the rules that the documentation leaves open. */
export function fakeList(rules: ListRules): FakeList {
  const asked: number[] = [];
  let { count } = rules;
  let from = 0;
  let failing = { from: Number.POSITIVE_INFINITY, error: new Error() };
  const listTaskRuns = async (index: number): Promise<RunPage> => {
    asked.push(index);
    if (index >= failing.from) throw failing.error;
    const start = rules.index === "page" ? index * LIMIT : index;
    const length = Math.max(0, Math.min(LIMIT, count - from - start));
    if (length === 0 && index > 0 && rules.pastEnd === "refused") {
      throw new NclueError(
        "refused",
        { doing: "GET /task-runs", cause: "HTTP 422" },
        { kind: "rejected", httpStatus: 422, fromGateway: false },
      );
    }
    const runs = Array.from({ length }, (_, n) => runNumber(from + start + n));
    const total = { all: count - from, returned: length, missing: null }[rules.total];
    from += rules.shrinkBy ?? 0;
    return { runs, length, total };
  };
  return {
    client: { listTaskRuns } as unknown as NclueClient,
    asked,
    grow: (by) => {
      count += by;
    },
    failFrom: (index, error) => {
      failing = { from: index, error };
    },
  };
}

export function runNumber(n: number, changes: Partial<RunRecord> = {}): RunRecord {
  return {
    runId: `run-${n}`,
    name: `name-${n}`,
    taskId: "t",
    taskName: null,
    featureId: "f",
    featureName: null,
    status: "in_progress",
    createdAt: "2026-11-01T09:00:00+09:00",
    completedAt: null,
    lineCount: null,
    failMessage: null,
    resultBucket: null,
    resultFilePath: null,
    ...changes,
  };
}
