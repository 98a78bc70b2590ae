import assert from "node:assert/strict";
import { isNclueError } from "../../provider/src/kernel/errors";
import type { FaultAnswer } from "../../simulator/src";
import { type LifecycleBench, withLifecycle } from "../support/withLifecycle";

// A fault that does not pass: from one request on, all of its kind meet it. The verb ends in bounded
// time, with an error of ours or with a run that the state knows, and once the fault has passed, the
// next process ends with exactly one run.

const POSTS = { method: "POST", path: "/task-runs" };
const LISTS = { method: "GET", path: "/task-runs" };
const LOOKS = { method: "GET", path: "/task-runs/*" };
const DELETES = { method: "DELETE", path: "/task-runs/*" };
const ALL = {};

const places = {
  "POST /task-runs": POSTS,
  "GET /task-runs": LISTS,
  "GET /task-runs/*": LOOKS,
  "any request": ALL,
};

const page = "<!DOCTYPE html><html><body>Bad Gateway</body></html>";
const outages: readonly (readonly [string, "before" | "after", FaultAnswer])[] = [
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
  ["no id", "after", { kind: "edit", fields: { run_id: null } }],
  ["nonsense in some fields", "after", { kind: "edit", fields: { run_name: [], status: {} } }],
];

const weak = {
  duplicateNames: "allow",
  listOrder: "oldest",
  indexMeaning: "page",
  totalMeaning: "returned",
} as const;

for (const [rules, switches] of [
  ["rules as documented", {}],
  ["rules as weak as can be", weak],
] as const) {
  describe(`an outage, under ${rules}`, () => {
    const options = {
      plan: { registeredMs: 0, pendingMs: 0, inProgressMs: 30_000 },
      switches,
    };
    for (const [place, match] of Object.entries(places)) {
      for (const [what, when, answer] of outages) {
        for (const name of [undefined, "mine"]) {
          it(`of ${place} in a create${name ? " under a given name" : ""} (${what})`, () =>
            withLifecycle(async (bench) => {
              bench.simulator.addFault({ match, when, answer, times: "always" });
              const args = { name, onDuplicateName: "adopt" };
              const first = await bounded(bench, () => bench.plugin.create(bench.inputs(args)));
              const runs = await bench.runs();
              assert.ok(runs.length <= 1, `${runs.length} runs`);
              if (first !== undefined) assert.equal(first.id, runs[0]?.id);
              endOutage(bench);
              const program = bench.inputs(args);
              const next = bench.newProcess();
              const second =
                first === undefined
                  ? await next.create(program)
                  : await next.update(first.id, first.outputs, program);
              assert.equal(second.problem?.message, undefined);
              assert.equal(second.outputs.status, "completed");
              assert.deepEqual(
                (await bench.runs()).map(({ id }) => id),
                [second.id],
              );
              const made = bench.simulator.log().filter((r) => r.method === "POST" && r.handled);
              assert.equal(made.filter(({ status }) => status !== 409).length, 1);
            }, options));
        }
      }
    }

    for (const [what, when, answer] of outages) {
      it(`in a read neither drops the run nor reports a change (${what})`, () =>
        withLifecycle(async (bench) => {
          const { id, outputs } = await bench.newProcess().create(bench.inputs());
          bench.simulator.addFault({ when, answer, times: "always" });
          const found = await bounded(bench, () => bench.plugin.read(id, outputs));
          assert.notEqual(found, "gone");
          if (found === undefined || found === "gone") return;
          const { status, ...rest } = found.outputs;
          assert.deepEqual({ ...rest, status: outputs.status }, outputs);
          assert.ok(status === "paused" || status === outputs.status);
        }, options));

      it(`in a read of a run that is gone proves nothing (${what})`, () =>
        withLifecycle(async (bench) => {
          const { id, outputs } = await bench.newProcess().create(bench.inputs());
          bench.simulator.deleteJob(id);
          bench.simulator.addFault({ match: LISTS, when, answer, times: "always" });
          const found = await bounded(bench, () => bench.plugin.read(id, outputs));
          // An empty list is the truth, whatever the fault does to the entries that it has not.
          if (found !== undefined) assert.equal(answer.kind, "edit");
        }, options));

      for (const [place, match] of Object.entries({
        "any request": ALL,
        "the list": LISTS,
        DELETE: DELETES,
      })) {
        it(`of ${place} in a delete never gives up a run that is there (${what})`, () =>
          withLifecycle(async (bench) => {
            const { id, outputs } = await bench.newProcess().create(bench.inputs());
            bench.simulator.addFault({ match, when, answer, times: "always" });
            let isOver = true;
            await bounded(bench, () => bench.plugin.delete(id, outputs)).catch(() => undefined);
            isOver = (await bench.runs()).length === 0;
            endOutage(bench);
            await bench.newProcess().delete(id, outputs);
            assert.deepEqual(await bench.runs(), []);
            assert.ok(isOver || when === "before" || answer.kind === "edit");
          }, options));
      }
    }
  });
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
    assert.ok(clock.monotonicMs() - startedMs < 3 * 60 * 60_000, "bounded in time");
  }
}

function endOutage({ simulator }: LifecycleBench): void {
  for (const held of simulator.heldRequests()) held.drop();
  simulator.clearFaults();
}
