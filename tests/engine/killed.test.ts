import assert from "node:assert/strict";
import { cpSync, rmSync } from "node:fs";
import path from "node:path";
import type { JobView } from "../../simulator/src";
import { endProcess } from "../../tools/processes.mjs";
import { type OperationOptions, type Program, succeeded, type Verb } from "../support/engine";
import { type Nclue, withNclue } from "../support/withNclue";

// The world is stopped before and after each request that changes something at the service, and the
// plugin (or the command, which the plugin outlives for a while, or both) is killed there. Whatever
// the next `pulumi up` finds, it must end with exactly one run, which the state knows. To the engine,
// reads in between are no boundaries; tests/faults kills the lifecycle at every request.

interface Scenario {
  readonly name: string;
  /** Brings the stack to where the operation begins. */
  readonly prepare?: (nclue: Nclue) => Promise<unknown>;
  /** The operation that is killed, and the program of the next `up`. */
  readonly operation: (nclue: Nclue) => OperationOptions & { readonly verb?: Verb } & {
    readonly program: Program;
  };
  /** The requests of the operation when nobody kills it. */
  readonly requests: readonly string[];
  readonly kills: readonly Victim[];
  /** Leads from the end of the first `up` after the kill to one run, where that `up` may not. */
  readonly finish?: (aftermath: Aftermath) => Promise<void>;
}

type Victim = "plugin" | "command" | "command and plugin";

interface Aftermath {
  readonly nclue: Nclue;
  /** Runs that the killed operation has made. */
  readonly made: readonly JobView[];
  /** Starts the next operation, and returns what it said. */
  readonly up: (options?: OperationOptions) => Promise<string>;
}

const LIST = "GET /task-runs";
const LOOK = "GET /task-runs/*";
const POST = "POST /task-runs";
const DELETE = "DELETE /task-runs/*";
/** Whether another job could have written the result. */
const RIVALS = [LIST, "GET /profile/custom-attributes"];
const MAKE = [LIST, POST, LOOK, ...RIVALS];

const scenarios: readonly Scenario[] = [
  {
    name: "create",
    operation: ({ program }) => ({ program: program() }),
    requests: MAKE,
    kills: ["plugin", "command", "command and plugin"],
  },
  {
    name: "create under a given name",
    operation: ({ program }) => ({ program: program({ name: "mine" }) }),
    requests: MAKE,
    kills: ["plugin"],
    finish: takeOverGivenName,
  },
  {
    name: "refresh",
    prepare: ({ stack }) => stack.up().then(succeeded),
    operation: ({ program }) => ({ verb: "refresh", program: program() }),
    requests: [LOOK],
    kills: ["plugin"],
  },
  {
    name: "resumed wait",
    prepare: async ({ stack, simulator, program, runs }) => {
      simulator.queuePlans({ inProgressMs: "never" });
      const impatient = program({}, { customTimeouts: { create: "1ms" } });
      assert.match((await stack.up({ program: impatient })).output, /still in_progress/);
      const [run] = await runs();
      await simulator.completeJob(run?.id ?? "");
    },
    operation: ({ program }) => ({ program: program() }),
    requests: [LOOK, ...RIVALS],
    kills: ["plugin"],
  },
  {
    name: "replacement",
    prepare: ({ stack }) => stack.up().then(succeeded),
    operation: ({ program }) => ({ program: program({ resultFilePath: "other/" }) }),
    requests: [...MAKE, DELETE],
    kills: ["plugin", "command"],
  },
  {
    name: "replacement under a given name",
    prepare: ({ stack, program }) =>
      stack.up({ program: program({ name: "mine" }) }).then(succeeded),
    operation: ({ program }) => ({ program: program({ name: "mine", resultFilePath: "other/" }) }),
    requests: [DELETE, ...MAKE],
    kills: ["plugin"],
    finish: takeOverGivenName,
  },
  {
    name: "forced replacement",
    prepare: ({ stack }) => stack.up().then(succeeded),
    operation: ({ program, stack }) => ({ program: program(), args: ["--replace", urnIn(stack)] }),
    requests: [...MAKE, DELETE],
    kills: ["plugin"],
    finish: askForReplacementAgain,
  },
  {
    name: "new run in place of a failed one",
    prepare: async ({ stack, simulator }) => {
      simulator.queuePlans({ outcome: "failed" });
      assert.match((await stack.up()).output, /COMMON_ERROR/);
    },
    operation: ({ program }) => ({ program: program() }),
    requests: [...MAKE, DELETE],
    kills: ["plugin"],
  },
  {
    name: "delete",
    prepare: ({ stack }) => stack.up().then(succeeded),
    operation: ({ program }) => ({ verb: "destroy", program: program() }),
    requests: [DELETE],
    kills: ["plugin"],
    finish: refreshAfterDelete,
  },
];

describe("killed in the middle", () => {
  for (const scenario of scenarios) {
    for (const victim of scenario.kills) {
      it(`of a ${scenario.name}: one run, known to the state (kill -9 of the ${victim})`, () =>
        withNclue({}, async (nclue) => {
          await scenario.prepare?.(nclue);
          const restore = await remember(nclue);
          await rehearse(nclue, scenario);
          for (const [index, request] of boundaries(scenario)) {
            for (const when of ["before", "after"] as const) {
              await restore();
              try {
                await killAt(nclue, scenario, victim, index + 1, when);
              } catch (error) {
                throw new Error(`killed ${when} request ${index + 1} (${request}): ${error}`, {
                  cause: error,
                });
              }
            }
          }
        }));
    }
  }
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
      assert.ok(up.output.includes(`adopted task run "${run.name}" (${run.id}, `), up.output);
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

/** The requests at which it is killed: those that change something, or the first where none does. */
function boundaries({ requests }: Scenario): readonly (readonly [number, string])[] {
  const all = [...requests.entries()];
  const changing = all.filter(([, request]) => !request.startsWith("GET"));
  return changing.length > 0 ? changing : all.slice(0, 1);
}

/** What the operation sends when nobody kills it is what the scenario says. */
async function rehearse(nclue: Nclue, scenario: Scenario): Promise<void> {
  const { verb = "up", ...options } = scenario.operation(nclue);
  nclue.simulator.clearLog();
  succeeded(await nclue.stack[verb](options));
  assert.deepEqual(shortened(nclue.requests()), scenario.requests);
}

async function killAt(
  nclue: Nclue,
  scenario: Scenario,
  victim: Victim,
  k: number,
  when: "before" | "after",
): Promise<void> {
  const { stack, simulator, runs, requests } = nclue;
  const { verb = "up", ...options } = scenario.operation(nclue);
  const before = await runs();
  simulator.holdRequest(k, when);
  const operation = await stack.start(verb, options);
  const held = await Promise.race([
    simulator.held(),
    operation.ended.then(({ output }) => {
      throw new Error(`ended before request ${k}:\n${output}`);
    }),
  ]);
  if (victim === "plugin") {
    for (const pid of stack.pluginPids()) endProcess(pid);
    assert.equal((await operation.ended).failed, true);
    held.drop();
  } else {
    const pids = victim === "command" ? [] : stack.pluginPids();
    operation.signal("SIGKILL");
    for (const pid of pids) endProcess(pid);
    assert.equal((await operation.ended).signal, "SIGKILL");
    // A plugin that still lives continues with what it was doing.
    held.release();
    succeeded(await stack.cancel());
  }
  simulator.clearFaults();
  const isNew = ({ id }: JobView) => !before.some((old) => old.id === id);
  const made = (await runs()).filter(isNew);
  const postsBefore = requests("POST").length;

  const { program } = options;
  const up: Aftermath["up"] = async (more) => (await stack.up({ program, ...more })).output;
  if (scenario.finish) await scenario.finish({ nclue, made, up });
  else {
    const output = await up();
    for (const run of made) {
      const isKnownByThen = !output.includes("+ pulumi-nodejs:dynamic/nclue:TaskRun");
      assert.ok(
        isKnownByThen || output.includes(`adopted task run "${run.name}" (${run.id}, `),
        output,
      );
    }
  }
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
  if (victim !== "command" && made.length > 0) {
    assert.equal(requests("POST").length, postsBefore, "no second POST after a commit");
  }
  // The engine keeps the create that it saw begin, and says so, until
  // `pulumi refresh --clear-pending-creates`.
  const mayStay = victim === "plugin" ? [] : ["creating"];
  assert.ok(
    pending.every(({ type }) => mayStay.includes(type)),
    "pending operations",
  );
}

/** Documented: under `onDuplicateName: "fail"` the next `up` names the one run and the ways out. */
async function takeOverGivenName({ nclue, made, up }: Aftermath): Promise<void> {
  const [run, ...more] = made;
  assert.deepEqual(more, []);
  const known = (await nclue.stack.resources()).some(({ id }) => id === run?.id);
  const output = await up();
  if (run === undefined || known) return;
  assert.match(output, /the name belongs to task run "mine"/);
  assert.ok(output.includes(run.id), output);
  assert.match(output, /another name.*import: ".*onDuplicateName: "adopt"/s);
  assert.deepEqual(
    (await nclue.runs()).map(({ id }) => id),
    [run.id],
  );
  assert.equal(nclue.requests("POST").length, 1);
  const { result_file_path: resultFilePath } = run.fields;
  const program = nclue.program({
    name: "mine",
    resultFilePath: resultFilePath ?? "",
    onDuplicateName: "adopt",
  });
  const adopted = await up({ program });
  assert.ok(adopted.includes(`adopted task run "mine" (${run.id}, `), adopted);
}

/** Documented: a plain `up` finds nothing to do; asked for again, the replacement adopts the run. */
async function askForReplacementAgain({ nclue, made, up }: Aftermath): Promise<void> {
  const state = await nclue.stack.resources();
  const isInState = made.every(({ id }) => state.some((resource) => resource.id === id));
  const before = (await nclue.runs()).length;
  const output = await up();
  if (made.length > 0 && isInState) return;
  assert.equal((await nclue.runs()).length, before);
  assert.doesNotMatch(output, /adopted/);
  if (made.length === 0) return;
  const again = await up({ args: ["--replace", urnIn(nclue.stack)] });
  for (const run of made) assert.ok(again.includes(`adopted task run "${run.name}" (${run.id}, `));
}

/** An `up` does not look at runs that it need not change: a refresh sees that the run is gone. */
async function refreshAfterDelete({ nclue, up }: Aftermath): Promise<void> {
  const before = (await nclue.runs()).length;
  await up();
  assert.equal((await nclue.runs()).length, before);
  assert.equal((await nclue.stack.resources()).length, 1);
  await up({ args: ["--refresh"] });
}

/** Keeps stack and service as they are now, to begin from there again and again. */
async function remember({ stack, simulator, runs }: Nclue): Promise<() => Promise<void>> {
  const [state, copy] = [path.join(stack.folder, "state"), path.join(stack.folder, "state.copy")];
  cpSync(state, copy, { recursive: true });
  const before = await runs();
  return async () => {
    for (const pid of stack.pluginPids()) endProcess(pid);
    for (const held of simulator.heldRequests()) held.drop();
    rmSync(state, { recursive: true });
    cpSync(copy, state, { recursive: true });
    for (const { id } of await runs()) simulator.deleteJob(id);
    await simulator.settle();
    for (const { id, name, createdAtMs, plan, status, failMessage, fields } of before) {
      const isFailed = status === "failed";
      simulator.seedTaskRun({
        id,
        name,
        createdAtMs,
        plan: {
          ...plan,
          inProgressMs: 0,
          ...(isFailed ? { outcome: status, failMessage: failMessage ?? "" } : {}),
        },
        taskId: fields.task_id ?? "",
        featureId: fields.feature_id ?? "",
        resultBucket: fields.result_bucket ?? "",
        resultFilePath: fields.result_file_path ?? "",
      });
    }
    simulator.clearFaults();
    simulator.clearLog();
  };
}

function urnIn({ name, project }: Nclue["stack"]): string {
  return `urn:pulumi:${name}::${project}::pulumi-nodejs:dynamic/nclue:TaskRun::scores`;
}

function shortened(requests: readonly string[]): readonly string[] {
  return requests.map((request) => request.replace(/[0-9a-f-]{36}/, "*"));
}
