import assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import * as nclue from "pulumi-nclue";
import { succeeded, type TestStack } from "../support/engine";
import { FAST_CLOCK } from "../support/preloads";
import { type Nclue, type NclueOptions, seedFinished, withNclue } from "../support/withNclue";

// The service's time stands still and moves when a test says so. The plugin's own time is a hundred
// times as quick as the true one, and no two looks fall into one second of it, so minutes pass.

const forever = { registeredMs: "never", pendingMs: "never", inProgressMs: "never" } as const;
const endless = { inProgressMs: "never" } as const;

describe("the progress of a task run", () => {
  it("live: is one line for each poll, on the run's own row, with the usual time, and ends with what came of it", () =>
    withFastPlugin({ env: { NCLUE_PROGRESS: "live" }, plan: forever }, async (n) => {
      const { stack, simulator, runs } = n;
      for (const minutes of [12, 13, 14]) seedFinished(n, minutes);
      const up = await stack.start("up");
      await looks(n, 3);
      const run = (await runs()).at(-1);
      for (const stage of ["registeredMs", "pendingMs"] as const) {
        simulator.setPlan(run?.id ?? "", { [stage]: 0 });
        await looks(n, 3);
      }
      await simulator.completeJob(run?.id ?? "");
      const { events } = succeeded(await up.ended);
      const lines = progressOf(events);
      const seen = looksAt(n, run?.id);
      assert.equal(lines.length, seen.length, JSON.stringify({ lines, seen }, null, 2));
      assert.deepEqual([...new Set(lines.map(({ urn }) => urn))], await urnsOf(stack));
      const texts = lines.map(({ text }) => text);
      assertIsEnd(texts.pop());
      const span = String.raw`(\d+m( \d+s)?|\d+s)`;
      const order = ["registered", "pending", "in_progress"].map((status) => {
        const queued = status === "in_progress" ? ` · queued ${span}` : "";
        const line = new RegExp(
          `^${status} ${span}${queued} · usually 13–14m · next poll in ${span}$`,
        );
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

  it("off: is not shown, and the last words are: resumed, and abandoned", () =>
    withFastPlugin({ plan: forever, env: { NCLUE_PROGRESS: "off" } }, async (n) => {
      const { stack, simulator, program, runs } = n;
      const policy = { onDeleteWhileRunning: "abandon" } as const;
      succeeded(await stack.up({ program: program({ ...policy, waitFor: "submitted" }) }));
      const up = await stack.start("up", { program: program({ ...policy, waitFor: "started" }) });
      await looks(n, 3);
      const [run] = await runs();
      simulator.setPlan(run?.id ?? "", { registeredMs: 0, pendingMs: 0 });
      const resumed = succeeded(await up.ended);
      assert.deepEqual(progressOf(resumed.events), []);
      assert.deepEqual(await rowsOf(stack, resumed.events), [
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

  it("goes on, with the usual time, in a resumed wait and on the row of a destroy that waits", () =>
    withFastPlugin({ plan: endless, env: { NCLUE_PROGRESS: "live" } }, async (n) => {
      const { stack, simulator, program, runs, requests } = n;
      for (const minutes of [12, 13, 14]) seedFinished(n, minutes);
      const policy = { onDeleteWhileRunning: "wait" } as const;
      succeeded(await stack.up({ program: program({ ...policy, waitFor: "submitted" }) }));
      const urns = await urnsOf(stack);
      const run = (await runs()).at(-1);
      const estimate = /^in_progress [^·]+ · usually 13–14m · .*next poll in \d+s$/;
      const tells = ({ text }: Line) => estimate.test(text);

      simulator.clearLog();
      const up = await stack.start("up", { program: program(policy) });
      await up.waitForEvent(() => progressOf(up.events).some(tells));
      up.signal("SIGINT");
      assert.equal((await up.ended).failed, true);
      const lists = requests().filter((line) => line === "GET /task-runs");
      assert.equal(lists.length, 1, "the list is read once");

      const destroy = await stack.start("destroy");
      await looks(n, 4);
      await destroy.waitForEvent(() => progressOf(destroy.events).some(tells));
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
  it("failed, re-run because of it, and adopted from an interrupted update", () =>
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

      const [made] = await runs();
      const state = await stack.exportState();
      state.deployment.resources = (state.deployment.resources ?? []).filter(
        ({ id, type }) => id !== made?.id || type.startsWith("pulumi:"),
      );
      await stack.importState(state);
      const { events } = succeeded(await stack.up());
      const [adopted] = await rowsOf(stack, events);
      assert.ok(
        adopted?.startsWith(`scores info: adopted task run "${made?.name}" (${made?.id}, `),
        adopted,
      );
      assert.match(adopted ?? "", /; no new run was started$/);
    }));
});

describe("after a rename of resources, and then of the stack", () => {
  it("a refresh shows what is unfinished, each on its own row, and so does a destroy that waits", () =>
    withFastPlugin({ plan: endless, env: { NCLUE_PROGRESS: "live" } }, async (n) => {
      const { stack, simulator, args, runs } = n;
      const names = ["seoul", "busan", "daegu"];
      const programOf = (suffix: string) => async () => {
        for (const name of names) {
          const aliases = suffix === "" ? [] : [{ name }];
          const changes = { resultFilePath: `${name}/`, waitFor: "submitted" } as const;
          new nclue.TaskRun(`${name}${suffix}`, { ...args, ...changes }, { aliases });
        }
      };
      succeeded(await stack.up({ program: programOf("") }));
      succeeded(await stack.up({ program: programOf("-scores") }));
      const aliased = await assertRefreshedOnOwnRows(stack);
      for (const urn of aliased) assert.match(urn, /^urn:pulumi:dev::.*-scores$/);
      await stack.rename("renamed");
      const own = await assertRefreshedOnOwnRows(stack);
      for (const urn of own) assert.match(urn, /^urn:pulumi:renamed::.*-scores$/);

      const all = await allUrnsOf(stack);
      const destroy = await stack.start("destroy");
      const shown = () => progressOf(destroy.events).map(({ urn }) => urn);
      await destroy.waitForEvent(() => own.every((urn) => shown().includes(urn)));
      for (const { id } of await runs()) await simulator.completeJob(id);
      const { events } = succeeded(await destroy.ended);
      for (const urn of diagnosticUrns(events)) assert.ok(all.includes(urn), urn);
      for (const { urn } of progressOf(events)) assert.ok(own.includes(urn), urn);
    }));
});

/** One line for each unfinished run, and nothing on a row that is not there. Gives the rows. */
async function assertRefreshedOnOwnRows(stack: TestStack): Promise<readonly string[]> {
  const all = await allUrnsOf(stack);
  const urns = await urnsOf(stack);
  const { events } = succeeded(await stack.refresh());
  for (const urn of diagnosticUrns(events)) assert.ok(all.includes(urn), urn);
  const lines = progressOf(events);
  assert.deepEqual(lines.map(({ urn }) => urn).sort(), [...urns].sort());
  assert.deepEqual([...new Set(lines.map(({ text }) => text))], ["in_progress"]);
  assert.deepEqual(lasting(events), []);
  return urns;
}

function withFastPlugin(options: NclueOptions, fn: (n: Nclue) => Promise<void>): Promise<void> {
  const env = { ...FAST_CLOCK, ...options.env };
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
