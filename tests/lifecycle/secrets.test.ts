import assert from "node:assert/strict";
import { FAMILY_NAMES, type FamilyName } from "../../provider/src/domain/family";
import type { Settled } from "../../provider/src/lifecycle/settleJob";
import type { Fault, SimulatorOptions } from "../../simulator/src";
import { secretArgs } from "../support/canaries/stage";
import { type LifecycleBench, type Process, withLifecycle } from "../support/withLifecycle";

// A secret value in every argument of every family, through every verb, in every trouble that makes the
// code say something: it is neither shown nor stored in clear. All lines and errors leave through one
// place, so that a new one is covered here too.

const CANARY = /canary|카나리아|%EC%B9%B4/i;
const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };

/** @param words what the service or the store repeats: all values of the family */
type Trouble = (bench: LifecycleBench, words: string) => void | Promise<void>;

/** Refusals that repeat what was asked for. */
function refusal(status: number, given: Omit<Fault, "answer">): Trouble {
  return ({ simulator }, words) => {
    const body = { error: { errorCode: "99999", message: `no: ${words}` } };
    simulator.addFault({ ...given, answer: { kind: "status", status, body } });
  };
}

const broken = (words: string, facts: object) => Object.assign(new Error(`key ${words}`), facts);

const troubles: Readonly<Record<string, Trouble>> = {
  "no trouble": () => {},
  "a POST that is refused": refusal(422, { match: { method: "POST" } }),
  "POSTs that meet a 409 of unknown meaning": refusal(409, {
    match: { method: "POST" },
    times: "always",
  }),
  "a POST whose answer is lost": refusal(500, { match: { method: "POST" }, when: "after" }),
  "reads that fail": refusal(400, { match: { method: "GET" }, nth: 2, times: "always" }),
  "a job that fails": ({ simulator }, words) => {
    simulator.setDefaultPlan({ outcome: "failed", failMessage: `OBS: ${words}` });
  },
  "a delete that is refused": refusal(400, { match: { method: "DELETE" }, times: "always" }),
  "a store that cannot be reached": ({ store }, words) => {
    store.listError = broken(words, { code: "ECONNREFUSED" });
  },
  "a store that refuses": ({ store }, words) => {
    store.listError = broken(words, { $metadata: { httpStatusCode: 403 } });
  },
  "buckets that are not there": ({ store }) => {
    for (const bucket of ["canary-data", "canary-results"]) {
      store.states.set(bucket, { kind: "missing" });
    }
  },
  "a poor model": ({ simulator }) => simulator.queuePlans({ auroc: "0.1" }),
};

const accounts: Readonly<Record<string, NonNullable<SimulatorOptions["switches"]>>> = {
  "one result": { requestRepeatedIn: "both" },
  "several results": { requestRepeatedIn: "both", results: "several" },
  "no result": { results: "none", resultFilePathInGet: "finalKey" },
};

function program(bench: LifecycleBench, family: FamilyName, args: object = {}, plumbing = {}) {
  const secret = secretArgs[family];
  const policies = { onSourceChange: "rerun", onResultMissing: "rerun", minAuroc: 0.5 };
  const secrets = Object.keys(secret);
  return bench.inputsOf(family, { ...policies, ...secret, ...args }, { secrets, ...plumbing });
}

/** What a verb says, or why it fails. */
async function said(plugin: Process, verb: () => Promise<unknown>): Promise<string> {
  plugin.log.lines.length = 0;
  const ended = await verb().then(
    (value) => {
      const { problem, failures, reason } = (value ?? {}) as Record<string, unknown>;
      return [(problem as Error | undefined)?.message, JSON.stringify(failures ?? reason ?? "")];
    },
    (error: Error) => [error.message, JSON.stringify(error)],
  );
  return [plugin.log.all(), ...ended].join("\n");
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** Outputs that the class marks as secret where an argument is. */
const DERIVED = ["resultKey", "resultUri"];

function assertStoredSafely(family: FamilyName, { outputs }: Settled): void {
  for (const [key, value] of Object.entries(outputs)) {
    if (key in secretArgs[family] || DERIVED.includes(key)) continue;
    assert.doesNotMatch(JSON.stringify(value ?? null), CANARY, `${key} is stored in clear`);
  }
}

async function lifeOf(
  bench: LifecycleBench,
  family: FamilyName,
  trouble: Trouble,
): Promise<string> {
  const { store } = bench;
  await store.putObject("canary-data", "canary/카나리아=1.tsv", "u1\t1\n");
  await store.putObject("canary-data", "//canary/카나리아=1/part-1.tsv", "u1\tshoes\n");
  const healthy = bench.newProcess().of(family);
  const inputs = program(bench, family, { waitFor: "submitted" });
  const before = await healthy.create(inputs);
  assertStoredSafely(family, before);
  await bench.clock.advance(60_000);
  await store.putObject("canary-data", "//canary/카나리아=1/part-2.tsv", "u2\tshoes\n");
  await trouble(bench, Object.values(secretArgs[family]).flatMap(textsOf).join(" and "));
  const texts: string[] = [];
  const { id, outputs } = before;
  const inState = { id, createdAt: outputs.createdAt };
  const verbs: readonly ((plugin: Process) => Promise<unknown>)[] = [
    (plugin) => plugin.check({}, program(bench, family), true),
    (plugin) =>
      plugin.check(
        {},
        program(bench, family, {
          sourceFilePath: "canary\u0001",
          resultFilePath: "canary*카나리아",
        }),
      ),
    (plugin) => plugin.check({}, program(bench, family, {}, { importId: bench.task.id })),
    (plugin) => plugin.diff(id, outputs, program(bench, family)),
    (plugin) => plugin.create(program(bench, family)),
    (plugin) => plugin.create(program(bench, family, {}, { inState })),
    (plugin) => plugin.create(program(bench, family, {}, { stateWasRead: false })),
    (plugin) => plugin.create(program(bench, family, {}, { importId: id, otherJobIds: [id] })),
    (plugin) => plugin.update(id, outputs, program(bench, family)),
    (plugin) => plugin.read(id, outputs),
    (plugin) => plugin.delete(id, outputs),
  ];
  for (const verb of verbs) {
    const plugin = bench.newProcess().of(family);
    texts.push(
      await said(plugin, async () => {
        const value = await verb(plugin);
        const isSettled = typeof value === "object" && value !== null && "outputs" in value;
        if (isSettled) assertStoredSafely(family, value as Settled);
        return value;
      }),
    );
  }
  return texts.join("\n");
}

describe("secret values", () => {
  for (const family of FAMILY_NAMES) {
    // The families share the code that looks for results.
    const tried = Object.entries(accounts).slice(0, family === "taskRun" ? undefined : 1);
    for (const [account, switches] of tried) {
      for (const [what, trouble] of Object.entries(troubles)) {
        it(`of a ${family} are neither shown nor stored in clear (${what}, ${account})`, () =>
          withLifecycle(
            async (bench) => {
              assert.doesNotMatch(await lifeOf(bench, family, trouble), CANARY);
            },
            { plan, switches },
          ));
      }
    }
  }

  it("do not go into the generated name: other values give the same", () =>
    withLifecycle(
      async (bench) => {
        const nameOf = async (resultFilePath: string) => {
          const inputs = bench.inputs({ resultFilePath }, { secrets: ["resultFilePath"] });
          const { id, outputs } = await bench.newProcess().create(inputs);
          bench.simulator.deleteJob(id);
          return outputs.name;
        };
        assert.equal(await nameOf("one/"), await nameOf("two/"));
      },
      { plan },
    ));

  it("that differ from a namesake's are an error that shows neither", () =>
    withLifecycle(
      async (bench) => {
        const inputs = (resultFilePath: string) =>
          bench.inputs({ resultFilePath }, { secrets: ["resultFilePath"] });
        await bench.newProcess().create(inputs("canary-one/"));
        await assert.rejects(bench.plugin.create(inputs("canary-two/")), (error: Error) => {
          assert.match(error.message, /resultFilePath differs/);
          assert.doesNotMatch(error.message, /canary/);
          return true;
        });
      },
      { plan },
    ));
});
