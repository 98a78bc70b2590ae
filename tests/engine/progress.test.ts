import assert from "node:assert/strict";
import path from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import * as nclue from "pulumi-nclue";
import { succeeded, type TestStack } from "../support/engine";
import { type Nclue, type NclueOptions, withNclue } from "../support/withNclue";

// The service's time stands still and moves when a test says so. The plugin's own time is a hundred
// times as quick as the true one, so that no two looks fall into one second, and minutes pass.

const forever = { registeredMs: "never", pendingMs: "never", inProgressMs: "never" } as const;
const endless = { inProgressMs: "never" } as const;

describe("the progress of a task run", () => {
  it("live: is one line for each poll, on the run's own row, and ends with what came of it", () =>
    withFastPlugin({ env: { NCLUE_PROGRESS: "live" }, plan: forever }, async (n) => {
      const { stack, simulator, runs } = n;
      const up = await stack.start("up");
      await looks(n, 3);
      const [run] = await runs();
      for (const stage of ["registeredMs", "pendingMs"] as const) {
        simulator.setPlan(run?.id ?? "", { [stage]: 0 });
        await looks(n, 3);
      }
      await simulator.completeJob(run?.id ?? "");
      const { events } = succeeded(await up.ended);
      const lines = progressOf(events);
      assert.equal(lines.length, looksAt(n, run?.id).length);
      assert.deepEqual([...new Set(lines.map(({ urn }) => urn))], await urnsOf(stack));
      const texts = lines.map(({ text }) => text);
      assertIsEnd(texts.pop());
      const span = String.raw`(\d+m( \d+s)?|\d+s)`;
      const order = ["registered", "pending", "in_progress"].map((status) => {
        const queued = status === "in_progress" ? ` · queued ${span}` : "";
        const line = new RegExp(`^${status} ${span}${queued} · next poll in ${span}$`);
        return texts.filter((text) => line.test(text));
      });
      assert.deepEqual(order.flat(), texts);
      for (const ofStatus of order) assert.ok(ofStatus.length >= 2, texts.join("\n"));
      assertNoNewsTwice(texts);
      assert.deepEqual(lasting(events), []);
    }));

  it("lines: is one line for each change, and heartbeats that grow apart", () =>
    withFastPlugin({ plan: forever, env: { NCLUE_REQUESTS_PER_SECOND: "200" } }, async (n) => {
      const { stack, simulator, runs } = n;
      const up = await stack.start("up");
      await looks(n, 3);
      const [run] = await runs();
      simulator.setPlan(run?.id ?? "", { registeredMs: 0, pendingMs: 0 });
      const heartbeats = () => progressOf(up.events).filter(({ text }) => /^in_pro/.test(text));
      await up.waitForEvent(() => heartbeats().length >= 4);
      await simulator.completeJob(run?.id ?? "");
      const { events } = succeeded(await up.ended);
      const texts = progressOf(events).map(({ text }) => text);
      assert.ok(looksAt(n, run?.id).length > 2 * texts.length);
      for (const status of ["registered", "in_progress"]) {
        const ages = texts.filter((text) => text.startsWith(status)).map(ageOf);
        for (const [index, age] of ages.entries()) {
          // Ages are rounded to whole seconds.
          const silence = ([60, 120][index - 1] ?? 300) - 1;
          if (index > 0) assert.ok(age - (ages[index - 1] ?? 0) >= silence, texts.join("\n"));
        }
      }
      assert.deepEqual(
        [...new Set(texts.map((text) => text.split(" ")[0]))],
        ["registered", "in_progress", "completed"],
      );
      assert.deepEqual([...new Set(progressOf(events).map(({ urn }) => urn))], await urnsOf(stack));
    }));

  it("off: is not shown, and the last words are", () =>
    withFastPlugin({ plan: endless, env: { NCLUE_PROGRESS: "off" } }, async (n) => {
      const { stack, simulator, program, runs } = n;
      succeeded(await stack.up({ program: program({ waitFor: "submitted" }) }));
      const up = await stack.start("up", { program: program() });
      await looks(n, 3);
      const [run] = await runs();
      await simulator.completeJob(run?.id ?? "");
      const { events } = succeeded(await up.ended);
      assert.deepEqual(progressOf(events), []);
      assert.match(lasting(events).join(), /^info: resumed the wait for task run/);
    }));

  for (const [count, which] of [
    [3, "three finished runs of its task"],
    [2, "two"],
  ] as const) {
    it(`says how long it usually takes ${count > 2 ? "after" : "only after more than"} ${which}`, () =>
      withFastPlugin({ plan: endless, env: { NCLUE_PROGRESS: "live" } }, async (n) => {
        const { stack, simulator, runs } = n;
        for (let i = 0; i < count; i++) seedFinished(n, 12 + i);
        const up = await stack.start("up");
        await looks(n, 2);
        const run = (await runs()).at(-1);
        await simulator.completeJob(run?.id ?? "");
        const texts = progressOf(succeeded(await up.ended).events).map(({ text }) => text);
        assertIsEnd(texts.pop());
        assert.ok(texts.length > 0);
        const estimate = count > 2 ? " · usually 13–14m" : "";
        for (const text of texts) {
          assert.match(text, new RegExp(`^in_progress [^·]+${estimate} · next poll in \\d+s$`));
        }
      }));
  }

  it("says how long it usually takes where a wait goes on too, after one read of the list", () =>
    withFastPlugin({ plan: endless, env: { NCLUE_PROGRESS: "live" } }, async (n) => {
      const { stack, simulator, program, runs, requests } = n;
      for (const minutes of [12, 13, 14]) seedFinished(n, minutes);
      const policy = { onDeleteWhileRunning: "wait" } as const;
      succeeded(await stack.up({ program: program({ ...policy, waitFor: "submitted" }) }));
      const run = (await runs()).at(-1);
      const estimate = /^in_progress [^·]+ · usually 13–14m · .*next poll in \d+s$/;
      const tells = ({ text }: Line) => estimate.test(text);

      simulator.clearLog();
      const up = await stack.start("up", { program: program(policy) });
      await up.waitForEvent(() => progressOf(up.events).some(tells));
      up.signal("SIGINT");
      assert.equal((await up.ended).failed, true);
      assert.equal(requests().filter((line) => line === "GET /task-runs").length, 1);

      const destroy = await stack.start("destroy");
      await destroy.waitForEvent(() => progressOf(destroy.events).some(tells));
      await simulator.completeJob(run?.id ?? "");
      succeeded(await destroy.ended);
    }));

  it("is shown on the run's own row while a destroy waits for its end", () =>
    withFastPlugin({ plan: endless, env: { NCLUE_PROGRESS: "live" } }, async (n) => {
      const { stack, simulator, program, runs } = n;
      succeeded(await stack.up({ program: program({ waitFor: "submitted" }) }));
      const urns = await urnsOf(stack);
      const [run] = await runs();
      const destroy = await stack.start("destroy");
      await looks(n, 4);
      await simulator.completeJob(run?.id ?? "");
      const { events } = succeeded(await destroy.ended);
      const lines = progressOf(events);
      assert.ok(lines.length >= 2);
      for (const { urn, text } of lines) {
        assert.equal(urn, urns[0]);
        assert.match(text, /^in_progress .+ · can be deleted when it has ended · next poll in /);
      }
      assertNoNewsTwice(lines.map(({ text }) => text));
      assert.deepEqual(lasting(events), []);
    }));

  it("is shown by a refresh for what is unfinished, each on its own row", () =>
    withNclue({ plan: endless, env: { NCLUE_PROGRESS: "live" } }, async (n) => {
      const { stack, args } = n;
      const names = ["seoul", "busan", "daegu"];
      const program = async () => {
        for (const name of names) {
          const resultFilePath = `${name}/`;
          new nclue.TaskRun(name, { ...args, resultFilePath, waitFor: "submitted" });
        }
      };
      succeeded(await stack.up({ program }));
      const urns = await urnsOf(stack);
      const { events } = succeeded(await stack.refresh());
      const lines = progressOf(events);
      assert.deepEqual(lines.map(({ urn }) => urn).sort(), [...urns].sort());
      assert.deepEqual([...new Set(lines.map(({ text }) => text))], ["in_progress"]);
      assert.deepEqual(lasting(events), []);
    }));

  it("of a barrier is one line for all its runs at each poll", () =>
    withFastPlugin({ plan: endless, env: { NCLUE_PROGRESS: "live" } }, async (n) => {
      const { stack, simulator, args, runs, requests } = n;
      const names = ["a", "b", "c", "d", "e", "f"];
      const program = async () => {
        const all = names.map((name) => {
          const resultFilePath = `${name}/`;
          return new nclue.TaskRun(name, { ...args, resultFilePath, waitFor: "submitted" });
        });
        new nclue.TaskRunCompletion("all", { runIds: all.map(({ runId }) => runId) });
      };
      const up = await stack.start("up", { program });
      await simulator.waitForRequests(() => requests("POST").length === names.length);
      const pages = () => requests("GET").length - 1;
      await simulator.waitForRequests(() => pages() >= 4);
      const [first, ...others] = await runs();
      await simulator.completeJob(first?.id ?? "");
      await up.waitForEvent(() => /^1 of 6/.test(progressOf(up.events).at(-1)?.text ?? ""));
      for (const { id } of others) await simulator.completeJob(id);
      const { events } = succeeded(await up.ended);
      const lines = progressOf(events);
      const [barrier] = (await urnsOf(stack)).filter((urn) => urn.endsWith("::all"));
      assert.deepEqual([...new Set(lines.map(({ urn }) => urn))], [barrier]);
      assert.ok(lines.length <= pages(), `${lines.length} lines, ${pages()} looks`);
      const texts = lines.map(({ text }) => text);
      assert.match(texts.pop() ?? "", /^6 of 6 runs completed in \d/);
      for (const text of texts) {
        assert.match(text, /^[0-5] of 6 runs have ended · .+ · next poll in .+s$/);
      }
      assertNoNewsTwice(texts);
      assert.deepEqual(lasting(events), []);
    }));
});

describe("a house full of waits", () => {
  it("is told of once, on the stack", () =>
    withFastPlugin({ plan: endless, env: { PULUMI_PARALLEL: "2" } }, async (n) => {
      const { stack, simulator, args, runs } = n;
      const program = async () => {
        for (const name of ["seoul", "busan", "daegu"]) {
          new nclue.TaskRun(name, { ...args, resultFilePath: `${name}/` });
        }
      };
      const up = await stack.start("up", { program });
      await up.waitForText("which fills all of the engine's slots");
      const [first] = await runs();
      await simulator.completeJob(first?.id ?? "");
      await simulator.waitForRequests((log) => {
        return log.filter(({ method, done }) => method === "POST" && done).length === 3;
      });
      for (const { id } of await runs()) if (id !== first?.id) await simulator.completeJob(id);
      const { events } = succeeded(await up.ended);
      assert.deepEqual(await rowsOf(stack, events), []);
      assert.deepEqual(lasting(events), [
        "info: 2 jobs are waited for, which fills all of the engine's slots: further jobs start only " +
          "when one of these has ended. Set PULUMI_PARALLEL (or --parallel) to at least the number " +
          'of jobs, or start task runs with waitFor: "submitted" and wait with TaskRunCompletion',
      ]);
    }));
});

describe("the last words about a task run stay on its row", () => {
  it("adopted: what an interrupted update has left", () =>
    withNclue({}, async ({ stack, runs }) => {
      succeeded(await stack.up());
      const [run] = await runs();
      const state = await stack.exportState();
      state.deployment.resources = (state.deployment.resources ?? []).filter(
        ({ id, type }) => id !== run?.id || type.startsWith("pulumi:"),
      );
      await stack.importState(state);
      const { events } = succeeded(await stack.up());
      const [adopted] = await rowsOf(stack, events);
      assert.ok(adopted?.startsWith(`scores info: adopted task run "${run?.name}" (${run?.id}, `));
      assert.match(adopted ?? "", /; no new run was started$/);
    }));

  it("resumed, and abandoned", () =>
    withNclue({ plan: endless }, async ({ stack, simulator, program, runs }) => {
      const policy = { onDeleteWhileRunning: "abandon" } as const;
      succeeded(await stack.up({ program: program({ ...policy, waitFor: "submitted" }) }));
      const [run] = await runs();
      const up = await stack.start("up", { program: program({ ...policy, waitFor: "started" }) });
      assert.deepEqual(await rowsOf(stack, succeeded(await up.ended).events), [
        `scores info: resumed the wait for task run "${run?.name}" (${run?.id}); no new run was started`,
      ]);
      assert.equal((await simulator.job(run?.id ?? ""))?.status, "in_progress");
      const urns = await urnsOf(stack);
      const { events } = succeeded(await stack.destroy());
      assert.deepEqual(rows(urns, events), [
        `scores warning: abandoned task run "${run?.name}" (${run?.id}): it is in_progress and ` +
          "continues at the service, which charges for it; delete it there when it has ended",
      ]);
    }));

  it("failed, and re-run because of it", () =>
    withNclue({}, async ({ stack, simulator, runs, task, feature }) => {
      simulator.queuePlans({ outcome: "failed", failMessage: "NOT_EXIST_FILE" });
      const up = await stack.up();
      assert.equal(up.exitCode, 1);
      const [run] = await runs();
      const which = `task run "${run?.name}" (${run?.id})`;
      const said = (await rowsOf(stack, up.events)).join("\n");
      assert.ok(
        said.includes(
          `${which} of task "churn" (${task.id}) on feature "customers" (${feature.id}) failed: NOT_EXIST_FILE`,
        ),
        said,
      );
      assert.match(said, /^scores error: /);
      const why = `${which} failed: NOT_EXIST_FILE; a new run replaces it (onFailure: "rerun")`;
      const again = succeeded(await stack.up());
      assert.deepEqual(await rowsOf(stack, again.events), [`scores warning: ${why}`]);
    }));
});

describe("after a rename, nothing is shown on a row that is not there", () => {
  const renames: Record<string, (n: Nclue) => Promise<unknown>> = {
    "of the resource, with an alias": async ({ stack, args }) => {
      const program = async () => {
        const aliases = [{ name: "scores" }];
        new nclue.TaskRun("churn-scores", { ...args, waitFor: "submitted" }, { aliases });
      };
      succeeded(await stack.up({ program }));
    },
    "of the stack": async ({ stack }) => {
      await stack.rename("renamed");
    },
  };
  for (const [what, rename] of Object.entries(renames)) {
    it(`${what}, neither by a refresh nor by a destroy`, () =>
      withFastPlugin({ plan: endless, env: { NCLUE_PROGRESS: "live" } }, async (n) => {
        const { stack, simulator, program, runs } = n;
        succeeded(await stack.up({ program: program({ waitFor: "submitted" }) }));
        await rename(n);
        const rowsNow = await allUrnsOf(stack);
        const [own] = await urnsOf(stack);
        const [run] = await runs();
        const refresh = succeeded(await stack.refresh());
        const destroy = await stack.start("destroy");
        await looks(n, 4);
        await simulator.completeJob(run?.id ?? "");
        const { events } = succeeded(await destroy.ended);
        for (const urn of diagnosticUrns([...refresh.events, ...events])) {
          assert.ok(rowsNow.includes(urn), urn);
        }
        const waiting = progressOf(events);
        assert.ok(waiting.length >= 2);
        for (const { urn } of waiting) assert.equal(urn, own);
      }));
  }
});

const fastClock = path.join(__dirname, "../support/fastClock.cjs");

function withFastPlugin(options: NclueOptions, fn: (n: Nclue) => Promise<void>): Promise<void> {
  const env = { NODE_OPTIONS: `--require ${fastClock}`, ...options.env };
  return withNclue({ clock: { frozen: true }, ...options, env }, fn);
}

/** Waits until so many more looks at single runs are answered. */
async function looks({ simulator }: Nclue, count: number): Promise<void> {
  const seen = () => simulator.log().filter(isLook).length;
  const wanted = seen() + count;
  await simulator.waitForRequests(() => seen() >= wanted);
}

function looksAt({ simulator }: Nclue, id: string | undefined) {
  return simulator.log().filter((request) => isLook(request) && request.path.endsWith(`/${id}`));
}

function isLook({
  method,
  path: asked,
  status,
}: {
  method: string;
  path: string;
  status?: unknown;
}) {
  return method === "GET" && asked.startsWith("/task-runs/") && status === 200;
}

/** A run of the test's task that has taken so many minutes. */
function seedFinished({ simulator, task, feature, bucket }: Nclue, minutes: number) {
  simulator.seedTaskRun({
    name: `earlier-${minutes}`,
    taskId: task.id,
    featureId: feature.id,
    resultBucket: bucket,
    resultFilePath: `earlier/${minutes}/`,
    createdAtMs: simulator.now() - 86_400_000,
    plan: { registeredMs: 0, pendingMs: 0, inProgressMs: minutes * 60_000, outcome: "completed" },
  });
}

interface Line {
  readonly urn: string;
  readonly text: string;
}

function diagnosticsOf(events: readonly EngineEvent[]) {
  return events
    .flatMap(({ diagnosticEvent }) => diagnosticEvent ?? [])
    .filter(({ severity, message }) => `${severity}` !== "debug" && !message.includes("from $PATH"))
    .map(({ urn = "", message, severity, ephemeral = false }) => ({
      urn,
      text: message.trim(),
      severity: `${severity}`.replace("#err", ""),
      ephemeral,
    }));
}

/** What was shown for a while. */
function progressOf(events: readonly EngineEvent[]): readonly Line[] {
  return diagnosticsOf(events).filter(({ ephemeral }) => ephemeral);
}

/** What stays in Diagnostics. */
function lasting(events: readonly EngineEvent[]): readonly string[] {
  return diagnosticsOf(events)
    .filter(({ ephemeral }) => !ephemeral)
    .map(({ severity, text }) => `${severity}: ${text}`);
}

function diagnosticUrns(events: readonly EngineEvent[]): readonly string[] {
  return diagnosticsOf(events)
    .map(({ urn }) => urn)
    .filter((urn) => urn !== "");
}

/** What stays on the rows of these resources, as `name severity: text`. */
function rows(urns: readonly string[], events: readonly EngineEvent[]): readonly string[] {
  return diagnosticsOf(events)
    .filter(({ urn, ephemeral }) => !ephemeral && urns.includes(urn))
    .map(({ urn, severity, text }) => `${urn.split("::").at(-1)} ${severity}: ${text}`);
}

async function rowsOf(stack: TestStack, events: readonly EngineEvent[]) {
  return rows(await urnsOf(stack), events);
}

async function urnsOf(stack: TestStack): Promise<readonly string[]> {
  return (await stack.resources()).map(({ urn }) => urn);
}

async function allUrnsOf(stack: TestStack): Promise<readonly string[]> {
  return ((await stack.exportState()).deployment.resources ?? []).map(({ urn }) => urn);
}

/** The last text of a row whose run is completed. */
function assertIsEnd(text = ""): void {
  assert.match(text, /^completed in \d+[hms]( \d+[ms])? · [\d,]+ lines$/);
}

/** No line says the same as the one before it. */
function assertNoNewsTwice(texts: readonly string[]): void {
  for (const [index, text] of texts.entries()) assert.notEqual(text, texts[index - 1]);
}

/** Seconds that a line gives the status. */
function ageOf(text: string): number {
  const [, hours = 0, minutes = 0, seconds = 0] =
    /^\w+ (?:(\d+)h ?)?(?:(\d+)m ?)?(?:(\d+)s)?/.exec(text) ?? [];
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
