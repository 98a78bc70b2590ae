import assert from "node:assert/strict";
import type { FamilyName } from "../../provider/src/domain/family";
import { isNclueError } from "../../provider/src/kernel/errors";
import type {
  Fault,
  FaultAnswer,
  FaultMatch,
  JobView,
  FamilyName as ServiceFamily,
  Switches,
} from "../../simulator/src";
import { type LifecycleBench, type Process, withLifecycle } from "../support/withLifecycle";

// A fault that does not pass: from one request on, all of its kind meet it. The verb ends in bounded
// time, with an error of ours or with a job that the state knows, and once the fault has passed, the
// next process ends with exactly one job.

interface Family {
  readonly name: FamilyName;
  readonly path: ServiceFamily;
  /** Of the fields that name a job. */
  readonly stem: string;
}

const taskRuns: Family = { name: "taskRun", path: "task-runs", stem: "run" };
const otherFamilies: readonly Family[] = [
  { name: "feature", path: "features", stem: "feature" },
  { name: "task", path: "tasks", stem: "task" },
  { name: "customAttributes", path: "profile/custom-attributes", stem: "profile" },
  { name: "shoppingIntent", path: "profile/shopping-intents", stem: "profile" },
];

/** The requests of a family, by what they do. */
function placesOf({ path }: Family) {
  return {
    POST: { method: "POST", path: `/${path}` },
    "the list": { method: "GET", path: `/${path}` },
    "the look": { method: "GET", path: `/${path}/*` },
    DELETE: { method: "DELETE", path: `/${path}/*` },
    "any request": {},
  } satisfies Readonly<Record<string, FaultMatch>>;
}

const page = "<!DOCTYPE html><html><body>Bad Gateway</body></html>";
type Outage = readonly [what: string, when: "before" | "after", answer: FaultAnswer];

/** @param stem of the fields that name a job: `run_id`, `run_name`. */
const outagesOf = (stem: string): readonly Outage[] => [
  ["connections cut before they act", "before", { kind: "drop" }],
  ["connections cut after they acted", "after", { kind: "drop" }],
  ["hanging, nothing done", "before", { kind: "hold" }],
  ["hanging, all done", "after", { kind: "hold" }],
  ["429", "before", { kind: "status", status: 429, headers: { "retry-after": "3600" } }],
  ["500, nothing done", "before", { kind: "status", status: 500, body: {} }],
  ["500, all done", "after", { kind: "status", status: 500, body: {} }],
  ["502 as HTML", "before", { kind: "status", status: 502, body: page }],
  ["200 as HTML, all done", "after", { kind: "status", status: 200, body: page }],
  ["401", "before", { kind: "status", status: 401, body: { error: { errorCode: "210" } } }],
  [
    "404 of the gateway",
    "before",
    { kind: "status", status: 404, body: { error: { errorCode: "300" } } },
  ],
  ["404 without a word", "before", { kind: "status", status: 404, body: "" }],
  ["garbage, all done", "after", { kind: "garbage" }],
  ["empty, all done", "after", { kind: "empty" }],
  ["truncated", "after", { kind: "truncated" }],
  ["an unknown status", "after", { kind: "edit", fields: { status: "paused" } }],
  ["no id", "after", { kind: "edit", fields: { [`${stem}_id`]: null } }],
  [
    "nonsense in some fields",
    "after",
    { kind: "edit", fields: { [`${stem}_name`]: [], status: {} } },
  ],
];

/** One of each meaning: the families share their code, so the others do not need all. */
const MEANINGS: ReadonlySet<string> = new Set([
  "connections cut before they act",
  "500, all done",
  "401",
  "404 of the gateway",
  "truncated",
  "an unknown status",
  "no id",
]);

const weak = {
  duplicateNames: "allow",
  listOrder: "oldest",
  indexMeaning: "page",
  totalMeaning: "returned",
} as const;

describe("an outage in the life of a task run, under rules as documented", () => {
  meetOutages(taskRuns, outagesOf("run"), {}, [undefined, "mine"]);
});

describe("an outage in the life of a task run, under rules as weak as can be", () => {
  meetOutages(taskRuns, outagesOf("run"), weak, [undefined, "mine"]);
});

for (const family of otherFamilies) {
  describe(`an outage in the life of a ${family.name}`, () => {
    const outages = outagesOf(family.stem).filter(([what]) => MEANINGS.has(what));
    meetOutages(family, outages, {}, [undefined]);
  });
}

function meetOutages(
  family: Family,
  outages: readonly Outage[],
  switches: Partial<Switches>,
  names: readonly (string | undefined)[],
): void {
  const { DELETE, ...places } = placesOf(family);
  const withFamily = (test: (bench: FamilyBench) => Promise<void>) =>
    withLifecycle((bench) => test(benchOf(bench, family)), {
      plan: { registeredMs: 0, pendingMs: 0, inProgressMs: 30_000 },
      switches: { ...switches, sources: "ignored" },
    });
  for (const [what, when, answer] of outages) {
    const fault = { when, answer, times: "always" } as const;
    for (const [place, match] of Object.entries(places)) {
      for (const name of names) {
        it(`of ${place} in a create${name ? " under a given name" : ""} (${what})`, () =>
          withFamily((bench) => createThrough(bench, { ...fault, match }, name)));
      }
    }

    it(`in a read neither drops the job nor reports a change (${what})`, () =>
      withFamily((bench) => readThrough(bench, fault)));

    it(`in a read of a job that is gone proves nothing (${what})`, () =>
      withFamily((bench) => readGoneThrough(bench, { ...fault, match: places["the list"] })));

    const deletes = { DELETE, "the list": places["the list"], "any request": {} };
    for (const [place, match] of Object.entries(deletes)) {
      it(`of ${place} in a delete never gives up a job that is there (${what})`, () =>
        withFamily((bench) => deleteThrough(bench, { ...fault, match })));
    }
  }
}

async function createThrough(
  bench: FamilyBench,
  fault: Fault,
  name: string | undefined,
): Promise<void> {
  const { simulator, own, newOwn, jobs } = bench;
  simulator.addFault(fault);
  const declared = bench.declared({ name, onDuplicateName: "adopt" });
  const first = await bounded(bench, () => own.create(declared));
  const made = await jobs();
  assert.ok(made.length <= 1, `${made.length} jobs`);
  if (first !== undefined) assert.equal(first.id, made[0]?.id);
  endOutage(bench);
  const next = newOwn();
  const second =
    first === undefined
      ? await next.create(declared)
      : await next.update(first.id, first.outputs, declared);
  assert.equal(second.problem?.message, undefined);
  assert.equal(second.outputs.status, "completed");
  const ids = (await jobs()).map(({ id }) => id);
  assert.deepEqual(ids, [second.id]);
  const posts = simulator.log().filter(({ method, handled }) => method === "POST" && handled);
  assert.equal(posts.filter(({ status }) => status !== 409).length, 1);
}

async function readThrough(bench: FamilyBench, fault: Fault): Promise<void> {
  const { id, outputs } = await bench.newOwn().create(bench.declared());
  bench.simulator.addFault(fault);
  const found = await bounded(bench, () => bench.own.read(id, outputs));
  assert.notEqual(found, "gone");
  if (found === undefined || found === "gone") return;
  const { status, ...rest } = found.outputs;
  assert.deepEqual({ ...rest, status: outputs.status }, outputs);
  assert.ok(status === "paused" || status === outputs.status);
}

async function readGoneThrough(bench: FamilyBench, fault: Fault): Promise<void> {
  const { id, outputs } = await bench.newOwn().create(bench.declared());
  bench.simulator.deleteJob(id);
  bench.simulator.addFault(fault);
  const found = await bounded(bench, () => bench.own.read(id, outputs));
  // An empty list is the truth, whatever the fault does to the entries that it has not.
  if (found !== undefined) assert.equal(fault.answer.kind, "edit");
}

async function deleteThrough(bench: FamilyBench, fault: Fault): Promise<void> {
  const { simulator, own, newOwn, jobs } = bench;
  const { id, outputs } = await newOwn().create(bench.declared());
  simulator.addFault(fault);
  await bounded(bench, () => own.delete(id, outputs));
  const isOver = (await jobs()).length === 0;
  endOutage(bench);
  await newOwn().delete(id, outputs);
  assert.deepEqual(await jobs(), []);
  assert.ok(isOver || fault.when === "before" || fault.answer.kind === "edit");
}

/** What a test has of one family. */
interface FamilyBench extends LifecycleBench {
  readonly own: Process;
  readonly newOwn: () => Process;
  readonly declared: (args?: object) => Readonly<Record<string, unknown>>;
  /** Those of the test: the bench has a feature and a task of its own. */
  readonly jobs: () => Promise<readonly JobView[]>;
}

function benchOf(bench: LifecycleBench, { name, path }: Family): FamilyBench {
  const seeded = [bench.feature.id, bench.task.id];
  return {
    ...bench,
    own: bench.plugin.of(name),
    newOwn: () => bench.newProcess().of(name),
    // Longer than refusals are borne, and not the day that a task is given by default.
    declared: (args = {}) =>
      bench.inputsOf(name, { verify: "off", ...args }, { timeouts: { create: "40m" } }),
    jobs: async () => (await bench.simulator.jobs(path)).filter(({ id }) => !seeded.includes(id)),
  };
}

/** What a verb returns, `undefined` where it fails in words of ours; never for ever. */
async function bounded<T>(
  { clock }: LifecycleBench,
  verb: () => Promise<T>,
): Promise<T | undefined> {
  const startedMs = clock.monotonicMs();
  try {
    return await verb();
  } catch (error) {
    assert.ok(isNclueError(error), (error as Error).stack);
    return undefined;
  } finally {
    assert.ok(clock.monotonicMs() - startedMs < 60 * 60_000, "bounded in time");
  }
}

function endOutage({ simulator }: LifecycleBench): void {
  for (const held of simulator.heldRequests()) held.drop();
  simulator.clearFaults();
}
