import assert from "node:assert/strict";
import type { JobView } from "../../simulator/src";
import { endProcess } from "../../tools/processes.mjs";
import { type OperationOptions, type Outcome, succeeded, type Verb } from "../support/engine";
import { type Nclue, withNclue } from "../support/withNclue";

// The world is stopped before or after each request that changes something at the service, and the
// plugin (or the command, which the plugin outlives for a while, or both) is killed there. Whatever
// the next operation finds, it must end with exactly one run, which the state knows. The next operation
// is killed at its own request in turn, until there is none left to be killed at. To the engine, reads
// in between are no boundaries; tests/faults kills the lifecycle at every request, each time alone.

type Victim = "plugin" | "command" | "command and plugin";

interface Kill {
  readonly victim?: Victim;
  readonly when: "before" | "after";
  /**
   * What it has sent when it is killed, at the last of these: what changes something, or, where nothing
   * does, all.
   */
  readonly at: readonly string[];
}

type Operation = OperationOptions & { readonly verb?: Verb };

const LOOK = "GET /task-runs/*";
const POST = "POST /task-runs";
const DELETE = "DELETE /task-runs/*";

describe("killed in the middle (kill -9 of the plugin)", () => {
  it("of a create, of the wait that is resumed, of a refresh and of a destroy: one run, known to the state", () =>
    withNclue({}, async (n) => {
      const { stack, simulator, program } = n;
      simulator.queuePlans({ inProgressMs: "never" });
      const create = { program: program() };
      await kill(n, create, { when: "before", at: [POST] });
      assert.deepEqual(await n.runs(), [], "killed before the POST");
      await kill(n, create, { when: "after", at: [POST] });
      const run = await onlyRun(n);
      const impatient = program({}, { customTimeouts: { create: "1ms" } });
      const waiting = await stack.up({ program: impatient });
      adopts(waiting, run);
      assert.match(waiting.output, /still in_progress/);

      await simulator.completeJob(run.id);
      await kill(n, create, { when: "before", at: [LOOK] });
      succeeded(await stack.up(create));
      await assertOneRun(n);
      await kill(n, { verb: "refresh", ...create }, { when: "after", at: [LOOK] });
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
      await assertOneRun(n);
      assert.equal((await onlyRun(n)).id, run.id);
      assert.equal(n.requests("POST").length, 2, "no second POST after a commit");

      const destroy = { verb: "destroy", ...create } as const;
      await kill(n, destroy, { when: "before", at: [DELETE] });
      await assertOneRun(n);
      await kill(n, destroy, { when: "after", at: [DELETE] });
      assert.deepEqual(await n.runs(), []);
      // The state still has the run, as if somebody else had deleted it: a refresh sees that it is gone.
      assert.equal((await stack.resources()).length, 1);
      succeeded(await stack.up({ args: ["--refresh"] }));
      await assertOneRun(n);
    }));

  it("of a replacement and of a forced one: one run, known to the state", () =>
    withNclue({}, async (n) => {
      const { stack, program } = n;
      succeeded(await stack.up());
      const made = await killReplacement(n, { program: program({ resultFilePath: "other/" }) });
      assert.equal(made.fields.result_file_path, "other/");

      // A plain `up` finds nothing to do; asked for again, the replacement adopts the run.
      const forced = { args: ["--replace", urnIn(stack)] };
      await kill(n, forced, { when: "before", at: [POST] });
      await kill(n, forced, { when: "after", at: [POST] });
      const [old, again] = await n.runs();
      assert.ok(old && again);
      const plain = succeeded(await stack.up());
      assert.doesNotMatch(plain.output, /adopted/);
      assert.equal((await n.runs()).length, 2);
      await killDeleteOf(n, old, again, forced);
    }));

  it("of a new run in place of a failed one: one run, known to the state", () =>
    withNclue({}, async (n) => {
      n.simulator.queuePlans({ outcome: "failed" });
      assert.match((await n.stack.up()).output, /COMMON_ERROR/);
      const made = await killReplacement(n, {});
      assert.equal(made.status, "completed");
    }));

  it("of a create and of a replacement under a given name: one run, which the next up names with the ways out", () =>
    withNclue({}, async (n) => {
      const { program } = n;
      const create = { program: program({ name: "mine" }) };
      await kill(n, create, { when: "before", at: [POST] });
      await kill(n, create, { when: "after", at: [POST] });
      const first = await takeOverGivenName(n, n.args.resultFilePath);
      assert.equal(n.requests("POST").length, 2, "no second POST after a commit");

      n.simulator.clearLog();
      const replace = { program: program({ name: "mine", resultFilePath: "other/" }) };
      await kill(n, replace, { when: "before", at: [DELETE] });
      await assertOneRun(n);
      await kill(n, replace, { when: "after", at: [DELETE] });
      assert.deepEqual(await n.runs(), []);
      await kill(n, replace, { when: "before", at: [DELETE, POST] });
      await kill(n, replace, { when: "after", at: [POST] });
      const second = await takeOverGivenName(n, "other/");
      assert.notEqual(second.id, first.id);
      assert.equal(n.requests("POST").length, 2, "no second POST after a commit");
    }));
});

describe("killed in the middle (kill -9 of the command)", () => {
  it("of a create and of a replacement, while the plugin continues: one run, known to the state", () =>
    withNclue({}, async (n) => {
      const { stack, program } = n;
      const victim = "command";
      await kill(n, { program: program() }, { victim, when: "before", at: [POST] });
      const made = await n.runs();
      const up = succeeded(await stack.up());
      for (const run of made) adopts(up, run);
      await assertOneRun(n, victim);

      const other = { program: program({ resultFilePath: "other/" }) };
      await kill(n, other, { victim, when: "after", at: [POST] });
      const [old, replacing] = await n.runs();
      assert.ok(old && replacing);
      await kill(n, other, { victim, when: "before", at: [DELETE] });
      succeeded(await stack.up());
      await assertOneRun(n, victim);
      assert.equal((await onlyRun(n)).id, replacing.id);
    }));

  it("of a create, together with the plugin: one run, known to the state", () =>
    withNclue({}, async (n) => {
      const victim = "command and plugin";
      await kill(n, {}, { victim, when: "before", at: [POST] });
      assert.deepEqual(await n.runs(), []);
      await kill(n, {}, { victim, when: "after", at: [POST] });
      const run = await onlyRun(n);
      adopts(succeeded(await n.stack.up()), run);
      await assertOneRun(n, victim);
      assert.equal(n.requests("POST").length, 2, "no second POST after a commit");
    }));
});

describe("a run that only a left-over entry of the state knows", () => {
  it("is taken over by the next up and not deleted then, although the engine asks for it", () =>
    withNclue({}, async (nclue) => {
      const { stack, simulator, runs, requests } = nclue;
      succeeded(await stack.up());
      simulator.queuePlans({ outcome: "failed" });
      const forced = await stack.up({ args: ["--replace", urnIn(stack)] });
      assert.match(forced.output, /COMMON_ERROR/);
      // As a destroy leaves it that was killed between its two deletes.
      const state = await stack.exportState();
      const failed = state.deployment.resources?.find(({ initErrors }) => initErrors);
      simulator.deleteJob(failed?.id ?? "");
      const resources = state.deployment.resources?.filter((resource) => resource !== failed) ?? [];
      await stack.importState({ ...state, deployment: { ...state.deployment, resources } });
      const [run, ...more] = await runs();
      assert.ok(run);
      assert.deepEqual(more, []);

      const up = succeeded(await stack.up());
      adopts(up, run);
      assert.ok(up.output.includes(`kept task run "${run.name}" (${run.id})`), up.output);
      assert.equal(requests("DELETE").length, 0);
      assert.deepEqual(
        (await stack.resources()).map(({ id, delete: isLeftOver }) => [id, isLeftOver]),
        [[run.id, undefined]],
      );
      assert.equal((await runs()).length, 1);
      succeeded(await stack.up({ args: ["--refresh", "--expect-no-changes"] }));
    }));
});

/** Kills a replacement of the one run at each of its requests; returns the run that is left. */
async function killReplacement(n: Nclue, operation: Operation): Promise<JobView> {
  const posts = n.requests("POST").length;
  const old = await onlyRun(n);
  await kill(n, operation, { when: "before", at: [POST] });
  assert.equal((await onlyRun(n)).id, old.id, "killed before the POST");
  await kill(n, operation, { when: "after", at: [POST] });
  const made = (await n.runs()).find(({ id }) => id !== old.id);
  assert.ok(made);
  await killDeleteOf(n, old, made, operation);
  assert.equal(n.requests("POST").length, posts + 2, "no second POST after a commit");
  return onlyRun(n);
}

/** From the run that a killed replacement has made to the end of that replacement. */
async function killDeleteOf(
  n: Nclue,
  old: JobView,
  made: JobView,
  operation: Operation,
): Promise<void> {
  const adopting = await kill(n, operation, { when: "before", at: [DELETE] });
  adopts(adopting, made);
  assert.deepEqual(
    (await n.stack.resources()).map(({ id, delete: isLeftOver }) => [id, isLeftOver]),
    [
      [made.id, undefined],
      [old.id, true],
    ],
    "killed before the DELETE",
  );
  await kill(n, {}, { when: "after", at: [DELETE] });
  succeeded(await n.stack.up());
  await assertOneRun(n);
  assert.equal((await onlyRun(n)).id, made.id);
}

/** Starts the operation, and kills it where the kill says. */
async function kill(n: Nclue, operation: Operation, { victim, when, at }: Kill): Promise<Outcome> {
  const { stack, simulator } = n;
  const { verb = "up", ...options } = operation;
  for (const pid of stack.pluginPids()) endProcess(pid);
  const sent = n.requests().length;
  const [method = "", path = ""] = at.at(-1)?.split(" ") ?? [];
  const place = `killed ${when} ${at.at(-1)} of ${verb} ${options.args ?? ""}`;
  simulator.addFault({ match: { method, path }, when, answer: { kind: "hold" } });
  const running = await stack.start(verb, options);
  const held = await Promise.race([
    simulator.held(),
    running.ended.then(({ output }) => {
      throw new Error(`ended before it could be ${place}:\n${output}`);
    }),
  ]);
  const all = n.requests().slice(sent);
  const changing = all.filter((request) => !request.startsWith("GET"));
  assert.deepEqual(shortened(method === "GET" ? all : changing), at, place);
  if (victim === undefined || victim === "plugin") {
    for (const pid of stack.pluginPids()) endProcess(pid);
    assert.equal((await running.ended).failed, true, place);
    held.drop();
  } else {
    const pids = victim === "command" ? [] : stack.pluginPids();
    running.signal("SIGKILL");
    for (const pid of pids) endProcess(pid);
    assert.equal((await running.ended).signal, "SIGKILL", place);
    // A plugin that still lives continues with what it was doing.
    if (victim === "command") held.release();
    else held.drop();
    succeeded(await stack.cancel());
  }
  simulator.clearFaults();
  return running.ended;
}

/** Service and state know the same run, and nothing is left over. */
async function assertOneRun({ stack, runs }: Nclue, victim: Victim = "plugin"): Promise<void> {
  const left = await runs();
  assert.equal(left.length, 1, `${left.length} runs`);
  const { resources = [], pending_operations: pending = [] } = (await stack.exportState())
    .deployment;
  assert.deepEqual(
    resources
      .filter(({ type }) => type.startsWith("pulumi-nodejs:"))
      .map(({ id, delete: isLeftOver, initErrors }) => ({ id, isLeftOver, initErrors })),
    [{ id: left[0]?.id, isLeftOver: undefined, initErrors: undefined }],
  );
  // The engine keeps the create that it saw begin, and says so, until
  // `pulumi refresh --clear-pending-creates`.
  const mayStay = victim === "plugin" ? [] : ["creating"];
  assert.ok(
    pending.every(({ type }) => mayStay.includes(type)),
    "pending operations",
  );
}

async function onlyRun({ runs }: Nclue): Promise<JobView> {
  const [run, ...more] = await runs();
  assert.ok(run, "a run");
  assert.deepEqual(more, []);
  return run;
}

function adopts({ output }: Outcome, { name, id }: JobView): void {
  assert.ok(output.includes(`adopted task run "${name}" (${id}, `), output);
}

/** Documented: under `onDuplicateName: "fail"` the next `up` names the one run and the ways out. */
async function takeOverGivenName(n: Nclue, resultFilePath: string): Promise<JobView> {
  const run = await onlyRun(n);
  const { output } = await n.stack.up();
  assert.match(output, /the name belongs to task run "mine"/);
  assert.ok(output.includes(run.id), output);
  assert.match(output, /another name.*import: ".*onDuplicateName: "adopt"/s);
  assert.equal((await onlyRun(n)).id, run.id);
  const program = n.program({ name: "mine", resultFilePath, onDuplicateName: "adopt" });
  adopts(await n.stack.up({ program }), run);
  await assertOneRun(n);
  return run;
}

function urnIn({ name, project }: Nclue["stack"]): string {
  return `urn:pulumi:${name}::${project}::pulumi-nodejs:dynamic/nclue:TaskRun::scores`;
}

function shortened(requests: readonly string[]): readonly string[] {
  return requests.map((request) => request.replace(/[0-9a-f-]{36}/, "*"));
}
