import assert from "node:assert/strict";
import type { FaultAnswer, JobView, SimulatorOptions } from "../../simulator/src";
import { type LifecycleBench, withLifecycle } from "../support/withLifecycle";

// Every verb × every request of it × every fault × the account's rules: one fault never changes how
// a verb ends, how many runs there are, or what the state says of them; and nothing is sent that
// could make a second run once the service has made one.

const TASK = "GET /tasks/*";
const FEATURE = "GET /features/*";
const LIST = "GET /task-runs";
const LOOK = "GET /task-runs/*";
const POST = "POST /task-runs";
const DELETE = "DELETE /task-runs/*";

interface Verb {
  readonly name: string;
  /** What it sends when nothing goes wrong. */
  readonly requests: readonly string[];
  /** What there is before, and what the verb does then. */
  readonly begin: (bench: LifecycleBench) => Promise<() => Promise<Ending>>;
  /** Runs at the service in the end. */
  readonly left: number;
  /** Time decides how often it looks, so that a fault may change that. */
  readonly isTimed?: true;
}

/** What the state says afterwards: a run's id and outputs, or that there is none. */
type Ending = { readonly id: string; readonly outputs: Record<string, unknown> } | "none";

interface FaultKind {
  readonly name: string;
  readonly answer: FaultAnswer;
  readonly when: "before" | "after";
  /** What it means to the one who sent the request. */
  readonly means: "lost" | "nothing-done" | "late" | "odd";
}

const page = "<!DOCTYPE html><html><body>Bad Gateway</body></html>";
const faults: readonly FaultKind[] = [
  {
    name: "connection cut before it acts",
    when: "before",
    answer: { kind: "drop" },
    means: "lost",
  },
  { name: "connection cut after it acted", when: "after", answer: { kind: "drop" }, means: "lost" },
  { name: "no answer, nothing done", when: "before", answer: { kind: "hold" }, means: "lost" },
  { name: "no answer, all done", when: "after", answer: { kind: "hold" }, means: "lost" },
  { name: "429", when: "before", answer: { kind: "status", status: 429 }, means: "nothing-done" },
  {
    name: "429 with Retry-After",
    when: "before",
    answer: { kind: "status", status: 429, headers: { "retry-after": "7" } },
    means: "nothing-done",
  },
  {
    name: "429 with a Retry-After of a day",
    when: "before",
    answer: { kind: "status", status: 429, headers: { "retry-after": "86400" } },
    means: "nothing-done",
  },
  {
    name: "500, nothing done",
    when: "before",
    answer: { kind: "status", status: 500, body: {} },
    means: "lost",
  },
  {
    name: "500, all done",
    when: "after",
    answer: { kind: "status", status: 500, body: {} },
    means: "lost",
  },
  {
    name: "502 as HTML, nothing done",
    when: "before",
    answer: { kind: "status", status: 502, body: page },
    means: "lost",
  },
  {
    name: "502 as HTML, all done",
    when: "after",
    answer: { kind: "status", status: 502, body: page },
    means: "lost",
  },
  {
    name: "200 as HTML, all done",
    when: "after",
    answer: { kind: "status", status: 200, body: page },
    means: "lost",
  },
  { name: "garbage, nothing done", when: "before", answer: { kind: "garbage" }, means: "lost" },
  { name: "garbage, all done", when: "after", answer: { kind: "garbage" }, means: "lost" },
  { name: "empty, nothing done", when: "before", answer: { kind: "empty" }, means: "lost" },
  { name: "empty, all done", when: "after", answer: { kind: "empty" }, means: "lost" },
  { name: "truncated", when: "after", answer: { kind: "truncated" }, means: "lost" },
  {
    name: "an unknown status",
    when: "after",
    answer: { kind: "edit", fields: { status: "paused" } },
    means: "odd",
  },
  { name: "slow", when: "after", answer: { kind: "hold" }, means: "late" },
];

/** Each search for a job whose answer was lost. */
const SEARCHES = [LIST, LIST, LIST, LIST, LIST];

const SLOW_MS = 20_000;

/** The first is what the documentation promises; the other is as weak as an account could be. */
const rules: Readonly<Record<string, NonNullable<SimulatorOptions["switches"]>>> = {
  "rules as documented": {},
  "rules as weak as can be": {
    duplicateNames: "allow",
    deletedNames: "free",
    failedNames: "free",
    listOrder: "random",
    indexMeaning: "page",
    totalMeaning: "returned",
    indexPastEnd: "refuse",
    noValue: "absent",
    statusWord: "complete",
    timestampForm: "bare",
    resultFilePathInGet: "finalKey",
    errorShape: "plain",
  },
};

const verbs: readonly Verb[] = [
  {
    name: "create",
    requests: [LIST, POST, LOOK],
    left: 1,
    begin:
      async ({ plugin, inputs }) =>
      () =>
        settled(plugin.create(inputs())),
  },
  {
    name: "create under a given name",
    requests: [LIST, POST, LOOK],
    left: 1,
    begin:
      async ({ plugin, inputs }) =>
      () =>
        settled(plugin.create(inputs({ name: "mine" }))),
  },
  {
    name: 'create with verify: "all"',
    requests: [TASK, FEATURE, LIST, POST, LOOK],
    left: 1,
    begin:
      async ({ plugin, inputs }) =>
      () =>
        settled(plugin.create(inputs({ verify: "all" }))),
  },
  {
    name: "create that only submits",
    requests: [LIST, POST],
    left: 1,
    begin:
      async ({ plugin, inputs }) =>
      () =>
        settled(plugin.create(inputs({ waitFor: "submitted" }))),
  },
  {
    name: "create that adopts",
    requests: [LIST],
    left: 1,
    begin: async (bench) => {
      await existing(bench);
      return () => settled(bench.plugin.create(bench.inputs()));
    },
  },
  {
    name: "create that imports",
    requests: [LOOK, LIST],
    left: 1,
    begin: async (bench) => {
      const { id } = await existing(bench);
      return () => settled(bench.plugin.create(bench.inputs({}, { importId: id })));
    },
  },
  {
    name: "replacement",
    requests: [LIST, POST, LOOK, DELETE],
    left: 1,
    begin: async (bench) => {
      const { id, outputs } = await existing(bench);
      const inState = { id, createdAt: outputs.createdAt };
      return async () => {
        const made = await settled(bench.plugin.create(bench.inputs({}, { inState })));
        await bench.plugin.delete(id, outputs);
        return made;
      };
    },
  },
  {
    name: "update",
    requests: [LOOK, LIST],
    left: 1,
    begin: async (bench) => {
      const { id, outputs } = await existing(bench, { waitFor: "submitted" });
      return () => settled(bench.plugin.update(id, outputs, bench.inputs()));
    },
  },
  {
    name: "read",
    requests: [LOOK],
    left: 1,
    begin: async (bench) => {
      const { id, outputs } = await existing(bench);
      return () => settled(bench.plugin.read(id, outputs));
    },
  },
  {
    name: "read of a run that is gone",
    requests: [LOOK, LIST],
    left: 0,
    begin: async (bench) => {
      const { id, outputs } = await existing(bench);
      bench.simulator.deleteJob(id);
      return () => settled(bench.plugin.read(id, outputs));
    },
  },
  {
    name: "delete",
    requests: [DELETE],
    left: 0,
    begin: async (bench) => {
      const { id, outputs } = await existing(bench);
      return () => bench.plugin.delete(id, outputs).then(() => "none");
    },
  },
  {
    name: "delete of a run that is gone",
    requests: [DELETE, LIST],
    left: 0,
    begin: async (bench) => {
      const { id, outputs } = await existing(bench);
      bench.simulator.deleteJob(id);
      return () => bench.plugin.delete(id, outputs).then(() => "none");
    },
  },
  {
    name: "delete of a run that is under way",
    requests: [DELETE, LOOK, LOOK, DELETE],
    left: 0,
    isTimed: true,
    begin: async (bench) => {
      bench.simulator.queuePlans({ registeredMs: 0, pendingMs: 0, inProgressMs: 3000 });
      const { id, outputs } = await existing(bench, { waitFor: "submitted" });
      return () => bench.plugin.delete(id, outputs).then(() => "none");
    },
  },
];

const options = { plan: { registeredMs: 0, pendingMs: 0, inProgressMs: 0 } };

describe("one fault", () => {
  for (const [rulesName, switches] of Object.entries(rules)) {
    describe(`under ${rulesName}`, () => {
      for (const verb of verbs) {
        it(`none: ${verb.name} sends ${verb.requests.join(", ")}`, () =>
          withLifecycle(
            async (bench) => {
              const act = await begin(bench, verb);
              await assertEnding(bench, verb, await act());
              assert.deepEqual(bench.requests(), verb.requests);
            },
            { ...options, switches },
          ));
        for (const [index, request] of verb.requests.entries()) {
          for (const fault of faults) {
            // Any 2xx to DELETE is success: where nothing was done all the same, nobody can know.
            const isRefused = verb.isTimed === true && index === 0;
            const isHidden = fault.when === "before" || isRefused;
            if (request === DELETE && isSuccess(fault) && isHidden) continue;
            it(`${verb.name}, request ${index + 1} (${request}): ${fault.name}`, () =>
              withLifecycle((bench) => strikeOnce(bench, verb, index, fault), {
                ...options,
                switches,
              }));
          }
        }
      }
    });
  }
});

/** Whether the client gets a success, in whatever form. */
function isSuccess({ answer }: FaultKind): boolean {
  if (answer.kind === "status") return answer.status < 300;
  return answer.kind === "garbage" || answer.kind === "empty";
}

async function strikeOnce(
  bench: LifecycleBench,
  verb: Verb,
  index: number,
  fault: FaultKind,
): Promise<void> {
  const { simulator, clock } = bench;
  const act = await begin(bench, verb);
  const { when, answer } = fault;
  // A cut or an edit needs the true answer, so it is always after.
  simulator.addFault({ match: { k: index + 1 }, when, answer });
  if (fault.means === "late") {
    void simulator.held().then(async (held) => {
      await clock.sleep(SLOW_MS);
      held.release();
    });
  }
  const startedMs = clock.monotonicMs();
  const request = verb.requests[index] ?? "";
  const ending = await act();
  await assertEnding(
    bench,
    verb,
    ending,
    fault.means === "odd" && (request === LOOK || request === POST),
  );
  assert.ok(clock.monotonicMs() - startedMs < 5 * 60_000, "bounded in time");
  assertNothingDoubled(bench);
  if (verb.isTimed) assert.ok(bench.requests().length <= verb.requests.length + 2);
  else assert.deepEqual(bench.requests(), requestsUnder(verb, index, fault));
}

/** The undisturbed requests, with what one fault adds to them. */
function requestsUnder(verb: Verb, index: number, fault: FaultKind): readonly string[] {
  const [before, request = "", after] = [
    verb.requests.slice(0, index),
    verb.requests[index],
    verb.requests.slice(index + 1),
  ];
  const again = extraRequests(verb, request, index, fault);
  // The look that finds the run after a lost answer also shows that it has completed.
  const isFoundCompleted = request === POST && fault.means === "lost" && fault.when === "after";
  const rest = isFoundCompleted && after[0] === LOOK ? after.slice(1) : after;
  // Task and feature are looked up side by side.
  if (request === DELETE && isSuccess(fault)) return [...before, request];
  // Where time has passed since the list, the job is read once more before it is adopted.
  if (verb.name === "create that adopts") return [request, ...again, LOOK];
  if (request === TASK && fault.means !== "nothing-done") {
    return [request, FEATURE, ...again, ...rest.slice(1)];
  }
  return [...before, request, ...again, ...rest];
}

function extraRequests(
  verb: Verb,
  request: string,
  index: number,
  { means, when }: FaultKind,
): readonly string[] {
  if (means === "late") return [];
  if (means === "nothing-done") return [request];
  if (means === "odd") {
    // What is waited for is read again; an unknown word is never taken for an end.
    return request === LOOK && !verb.name.startsWith("read") ? [LOOK] : [];
  }
  // A POST whose answer was lost is looked for before it is sent again.
  if (request === POST) return when === "after" ? [LIST] : [...SEARCHES, POST];
  // A DELETE that was done is answered "not found" the next time, which the list confirms.
  const isDone = request === DELETE && when === "after" && index === verb.requests.length - 1;
  return isDone ? [DELETE, LIST] : [request];
}

async function begin(bench: LifecycleBench, verb: Verb): Promise<() => Promise<Ending>> {
  const act = await verb.begin(bench);
  bench.simulator.clearLog();
  bench.plugin.log.lines.length = 0;
  return act;
}

async function assertEnding(
  { runs }: LifecycleBench,
  { left }: Verb,
  ending: Ending,
  maySayPaused = false,
): Promise<void> {
  const found = await runs();
  assert.equal(found.length, left);
  if (ending === "none") return assert.equal(left, 0);
  const [run] = found;
  assert.ok(run);
  const { id, outputs } = ending;
  assert.equal(id, run.id);
  assert.deepEqual([outputs.runId, outputs.name], [run.id, run.name]);
  assertStatus(outputs.status, run, maySayPaused);
  assert.equal(outputs.resultBucket, "acme-results");
  assert.equal(outputs.resultFilePath, "churn/2026-11/");
}

function assertStatus(status: unknown, run: JobView, maySayPaused: boolean): void {
  const words = ["registered", run.status, ...(maySayPaused ? ["paused"] : [])];
  assert.ok(words.includes(String(status)), `status is ${status}`);
}

/** No POST was sent after one had made a run, and never without a look in between. */
function assertNothingDoubled({ simulator }: LifecycleBench): void {
  const log = simulator.log();
  const committed = log.findIndex(({ method, handled }) => method === "POST" && handled);
  const posts = log.flatMap(({ method }, at) => (method === "POST" ? [at] : []));
  if (committed >= 0)
    assert.ok(
      posts.every((at) => at <= committed),
      "POST after a commit",
    );
  assert.ok(posts.length <= 2);
}

async function existing(bench: LifecycleBench, args: object = {}) {
  const { id, outputs, problem } = await bench.newProcess().create(bench.inputs({ ...args }));
  assert.equal(problem, undefined);
  return { id, outputs };
}

async function settled(work: ReturnType<LifecycleBench["plugin"]["read"]>): Promise<Ending> {
  const found = await work;
  if (found === "gone") return "none";
  assert.equal(found.problem?.message, undefined);
  return { id: found.id, outputs: found.outputs };
}
