import assert from "node:assert/strict";
import fc from "fast-check";
import type { FaultAnswer } from "../../simulator/src";
import { seeded, seeds } from "../support/seeds";
import { type LifecycleBench, withLifecycle } from "../support/withLifecycle";
import { EngineRules, type Mishap, type StateEntry } from "./engineRules";

// Random lives of one declaration: any sequence of operations, changes, misfortunes and of what
// others do at the service. After each step nothing is lost, nothing is doubled, and nothing is
// deleted that was not ours.

/** What the model remembers beside the state. */
interface Model {
  /** The path that the program asks for. */
  path: string;
  /** Runs that an operation made without the state getting to know: to be adopted or left. */
  readonly halfMade: Set<string>;
  /** Runs that somebody else deleted. */
  readonly vanished: Set<string>;
}

interface Real {
  readonly bench: LifecycleBench;
  readonly engine: EngineRules;
}

type Step =
  | { readonly do: "up"; readonly isForced: boolean; readonly mishap?: Mishap | undefined }
  | { readonly do: "refresh" | "destroy"; readonly mishap?: Mishap | undefined }
  | { readonly do: "change"; readonly path: string }
  | { readonly do: "next-run-fails" | "deleted-elsewhere" | "fails-late" }
  | {
      readonly do: "fault";
      readonly answer: FaultAnswer;
      readonly when: "before" | "after";
      readonly k: number;
    }
  | { readonly do: "time"; readonly ms: number };

const mishap = fc.option(
  fc.record({
    kind: fc.constantFrom<Mishap["kind"]>("kill", "cancel"),
    k: fc.integer({ min: 1, max: 5 }),
    when: fc.constantFrom<Mishap["when"]>("before", "after"),
  }),
  { nil: undefined, freq: 2 },
);

const steps: fc.Arbitrary<Step>[] = [
  fc.record({ do: fc.constant("up" as const), isForced: fc.constant(false), mishap }),
  fc.record({ do: fc.constant("up" as const), isForced: fc.boolean(), mishap }),
  fc.record({ do: fc.constantFrom("refresh" as const, "destroy" as const), mishap }),
  fc.record({ do: fc.constant("change" as const), path: fc.constantFrom("a/", "b/") }),
  fc.record({
    do: fc.constantFrom(
      "next-run-fails" as const,
      "deleted-elsewhere" as const,
      "fails-late" as const,
    ),
  }),
  fc.record({
    do: fc.constant("fault" as const),
    answer: fc.constantFrom<FaultAnswer>(
      { kind: "drop" },
      { kind: "status", status: 500, body: {} },
      { kind: "garbage" },
      { kind: "empty" },
    ),
    when: fc.constantFrom("before" as const, "after" as const),
    k: fc.integer({ min: 1, max: 5 }),
  }),
  // Too many requests: nothing was done, by definition.
  fc.record({
    do: fc.constant("fault" as const),
    answer: fc.constant<FaultAnswer>({ kind: "status", status: 429 }),
    when: fc.constant("before" as const),
    k: fc.integer({ min: 1, max: 5 }),
  }),
  fc.record({ do: fc.constant("time" as const), ms: fc.constantFrom(500, 60_000) }),
];

const accounts = fc.constantFrom(
  {},
  { duplicateNames: "allow", listOrder: "oldest", indexMeaning: "page" } as const,
  { deletedNames: "taken", failedNames: "free", listOrder: "random" } as const,
);

class Do implements fc.AsyncCommand<Model, Real> {
  constructor(private readonly step: Step) {}

  check = () => true;

  toString = () => JSON.stringify(this.step);

  async run(model: Model, { bench, engine }: Real): Promise<void> {
    const before = { runs: await idsOf(bench), state: engine.state };
    const known = new Set(before.state.map(({ id }) => id));
    let mayMake = 0;
    engine.onCreate = async (inputs, held) => {
      mayMake += (await adoptable(bench, String(inputs.resultFilePath), held)).length > 0 ? 0 : 1;
    };
    const succeeded = await this.act(model, { bench, engine });
    const after = await idsOf(bench);
    const made = after.filter((id) => !before.runs.includes(id));

    for (const id of made) if (!knows(engine, id)) model.halfMade.add(id);
    for (const id of model.halfMade) if (knows(engine, id)) model.halfMade.delete(id);
    for (const { id } of engine.state) known.add(id);

    assert.ok(made.length <= mayMake, `made ${made.length} of ${mayMake}`);
    for (const id of before.runs.filter((run) => !after.includes(run))) {
      assert.ok(known.has(id) || model.vanished.has(id), `deleted ${id}, which was not ours`);
      model.halfMade.delete(id);
    }
    for (const id of after) {
      assert.ok(knows(engine, id) || model.halfMade.has(id), `lost sight of ${id}`);
    }
    for (const { id } of engine.state) {
      const isThere = after.includes(id) || model.vanished.has(id);
      // A delete whose end the state has not learned of leaves an entry, which the next one clears.
      assert.ok(isThere || !succeeded, `the state holds ${id}, which is gone`);
      if (!isThere) model.vanished.add(id);
    }
    if (succeeded) await this.assertSettled(model, { bench, engine });
  }

  private async act(model: Model, { bench, engine }: Real): Promise<boolean> {
    const { step } = this;
    const { simulator, clock } = bench;
    switch (step.do) {
      case "up": {
        const { isForced, mishap } = step;
        const args = { resultFilePath: model.path };
        return engine.up({ args, isForced, mishap });
      }
      case "refresh":
      case "destroy":
        return engine[step.do]({ mishap: step.mishap });
      case "change":
        model.path = step.path;
        break;
      case "next-run-fails":
        simulator.queuePlans({ outcome: "failed" });
        break;
      case "deleted-elsewhere":
        for (const id of (await idsOf(bench)).slice(0, 1)) {
          simulator.deleteJob(id);
          model.vanished.add(id);
        }
        break;
      case "fails-late":
        for (const id of (await idsOf(bench)).slice(-1)) simulator.failJob(id);
        break;
      case "fault": {
        const { answer, when, k } = step;
        simulator.addFault({ match: { k }, when, answer });
        break;
      }
      case "time":
        await clock.advance(step.ms);
        break;
    }
    simulator.clearLog();
    return false;
  }

  /** An operation that succeeded leaves nothing to be done. */
  private async assertSettled(model: Model, { bench, engine }: Real): Promise<void> {
    const { step } = this;
    if (step.do === "destroy") return assert.deepEqual(engine.state, []);
    if (step.do === "refresh") {
      const runs = await idsOf(bench);
      return assert.ok(engine.state.every(({ id }) => runs.includes(id)));
    }
    assert.equal(engine.state.length, 1);
    const [entry] = engine.state;
    assert.ok(entry);
    assert.equal(entry.outputs.resultFilePath, model.path);
    assert.equal(entry.outputs.status, "completed");
    assert.equal(entry.failed, false);
  }
}

/** Runs of this very content that an interrupted attempt has left, and that will not fail meanwhile. */
async function adoptable(
  { runs, simulator }: LifecycleBench,
  path: string,
  inState: StateEntry | undefined,
) {
  const heldRun = inState && (await simulator.job(inState.id));
  return (await runs()).filter(
    ({ id, status, plan, fields, createdAtMs }) =>
      id !== inState?.id &&
      status !== "failed" &&
      (status === "completed" || plan.outcome !== "failed") &&
      fields.result_file_path === path &&
      (heldRun === undefined || seconds(createdAtMs) >= seconds(heldRun.createdAtMs)),
  );
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

function knows({ state }: EngineRules, id: string): boolean {
  return state.some((entry) => entry.id === id);
}

async function idsOf({ runs }: LifecycleBench): Promise<readonly string[]> {
  return (await runs()).map(({ id }) => id);
}

const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 1500 };

async function live(
  commands: Iterable<fc.AsyncCommand<Model, Real>>,
  switches: object,
): Promise<void> {
  await withLifecycle(
    async (bench) => {
      const engine = new EngineRules(bench);
      const model: Model = { path: "a/", halfMade: new Set(), vanished: new Set() };
      await fc.asyncModelRun(() => ({ model, real: { bench, engine } }), commands);
    },
    { plan, switches },
  );
}

describe("any life of a declaration", () => {
  for (const seed of seeds) {
    it(`loses no run, doubles none, and deletes none that is not its own (seed ${seed.seed})`, () =>
      fc.assert(
        fc.asyncProperty(
          fc.commands(
            steps.map((step) => step.map((s) => new Do(s))),
            { maxCommands: 20, size: "max" },
          ),
          accounts,
          live,
        ),
        seeded({ numRuns: 300, endOnFailure: false }, seed),
      ));
  }

  /** Lives that once went wrong. */
  const kill = (k: number): Mishap => ({ kind: "kill", k, when: "before" });
  const up = { do: "up", isForced: false } as const;
  const forced = { do: "up", isForced: true } as const;
  const cases: readonly (readonly [string, readonly Step[], object?])[] = [
    [
      "adopts a run that only a left-over entry of the state knows, and does not delete it then",
      [up, { do: "next-run-fails" }, forced, { do: "destroy", mishap: kill(2) }, up, up],
    ],
  ];
  for (const [what, life, switches = {}] of cases) {
    it(what, () =>
      live(
        life.map((step) => new Do(step)),
        switches,
      ),
    );
  }
});
