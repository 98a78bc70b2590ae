import assert from "node:assert/strict";
import type { FamilyName } from "../../provider/src/domain/family";
import type {
  FaultAnswer,
  JobView,
  FamilyName as ServiceFamily,
  SimulatorOptions,
} from "../../simulator/src";
import { type LifecycleBench, type Process, withLifecycle } from "../support/withLifecycle";

// Every family × every verb × every request of it × every fault × the account's rules: one fault never
// changes how a verb ends, how many jobs there are, or what the state says of them; and nothing is sent
// that could make a second job once the service has made one.

type Request = "TASK" | "FEATURE" | "LIST" | "OTHER LIST" | "LOOK" | "POST" | "DELETE";

interface Family {
  readonly name: FamilyName;
  /** At the service. */
  readonly path: string;
  readonly listed: ServiceFamily;
  readonly idOutput: string;
  /** What verify: "all" looks at, side by side. */
  readonly parents: readonly Request[];
  /** Before a found result is taken, the lists say whether another job could have written it. */
  readonly hasResult: boolean;
  /** How many families may use its jobs: their lists say what a refusal to delete was about. */
  readonly users: number;
}

const families: readonly Family[] = [
  {
    name: "taskRun",
    path: "/task-runs",
    listed: "task-runs",
    idOutput: "runId",
    parents: ["TASK", "FEATURE"],
    hasResult: true,
    users: 0,
  },
  {
    name: "feature",
    path: "/features",
    listed: "features",
    idOutput: "featureId",
    parents: [],
    hasResult: false,
    users: 3,
  },
  {
    name: "task",
    path: "/tasks",
    listed: "tasks",
    idOutput: "taskId",
    parents: ["FEATURE"],
    hasResult: false,
    users: 2,
  },
  {
    name: "customAttributes",
    path: "/profile/custom-attributes",
    listed: "profile/custom-attributes",
    idOutput: "profileId",
    parents: ["FEATURE"],
    hasResult: true,
    users: 0,
  },
  {
    name: "shoppingIntent",
    path: "/profile/shopping-intents",
    listed: "profile/shopping-intents",
    idOutput: "profileId",
    parents: ["TASK"],
    hasResult: false,
    users: 0,
  },
];

/** What a test has of one family. */
interface FamilyBench extends LifecycleBench {
  readonly family: Family;
  readonly own: Process;
  readonly declared: (args?: object, plumbing?: object) => Record<string, unknown>;
}

interface Verb {
  readonly name: string;
  /** What it sends when nothing goes wrong. */
  readonly requests: readonly Request[];
  /** What there is before, and what the verb does then. */
  readonly begin: (bench: FamilyBench) => Promise<() => Promise<Ending>>;
  /** Jobs at the service in the end. */
  readonly left: number;
  /** Time decides how often it looks, so that a fault may change that. */
  readonly isTimed?: true;
  /** Whether its reads wait for the end of the job. */
  readonly isWait?: true;
  readonly isAdoption?: true;
  /** What else it sends where the job has completed by the time that it is found. */
  readonly whenCompleted?: readonly Request[];
}

/** What the state says afterwards: a job's id and outputs, or that there is none. */
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
const SEARCHES: readonly Request[] = ["LIST", "LIST", "LIST", "LIST", "LIST"];

const SLOW_MS = 20_000;

/** The first is what the documentation promises; the other is as weak as an account could be. */
const WEAK = "rules as weak as can be";
const rules: Readonly<Record<string, NonNullable<SimulatorOptions["switches"]>>> = {
  "rules as documented": {},
  [WEAK]: {
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

/** @param looksForRivals whether a result is found that another job could have written. */
const verbsOf = ({ parents }: Family, looksForRivals: boolean): readonly Verb[] => {
  const rivals: readonly Request[] = looksForRivals ? ["LIST", "OTHER LIST"] : [];
  return [
    {
      name: "create",
      isWait: true,
      requests: ["LIST", "POST", "LOOK", ...rivals],
      left: 1,
      begin:
        async ({ own, declared }) =>
        () =>
          settled(own.create(declared())),
    },
    {
      name: "create under a given name",
      isWait: true,
      requests: ["LIST", "POST", "LOOK", ...rivals],
      left: 1,
      begin:
        async ({ own, declared }) =>
        () =>
          settled(own.create(declared({ name: "mine" }))),
    },
    {
      name: 'create with verify: "all"',
      isWait: true,
      requests: [...parents, "LIST", "POST", "LOOK", ...rivals],
      left: 1,
      begin:
        async ({ own, declared }) =>
        () =>
          settled(own.create(declared({ verify: "all" }))),
    },
    {
      name: "create that only submits",
      whenCompleted: rivals,
      requests: ["LIST", "POST"],
      left: 1,
      begin:
        async ({ own, declared }) =>
        () =>
          settled(own.create(declared({ waitFor: "submitted" }))),
    },
    {
      name: "create that adopts",
      isAdoption: true,
      requests: ["LIST", "LOOK", ...rivals.slice(1)],
      left: 1,
      begin: async (bench) => {
        await existing(bench);
        return () => settled(bench.own.create(bench.declared()));
      },
    },
    {
      name: "create that imports",
      isWait: true,
      requests: ["LOOK", ...rivals],
      left: 1,
      begin: async (bench) => {
        const { id } = await existing(bench);
        return () => settled(bench.own.create(bench.declared({}, { importId: id })));
      },
    },
    {
      name: "replacement",
      isWait: true,
      requests: ["LIST", "POST", "LOOK", ...rivals, "DELETE"],
      left: 1,
      begin: async (bench) => {
        const { id, outputs } = await existing(bench);
        const inState = { id, createdAt: outputs.createdAt };
        return async () => {
          const made = await settled(bench.own.create(bench.declared({}, { inState })));
          await bench.own.delete(id, outputs);
          return made;
        };
      },
    },
    {
      name: "update",
      isWait: true,
      requests: ["LOOK", ...rivals],
      left: 1,
      begin: async (bench) => {
        const { id, outputs } = await justMade(bench, { waitFor: "submitted" });
        return () => settled(bench.own.update(id, outputs, bench.declared()));
      },
    },
    {
      name: "read",
      requests: ["LOOK"],
      left: 1,
      begin: async (bench) => {
        const { id, outputs } = await existing(bench);
        return () => settled(bench.own.read(id, outputs));
      },
    },
    {
      name: "read of a job that is gone",
      requests: ["LOOK", "LIST"],
      left: 0,
      begin: async (bench) => {
        const { id, outputs } = await existing(bench);
        bench.simulator.deleteJob(id);
        return () => settled(bench.own.read(id, outputs));
      },
    },
    {
      name: "delete",
      requests: ["DELETE"],
      left: 0,
      begin: async (bench) => {
        const { id, outputs } = await existing(bench);
        return () => bench.own.delete(id, outputs).then(() => "none");
      },
    },
    {
      name: "delete of a job that is gone",
      requests: ["DELETE", "LOOK", "LIST"],
      left: 0,
      begin: async (bench) => {
        const { id, outputs } = await existing(bench);
        bench.simulator.deleteJob(id);
        return () => bench.own.delete(id, outputs).then(() => "none");
      },
    },
    {
      name: "delete of a job that is under way",
      isWait: true,
      requests: ["DELETE", "LOOK", "LOOK", "DELETE"],
      left: 0,
      isTimed: true,
      begin: async (bench) => {
        bench.simulator.queuePlans({ registeredMs: 0, pendingMs: 0, inProgressMs: 3000 });
        const { id, outputs } = await justMade(bench, { waitFor: "submitted" });
        return () => bench.own.delete(id, outputs).then(() => "none");
      },
    },
  ];
};

const options = { plan: { registeredMs: 0, pendingMs: 0, inProgressMs: 0 } };

/** The families share their code, so the weak account is for one of them. */
const WEAK_FAMILY: FamilyName = "taskRun";

for (const family of families) {
  for (const [rulesName, switches] of Object.entries(rules)) {
    if (rulesName === WEAK && family.name !== WEAK_FAMILY) continue;
    describe(`one fault in the life of a ${family.name}, under ${rulesName}`, () => {
      const withFamily = (test: (bench: FamilyBench) => Promise<void>) =>
        withLifecycle((bench) => prepared(bench, family).then(test), {
          ...options,
          switches: { ...switches, sources: "ignored" },
        });
      for (const verb of verbsOf(family, family.hasResult && rulesName !== WEAK)) {
        it(`none: ${verb.name} sends ${verb.requests.join(", ")}`, () =>
          withFamily(async (bench) => {
            const act = await begin(bench, verb);
            await assertEnding(bench, verb, await act());
            assert.deepEqual(sent(bench), verb.requests);
          }));
        for (const [index, request] of verb.requests.entries()) {
          for (const fault of faults) {
            // Any 2xx to "DELETE" is success: where nothing was done all the same, nobody can know.
            const isRefused = verb.isTimed === true && index === 0;
            const isHidden = fault.when === "before" || isRefused;
            if (request === "DELETE" && isSuccess(fault) && isHidden) continue;
            it(`${verb.name}, request ${index + 1} (${request}): ${fault.name}`, () =>
              withFamily((bench) => strikeOnce(bench, verb, index, fault)));
          }
        }
      }
    });
  }
}

async function prepared(bench: LifecycleBench, family: Family): Promise<FamilyBench> {
  await bench.store.putObject("acme-data", "seq/2026-11/part-0.tsv", "u-1\tview lamp\n");
  await bench.store.putObject("acme-data", "labels/churn.tsv", "u-1\t1\n");
  return {
    ...bench,
    family,
    own: bench.plugin.of(family.name),
    declared: (args, plumbing) => ({
      ...bench.inputsOf(family.name, { ...args }, { ...plumbing }),
    }),
  };
}

/** The requests so far, by what they are to the family. */
function sent({ requests, family: { path } }: FamilyBench): readonly string[] {
  const names: Readonly<Record<string, Request>> = {
    "GET /tasks/*": "TASK",
    "GET /features/*": "FEATURE",
    "GET /task-runs": "OTHER LIST",
    "GET /profile/custom-attributes": "OTHER LIST",
    [`GET ${path}`]: "LIST",
    [`GET ${path}/*`]: "LOOK",
    [`POST ${path}`]: "POST",
    [`DELETE ${path}/*`]: "DELETE",
  };
  return requests().map((request) => names[request] ?? request);
}

/** Whether the client gets a success, in whatever form. */
function isSuccess({ answer }: FaultKind): boolean {
  if (answer.kind === "status") return answer.status < 300;
  return answer.kind === "garbage" || answer.kind === "empty";
}

async function strikeOnce(
  bench: FamilyBench,
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
  const request = verb.requests[index];
  const ending = await act();
  await assertEnding(
    bench,
    verb,
    ending,
    fault.means === "odd" && (request === "LOOK" || request === "POST"),
  );
  assert.ok(clock.monotonicMs() - startedMs < 5 * 60_000, "bounded in time");
  assertNothingDoubled(bench);
  const most = verb.requests.length + 3 + bench.family.users;
  if (verb.isTimed) assert.ok(sent(bench).length <= most);
  else assert.deepEqual(sent(bench), requestsUnder(bench.family, verb, index, fault));
}

/** The undisturbed requests, with what one fault adds to them. */
function requestsUnder(
  family: Family,
  verb: Verb,
  index: number,
  fault: FaultKind,
): readonly (Request | undefined)[] {
  const [before, request, after] = [
    verb.requests.slice(0, index),
    verb.requests[index],
    verb.requests.slice(index + 1),
  ];
  const again = extraRequests(family, verb, request, index, fault);
  if (request === "DELETE" && isSuccess(fault)) return [...before, request];
  // Where time has passed since the list, the job is read once more before it is adopted.
  if (verb.isAdoption && request === "LIST" && fault.means !== "odd") {
    return [request, ...again, "LOOK", ...after];
  }
  // Task and feature are looked up side by side.
  if (request === "TASK" && after[0] === "FEATURE" && fault.means !== "nothing-done") {
    return [request, "FEATURE", ...again, ...after.slice(1)];
  }
  const isRivalRead = request === "LIST" && after[0] === "OTHER LIST";
  // The old job of the same path seems to go on: that is enough to take no result.
  if (isRivalRead && fault.means === "odd" && after.length > 1) {
    return [...before, request, ...after.slice(1)];
  }
  const isFound = request === "POST" && fault.means === "lost" && fault.when === "after";
  const rest = isFound ? afterFound(verb, after, fault) : after;
  return [...before, request, ...again, ...rest];
}

/** The list that finds the job after a lost answer also shows that it has completed. */
function afterFound(
  { whenCompleted = [] }: Verb,
  after: readonly Request[],
  { answer }: FaultKind,
): readonly Request[] {
  const rest = after[0] === "LOOK" ? after.slice(1) : [...whenCompleted, ...after];
  // After so long a wait it was read since the result was written.
  return answer.kind === "hold" && rest[0] === "LIST" ? rest.slice(1) : rest;
}

function extraRequests(
  { parents }: Family,
  verb: Verb,
  request: Request | undefined,
  index: number,
  { means, when, answer }: FaultKind,
): readonly (Request | undefined)[] {
  if (means === "late") return [];
  if (means === "nothing-done") return [request];
  if (means === "odd") {
    // What is waited for is read again; an unknown word is never taken for an end.
    return request === "LOOK" && verb.isWait ? ["LOOK"] : [];
  }
  // A POST whose answer was lost is looked for before it is sent again. Where the service itself has
  // failed, a parent that is not completed may be why.
  if (request === "POST" && when === "after") return ["LIST"];
  if (request === "POST") {
    return [...SEARCHES, ...(answer.kind === "status" ? parents : []), "POST"];
  }
  // A DELETE that was done is answered "not found" the next time, which the list confirms.
  const isDone = request === "DELETE" && when === "after" && index === verb.requests.length - 1;
  return isDone ? ["DELETE", "LOOK", "LIST"] : [request];
}

async function begin(bench: FamilyBench, verb: Verb): Promise<() => Promise<Ending>> {
  const act = await verb.begin(bench);
  bench.simulator.clearLog();
  bench.plugin.log.lines.length = 0;
  return act;
}

async function assertEnding(
  { simulator, family }: FamilyBench,
  { left }: Verb,
  ending: Ending,
  maySayPaused = false,
): Promise<void> {
  const found = (await simulator.jobs(family.listed)).filter(({ name }) => !SEEDED.has(name));
  assert.equal(found.length, left);
  if (ending === "none") return assert.equal(left, 0);
  const [job] = found;
  assert.ok(job);
  const { id, outputs } = ending;
  assert.equal(id, job.id);
  assert.deepEqual([outputs[family.idOutput], outputs.name], [job.id, job.name]);
  assertStatus(outputs.status, job, maySayPaused);
  if (!family.hasResult) return;
  assert.equal(outputs.resultBucket, "acme-results");
  assert.equal(outputs.resultFilePath, "churn/2026-11/");
}

/** What every bench has of its own. */
const SEEDED = new Set(["members", "spring-offer"]);

function assertStatus(status: unknown, job: JobView, maySayPaused: boolean): void {
  const words = ["registered", job.status, ...(maySayPaused ? ["paused"] : [])];
  assert.ok(words.includes(String(status)), `status is ${status}`);
}

/** No "POST" was sent after one had made a run, and never without a look in between. */
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

async function existing(bench: FamilyBench) {
  const made = await justMade(bench);
  // What is younger may only not be visible yet.
  await bench.clock.advance(10 * 60_000);
  return made;
}

async function justMade(bench: FamilyBench, args: object = {}) {
  const { id, outputs, problem } = await bench
    .newProcess()
    .of(bench.family.name)
    .create(bench.declared(args));
  assert.equal(problem, undefined);
  return { id, outputs };
}

async function settled(work: ReturnType<Process["read"]>): Promise<Ending> {
  const found = await work;
  if (found === "gone") return "none";
  assert.equal(found.problem?.message, undefined);
  return { id: found.id, outputs: found.outputs };
}
