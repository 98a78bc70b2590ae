import assert from "node:assert/strict";
import type { Settled } from "../../provider/src/lifecycle/settleJob";
import { failure } from "../support/failure";
import { storeError } from "../support/memoryStore";
import { withLifecycle } from "../support/withLifecycle";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };
const RUNS = { method: "GET", path: "/task-runs/*" };
const REFUSAL = {
  kind: "status",
  status: 400,
  headers: { "x-ncp-request-id": "r-1" },
  body: { code: "10199", message: "no" },
} as const;

const runOf = ({ id, outputs }: Settled) => `task run "${outputs.name}" (${id})`;

describe("a wait that ends without its job's end", () => {
  it("says at its bound what it waited for and how to wait longer, however old the process is", () =>
    withLifecycle(
      async ({ plugin, inputs, clock, simulator }) => {
        await clock.advance(HOUR);
        const startMs = clock.monotonicMs();
        const made = await plugin.create(inputs({}, { timeouts: { create: "10m" } }));
        assert.equal(clock.monotonicMs() - startMs, 10 * MINUTE);
        const polls = simulator.log().filter(({ path }) => path.startsWith("/task-runs/")).length;
        assert.equal(
          made.problem?.message,
          `waiting for ${runOf(made)}: still in_progress after 10m (${polls} polls)\n` +
            'it keeps running at the service: run "pulumi up" again to resume the wait, or raise customTimeouts.create',
        );
      },
      { plan: { inProgressMs: "never" } },
    ));

  it("says at once why the service refuses to show a job, and does not ask the list about it", () =>
    withLifecycle(async ({ plugin, inputs, simulator, requests }) => {
      simulator.addFault({ match: RUNS, times: "always", answer: { ...REFUSAL, status: 401 } });
      const made = await plugin.create(inputs());
      assert.equal(made.problem?.code, "refused");
      assert.equal(
        made.problem?.message.split("\n")[0],
        `waiting for ${runOf(made)}: HTTP 401, code 10199 (no), request id r-1`,
      );
      assert.deepEqual(requests(), ["GET /task-runs", "POST /task-runs", "GET /task-runs/*"]);
    }));
});

describe("a run that failed", () => {
  const inState = { id: "before", createdAt: null };
  const page = "(https://guide.ncloud-docs.com/docs/nclue-troubleshoot-message)";
  const deleting = `delete features, task models and shopping intents that are not needed any more; another try may help ${page}`;
  const room =
    "in a replacement old and new need room at once: deleteBeforeReplace deletes the old one first";
  const next = 'the next "pulumi up" replaces it by a new run';
  const cases = [
    [
      "for want of space, as a replacement",
      "DISK_SPACE_SHORTAGE",
      { inState },
      `${deleting}; ${room}; ${next}`,
    ],
    ["for want of space, as a new one", "DISK_SPACE_SHORTAGE", {}, `${deleting}; ${next}`],
    [
      "for another reason, as a replacement",
      "COMMON_ERROR",
      { inState },
      `try again, then ask NAVER Cloud's support; another try may help ${page}; ${next}`,
    ],
  ] as const;
  for (const [what, failMessage, plumbing, advice] of cases) {
    it(`says what to do next (${what})`, () =>
      withLifecycle(
        async ({ plugin, inputs }) => {
          const { problem } = await plugin.create(inputs({}, plumbing));
          assert.equal(problem?.text.remedy, advice);
        },
        { plan: { ...plan, outcome: "failed", failMessage } },
      ));
  }
});

describe("a task below its quality gate", () => {
  it("says by how much, that it is kept, and what can be done", () =>
    withLifecycle(
      async ({ plugin, inputsOf }) => {
        const inputs = inputsOf("task", { verify: "off", minAuroc: 0.9 });
        const { id, outputs, problem } = await plugin.of("task").create(inputs);
        assert.equal(
          problem?.message,
          `task "${outputs.name}" (${id}) is completed, but not good enough: ` +
            "its AUROC is 0.8412, which is below minAuroc 0.9\n" +
            "it is kept, and nothing is started on it: change its data or another argument to train again, " +
            "or lower minAuroc to accept it",
        );
      },
      { plan, switches: { sources: "ignored" } },
    ));
});

describe("a completed run without its result", () => {
  for (const [policy, next] of [
    ["fail", 'the next "pulumi up" searches again and starts no new run'],
    ["rerun", 'the next "pulumi up" creates a new run'],
  ] as const) {
    it(`is one error under onResultMissing "${policy}", and no warning beside it`, () =>
      withLifecycle(
        async ({ plugin, inputs }) => {
          const made = await plugin.create(inputs({ onResultMissing: policy }));
          assert.equal(
            made.problem?.message,
            `${runOf(made)} is completed, but has no result: no result object was found below its path\n` +
              `onResultMissing is "${policy}": ${next}`,
          );
          assert.deepEqual(plugin.log.texts("warn"), []);
        },
        { plan, switches: { results: "none" } },
      ));

    it(`that was there before is an error under "${policy}", too`, () =>
      withLifecycle(
        async ({ plugin, inputs, store }) => {
          const program = inputs({ onResultMissing: policy });
          const made = await plugin.create(program);
          await store.deleteObject("acme-results", String(made.outputs.resultKey));
          const drifted = { ...made.outputs, drift: "result-missing" };
          const { problem } = await plugin.update(made.id, drifted, program);
          assert.equal(
            problem?.message,
            `${runOf(made)} is completed, but has no result: its result object is missing\n` +
              `onResultMissing is "${policy}": ${next}`,
          );
        },
        { plan },
      ));
  }

  it("is one error where the store cannot be reached, and no warning beside it", () =>
    withLifecycle(
      async ({ plugin, inputs, store }) => {
        store.listError = storeError();
        const { problem } = await plugin.create(inputs({ onResultMissing: "fail" }));
        assert.equal(problem?.code, "result-missing");
        assert.deepEqual(plugin.log.texts("warn"), []);
      },
      { plan },
    ));

  it("says where the engine stops the search that the next update goes on with it", () =>
    withLifecycle(
      async ({ plugin, inputs, store }) => {
        store.beforeList = async () => plugin.cancel.abort(new Error("stop"));
        const made = await plugin.create(inputs());
        assert.equal(
          made.problem?.message,
          `searching for the result of ${runOf(made)}: the search for its result was stopped\n` +
            'nothing is lost: the next "pulumi up" searches again',
        );
      },
      { plan, switches: { results: "none" } },
    ));
});

describe("an error of a verb", () => {
  it("keeps what a caller decides on", () =>
    withLifecycle(
      async ({ plugin, inputs, simulator }) => {
        simulator.addFault({ match: { method: "POST" }, times: "always", answer: REFUSAL });
        const { code, facts } = await failure(plugin.create(inputs()));
        assert.equal(code, "refused");
        assert.deepEqual(facts, {
          kind: "rejected",
          httpStatus: 400,
          serviceCode: "10199",
          cause: "HTTP 400, code 10199 (no), request id r-1",
          fromGateway: false,
          mayHaveTakenEffect: false,
        });
      },
      { plan },
    ));

  it("gives no advice where there is none", () =>
    withLifecycle(
      async ({ plugin, newProcess, inputs }) => {
        const { id, outputs } = await plugin.create(inputs());
        const wrong = newProcess({ NCLUE_ON_DELETE_WHILE_RUNNING: "kill" });
        const { text } = await failure(wrong.delete(id, outputs));
        assert.deepEqual(text, {
          doing: "reading the settings of pulumi-nclue",
          cause: 'NCLUE_ON_DELETE_WHILE_RUNNING must be one of wait, abandon, fail, not "kill"',
        });
      },
      { plan },
    ));

  it("of a barrier tells what is wrong run by run", () =>
    withLifecycle(
      async ({ plugin, inputs }) => {
        const made = await plugin.create(inputs({ waitFor: "submitted" }));
        const __nclue = { logicalName: "all", timeouts: {} };
        const { problem } = await plugin.ofBarriers().create({ runIds: [made.id], __nclue });
        const [detail = "", ...more] = problem?.text.details ?? [];
        assert.deepEqual(more, []);
        assert.ok(detail.startsWith(`${runOf(made)} of task "spring-offer" `), detail);
      },
      { plan: { ...plan, outcome: "failed" } },
    ));
});
