import type { Job } from "../../provider/src/domain/job";
import { NclueError } from "../../provider/src/kernel/errors";
import type { JobRequests } from "../../provider/src/nclue/jobs/jobRequests";
import type { RawPage } from "../../provider/src/nclue/jobs/wire";
import { runNumber } from "./sampleJobs";

export interface ListRules {
  readonly count: number;
  /** @default "position" */
  readonly index?: "position" | "page";
  /** @default "all" */
  readonly total?: "all" | "returned" | "missing";
  /** @default "empty" */
  readonly pastEnd?: "empty" | "refused";
  /** In which order the dates are; `unsaid`: all jobs have the same. @default "unsaid" */
  readonly order?: "newest" | "oldest" | "unsaid";
  /** The list is shuffled before each answer. */
  readonly isShuffled?: boolean;
  /** @default 100 */
  readonly pageCap?: number;
  /** @default 100 */
  readonly firstPageCap?: number;
  /** Called after each answer, with their number so far: the list may change in place. */
  readonly onAnswer?: (answers: number, jobs: Job[]) => void;
}

export interface FakeList {
  readonly requests: Pick<JobRequests, "list">;
  /** The jobs in the order of the list: for a test to change. */
  readonly jobs: Job[];
  /** The `index` of each request, in order. */
  readonly asked: number[];
  /** Appends jobs. */
  grow(by: number): void;
  /** Requests for this index and above fail. */
  failFrom(index: number, error: Error): void;
}

/** The list of an account's runs, by the rules that the documentation leaves open. */
export function fakeList(rules: ListRules): FakeList {
  const { index: meaning = "position", total = "all", order = "unsaid", onAnswer } = rules;
  const { pageCap = 100, firstPageCap = pageCap, pastEnd = "empty" } = rules;
  const asked: number[] = [];
  const jobs = Array.from({ length: rules.count }, (_, n) => datedRun(n, order));
  if (order === "newest") jobs.reverse();
  const shuffle = shuffler();
  let failing = { from: Number.POSITIVE_INFINITY, error: new Error() };
  const list = async (index: number): Promise<RawPage> => {
    asked.push(index);
    if (index >= failing.from) throw failing.error;
    if (rules.isShuffled === true) shuffle(jobs);
    const start = meaning === "page" && index > 0 ? firstPageCap + (index - 1) * pageCap : index;
    if (index > 0 && start >= jobs.length && pastEnd === "refused") throw refusal();
    const page = jobs.slice(start, start + (index === 0 ? firstPageCap : pageCap));
    const said = { all: jobs.length, returned: page.length, missing: null }[total];
    onAnswer?.(asked.length, jobs);
    return { jobs: page, length: page.length, total: said };
  };
  return {
    requests: { list },
    jobs,
    asked,
    grow: (by) => {
      for (let n = 0; n < by; n++) jobs.push(datedRun(jobs.length, order));
    },
    failFrom: (index, error) => {
      failing = { from: index, error };
    },
  };
}

/** A run a minute. */
export function datedRun(n: number, order: ListRules["order"], changes: Partial<Job> = {}): Job {
  const createdAt = new Date(Date.UTC(2026, 0, 1) + n * 60_000).toISOString();
  return runNumber(n, { ...(order === "unsaid" ? {} : { createdAt }), ...changes });
}

function refusal(): NclueError {
  return new NclueError(
    "refused",
    { doing: "GET /task-runs", cause: "HTTP 422" },
    { kind: "rejected", httpStatus: 422, fromGateway: false },
  );
}

/** Shuffles in place, the same way in each run of a test. */
function shuffler(): (jobs: Job[]) => void {
  let state = 1;
  const next = (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  return (jobs) => {
    for (let n = jobs.length - 1; n > 0; n--) {
      const other = next(n + 1);
      [jobs[n], jobs[other]] = [jobs[other] as Job, jobs[n] as Job];
    }
  };
}
