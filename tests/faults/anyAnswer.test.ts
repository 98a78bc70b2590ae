import assert from "node:assert/strict";
import fc from "fast-check";
import { isNclueError } from "../../provider/src/kernel/errors";
import { seeded } from "../support/seeds";
import { type LifecycleBench, withLifecycle } from "../support/withLifecycle";

// Whatever the service answers, in whatever bytes: a verb ends with an answer or with an error of
// ours, in bounded time, and never takes a run for gone that is there.

const field = fc.constantFrom(
  "run_id",
  "run_name",
  "status",
  "runs",
  "total",
  "created_at",
  "completed_at",
  "line_count",
  "fail_message",
  "result_file_path",
  "error",
  "code",
  "message",
);
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>("completed", "failed", "in_progress", "10102", "10110", 300, -1, 1e300),
  fc.array(fc.dictionary(field, fc.jsonValue({ maxDepth: 1 }), { maxKeys: 4 }), { maxLength: 4 }),
);
const body = fc.oneof(
  fc.dictionary(field, value, { maxKeys: 6 }),
  fc.jsonValue({ maxDepth: 3 }).map((json) => JSON.stringify(json)),
  fc.string({ unit: "binary", maxLength: 2000 }),
  fc.constantFrom("", "<html>", "{", "null", "[]", '"', "\u0000", '{"runs":'),
);
const answer = fc.record({
  kind: fc.constant("status" as const),
  status: fc.constantFrom(
    200,
    200,
    200,
    201,
    299,
    400,
    401,
    403,
    404,
    409,
    410,
    418,
    429,
    500,
    503,
  ),
  headers: fc.constantFrom<Record<string, string>>(
    {},
    { "retry-after": "-5" },
    { "retry-after": "soon" },
    { "retry-after": "99999999999999999999" },
    { date: "not a date" },
    { date: "Thu, 01 Jan 1970 00:00:00 GMT" },
  ),
  body,
});

type Verb = "create" | "read" | "update" | "delete" | "check";

describe("any answer of the service", () => {
  it("leads to an answer or to an error of ours, and loses no run", () =>
    withLifecycle(
      async (bench) => {
        const known = await bench.newProcess().create(bench.inputs({ resultFilePath: "known/" }));
        await fc.assert(
          fc.asyncProperty(
            fc.constantFrom<Verb>("create", "read", "update", "delete", "check"),
            fc.array(answer, { minLength: 1, maxLength: 6 }),
            async (verb, answers) => {
              bench.simulator.clearFaults();
              bench.simulator.clearLog();
              answers.forEach((each, at) => {
                const isLast = at === answers.length - 1;
                bench.simulator.addFault({
                  nth: at + 1,
                  times: isLast ? "always" : 1,
                  answer: each,
                });
              });
              const startedMs = bench.clock.monotonicMs();
              await act(bench, verb, known);
              assert.ok(bench.clock.monotonicMs() - startedMs < 3 * 3_600_000);
              assert.ok(bench.simulator.log().length < 10_000);
              assert.equal((await bench.runs()).length, 1, "nothing was handled");
            },
          ),
          seeded({ numRuns: 250 }),
        );
      },
      { plan: { registeredMs: 0, pendingMs: 0, inProgressMs: 0 } },
    )).timeout(60_000);
});

async function act(
  { newProcess, inputs }: LifecycleBench,
  verb: Verb,
  { id, outputs }: { readonly id: string; readonly outputs: Record<string, unknown> },
): Promise<void> {
  const plugin = newProcess();
  const unfinished = { ...outputs, status: "in_progress" };
  try {
    switch (verb) {
      case "create":
        await plugin.create(inputs({ verify: "all" }, { timeouts: { create: "5m" } }));
        break;
      case "read":
        await plugin.read(id, outputs);
        break;
      case "update":
        await plugin.update(id, unfinished, inputs({}, { timeouts: { update: "5m" } }));
        break;
      case "delete":
        await plugin.delete(id, outputs);
        break;
      case "check":
        await plugin.check({}, inputs({ verify: "all" }, { importId: id, dryRun: false }));
        break;
    }
  } catch (error) {
    assert.ok(isNclueError(error), (error as Error).stack);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    assert.doesNotMatch(error.message, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    assert.ok(error.message.length < 10_000);
  }
}
