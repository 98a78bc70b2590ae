import assert from "node:assert/strict";
import { families } from "../../../provider/src/domain/families";
import type { Job } from "../../../provider/src/domain/job";
import { type ErrorFacts, NclueError } from "../../../provider/src/kernel/errors";
import {
  confirmGone,
  isUnknownId,
  missingOrThrow,
  type SeenBy,
  seenOrGone,
} from "../../../provider/src/lifecycle/confirmGone";
import type { JobContext } from "../../../provider/src/lifecycle/jobContext";
import { FakeClock } from "../../support/fakeClock";
import { RecordingLog } from "../../support/recordingLog";
import { jobOf } from "../../support/sampleJobs";

const { taskRun } = families;
const here = { endpoint: "https://here", keyHash: "mine" };

type Listed = "listed" | "absent" | "unproven" | Error;

/** What is said when the job itself is asked for: it, a 404, or an error. */
type Shown = Job | "missing" | Error;

interface NewJob {
  /** For how long the job may be too new to be shown. */
  readonly newForMs: number;
  /** The answers for the job itself, in turn. */
  readonly shown: readonly Shown[];
}

/** The list is asked in turn; its last answer is given again and again. */
function bench(...answers: readonly Listed[]) {
  return benchOf(answers, { newForMs: 0, shown: [] });
}

function benchOf(answers: readonly Listed[], { newForMs, shown }: NewJob) {
  const clock = new FakeClock();
  const gone: string[] = [];
  let asked = 0;
  const isListed = async () => {
    const answer = answers[Math.min(asked++, answers.length - 1)] ?? "absent";
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const noteGone = (id: string) => gone.push(id);
  const looks = shown.values();
  const ask = async () => {
    const look = looks.next().value ?? "missing";
    if (look instanceof Error) throw look;
    return look === "missing" ? { kind: "missing" } : { kind: "seen", job: look };
  };
  const mayStillAppear = () => clock.monotonicMs() < newForMs;
  const jobs = { taskRun: { isListed, noteGone, mayStillAppear, ask } };
  const transport = { serviceNowMs: () => clock.nowMs() };
  const clients = () => ({ settings: here, transport, jobs });
  const cancelled = new AbortController();
  const log = new RecordingLog();
  const parts = { clock, cancelled: cancelled.signal, clients, log, urnOf: () => "urn" };
  const ctx = parts as unknown as JobContext;
  const confirm = (seenBy: SeenBy = here, facts: ErrorFacts = {}) =>
    clock.runUntil(confirmGone(ctx, taskRun, "1", seenBy, refusal(facts)));
  const find = () => clock.runUntil(seenOrGone(ctx, taskRun, "1", here, refusal()));
  return { ctx, clock, cancelled, confirm, find, gone, log, asked: () => asked };
}

function refusal(facts: ErrorFacts = {}): NclueError {
  const text = { doing: "GET", cause: "HTTP 404" };
  return new NclueError("refused", text, { kind: "not-found", ...facts });
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

describe("seenOrGone", () => {
  const job = jobOf(taskRun);

  it("gives a job that is too new to be shown two minutes, and takes it once it is shown", async () => {
    const newJob = { newForMs: 120_000, shown: ["missing", "missing", job] as const };
    const { find, log, asked } = benchOf(["absent"], newJob);
    assert.equal(await find(), job);
    assert.deepEqual(log.steps, [
      step("not visible yet", "2s"),
      step("not visible yet", "4s"),
      step("not visible yet", "8s"),
    ]);
    assert.equal(asked(), 0);
  });

  it("lets the list decide about one that is not shown after these two minutes", async () => {
    const { find, clock, gone } = benchOf(["absent"], { newForMs: 120_000, shown: [] });
    assert.equal(await find(), "gone");
    assert.deepEqual(clock.slept, [2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    assert.deepEqual(gone, ["1"]);
  });

  it("takes a job that the list shows once it is shown itself, whatever fails before", async () => {
    const passing = refusal({ kind: "transient", httpStatus: 503 });
    const { find, log } = benchOf(["listed"], { newForMs: 0, shown: ["missing", passing, job] });
    assert.equal(await find(), job);
    assert.deepEqual(log.steps, [
      step("not shown, but still listed", "2s"),
      step("not shown, but still listed", "4s"),
    ]);
  });

  it("ends at once where the keys no longer let it look", async () => {
    const text = { doing: "GET", cause: "HTTP 401" };
    const denied = new NclueError("refused", text, { kind: "denied", httpStatus: 401 });
    const { find, clock } = benchOf(["listed"], { newForMs: 0, shown: [denied] });
    await assert.rejects(find(), { code: "refused", message: "looking for task run 1: HTTP 401" });
    assert.deepEqual(clock.slept, []);
  });
});

function step(status: string, delay: string) {
  return { urn: "urn", key: "1", status, text: `${status} · next look in ${delay}` };
}

describe("an answer that may mean an unknown id", () => {
  const broken = new NclueError("unreachable", { doing: "GET", cause: "broken" });
  const fault = refusal({ kind: "transient", httpStatus: 503 });
  const undocumented = refusal({ kind: "rejected", httpStatus: 400 });

  for (const [what, error, listed, isUnknown] of [
    ["a 404, whatever the list shows", refusal(), "listed", true],
    ["an undocumented refusal where the list does not show it", undocumented, "absent", true],
    ["an undocumented refusal where the list shows it", undocumented, "listed", false],
    ["an undocumented refusal where the list proves nothing", undocumented, "unproven", false],
    ["an undocumented refusal where the list cannot be read", undocumented, broken, false],
    ["a 503 where the list does not show it", fault, "absent", true],
    ["no answer at all, whatever the list shows", broken, "absent", false],
  ] as const) {
    it(`is ${isUnknown ? "taken for one" : "no proof of one"}: ${what}`, async () => {
      assert.equal(await isUnknownId(bench(listed).ctx, taskRun, "1", error), isUnknown);
    });
  }

  it("is a missing job for a read where a 503 lasts and the list does not show the job", async () => {
    const { ctx } = bench("absent");
    const sighting = await missingOrThrow(ctx, taskRun, "1", fault);
    assert.deepEqual(sighting, { kind: "missing", error: fault });
  });

  it("stays an error for a read where the list shows the job, or where nothing was answered", async () => {
    for (const [listed, error] of [
      ["listed", fault],
      ["absent", broken],
    ] as const) {
      const read = missingOrThrow(bench(listed).ctx, taskRun, "1", error);
      await assert.rejects(read, (thrown) => thrown === error);
    }
  });
});
