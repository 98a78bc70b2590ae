import assert from "node:assert/strict";
import { families } from "../../../provider/src/domain/families";
import { NclueError } from "../../../provider/src/kernel/errors";
import { confirmGone, type SeenBy } from "../../../provider/src/lifecycle/confirmGone";
import type { JobContext } from "../../../provider/src/lifecycle/jobContext";
import { FakeClock } from "../../support/fakeClock";
import { RecordingLog } from "../../support/recordingLog";

const { taskRun } = families;
const here = { endpoint: "https://here", keyHash: "mine" };

type Listed = "listed" | "absent" | "unproven" | Error;

/** The list is asked in turn; its last answer is given again and again. */
function bench(...answers: readonly Listed[]) {
  const clock = new FakeClock();
  const gone: string[] = [];
  let asked = 0;
  const isListed = async () => {
    const answer = answers[Math.min(asked++, answers.length - 1)] ?? "absent";
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const noteGone = (id: string) => gone.push(id);
  const jobs = { taskRun: { isListed, noteGone, mayStillAppear: () => false } };
  const transport = { serviceNowMs: () => clock.nowMs() };
  const clients = () => ({ settings: here, transport, jobs });
  const cancelled = new AbortController();
  const log = new RecordingLog();
  const parts = { clock, cancelled: cancelled.signal, clients, log, urnOf: () => "urn" };
  const ctx = parts as unknown as JobContext;
  const confirm = (seenBy: SeenBy = here, facts: object = {}) =>
    clock.runUntil(
      confirmGone(
        ctx,
        taskRun,
        "1",
        seenBy,
        new NclueError(
          "refused",
          { doing: "GET", cause: "HTTP 404" },
          { kind: "not-found", ...facts },
        ),
      ),
    );
  return { clock, cancelled, confirm, gone, log, asked: () => asked };
}

describe("confirmGone", () => {
  it("confirms what the whole list does not show, and notes that the job is gone", async () => {
    const { confirm, gone, asked } = bench("absent");
    await confirm();
    assert.deepEqual([gone, asked()], [["1"], 1]);
  });

  it("confirms for those who have seen it in this process, or do not know who has", async () => {
    for (const seenBy of [{}, { endpoint: here.endpoint }, { keyHash: here.keyHash }]) {
      await bench("absent").confirm(seenBy);
    }
  });

  it("waits for a list that reflects the delete late", async () => {
    const { confirm, clock, gone } = bench("listed", "listed", "listed", "absent");
    await confirm();
    assert.deepEqual(clock.slept, [2000, 4000, 8000]);
    assert.deepEqual(gone, ["1"]);
  });

  it("gives up after two minutes in which the list shows the job", async () => {
    const { confirm, clock, gone } = bench("listed");
    await assert.rejects(confirm(), {
      code: "unreadable",
      message:
        "looking for task run 1: for two minutes the service has listed it, but answered 404 when " +
        "asked for it\ntry again later",
    });
    assert.equal(clock.monotonicMs(), 120_000);
    assert.deepEqual(gone, []);
  });

  it("says what it waits for", async () => {
    const { confirm, log } = bench("listed");
    await assert.rejects(confirm());
    assert.equal(log.steps.length, 7);
    for (const { urn, key, text } of log.steps) {
      assert.deepEqual([urn, key], ["urn", "1"]);
      assert.match(text, /^not shown, but still listed · next look in \d+s$/);
    }
  });

  it("tells the refusal where another one than 404 is not explained by the list", async () => {
    const { confirm } = bench("listed");
    const refused = confirm(here, { kind: "rejected", httpStatus: 400 });
    await assert.rejects(refused, { code: "refused", message: "looking for task run 1: HTTP 404" });
  });

  it("proves nothing by a list that may be incomplete", async () => {
    const { confirm, gone } = bench("unproven");
    await assert.rejects(confirm(), { code: "unreadable", message: /it may be incomplete/ });
    assert.deepEqual(gone, []);
  });

  it("passes on why the list cannot be read", async () => {
    const error = new NclueError("unreachable", { doing: "GET", cause: "broken" });
    await assert.rejects(bench(error).confirm(), {
      code: "unreachable",
      message: "looking for task run 1: broken",
    });
  });

  for (const [what, seenBy, why] of [
    ["another address", { endpoint: "https://there", keyHash: "mine" }, /seen at https:\/\/there/],
    ["another key", { endpoint: "https://here", keyHash: "other" }, /with another access key/],
  ] as const) {
    it(`proves nothing about a job that was seen with ${what}`, async () => {
      const { confirm, asked } = bench("absent");
      await assert.rejects(confirm(seenBy), { code: "job-elsewhere", message: why });
      assert.equal(asked(), 0);
    });
  }

  it("proves nothing by a 404 of the gateway", async () => {
    const { confirm, asked } = bench("absent");
    await assert.rejects(confirm(here, { fromGateway: true }), {
      code: "refused",
      message: "looking for task run 1: HTTP 404",
    });
    assert.equal(asked(), 0);
  });

  it("ends at once where the engine asks to stop", async () => {
    const { confirm, clock, cancelled } = bench("listed");
    void clock.sleep(1000).then(() => cancelled.abort(new Error("stop")));
    await assert.rejects(confirm(), /stop/);
    assert.equal(clock.monotonicMs(), 1000);
  });
});
