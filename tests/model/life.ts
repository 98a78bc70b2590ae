import assert from "node:assert/strict";
import type fc from "fast-check";
import { readDeclaration } from "../../provider/src/domain/declaration";
import { families } from "../../provider/src/domain/families";
import { isSameId } from "../../provider/src/domain/job";
import { generatedNames } from "../../provider/src/domain/jobName";
import type { FamilyName, JobView } from "../../simulator/src";
import type { LifecycleBench } from "../support/withLifecycle";
import { type Account, latenessOf } from "./accounts";
import { type Ended, EngineRules, type StateEntry } from "./engineRules";
import {
  CANARY,
  type Declared,
  declare,
  type Name,
  type Program,
  type Shape,
  scoresPath,
} from "./program";
import type { Step } from "./steps";

/**
 * One life of a program: what is remembered beside the state, how each step is lived, and what must
 * hold after it. Nothing is lost, nothing is doubled, nothing is deleted that was not ours, no result
 * is another job's, no secret is shown, and everything ends.
 */

const COLLECTIONS: readonly FamilyName[] = [
  "features",
  "tasks",
  "task-runs",
  "profile/custom-attributes",
  "profile/shopping-intents",
];

const KEYS = {
  first: {},
  rotated: { NCLOUD_ACCESS_KEY: "rotated-key", NCLOUD_SECRET_KEY: "rotated-secret" },
  stranger: { NCLOUD_ACCESS_KEY: "stranger-key", NCLOUD_SECRET_KEY: "stranger-secret" },
} as const;

/** The longest wait of a create is a day, for each of five jobs. */
const LONGEST_OPERATION_MS = 6 * 24 * 3_600_000;

export class Life {
  readonly engine: EngineRules;
  private readonly variants = new Map<Name, string>();
  private readonly imports = new Map<Name, string>();
  /** Jobs that nobody posted: they are others'. */
  private readonly others = new Set<string>();
  /** Jobs that an operation created without the state getting to know: to be adopted or left. */
  private readonly halfMade = new Set<string>();
  /** Jobs that are gone, though the state may not know. */
  private readonly vanished = new Set<string>();
  /** The objects that each job has written. */
  private readonly resultKeys = new Map<string, readonly string[]>();
  /** When each object of the data was last changed. */
  private readonly putMs = new Map<string, number>();
  private account = "simulator-access-key";
  private isStoreUp = true;

  private constructor(
    private readonly bench: LifecycleBench,
    private readonly shape: Shape,
    private readonly service: Account,
  ) {
    this.engine = new EngineRules(bench);
  }

  static async begin(bench: LifecycleBench, shape: Shape, account: Account): Promise<Life> {
    const { simulator, store } = bench;
    const { accessKey } = simulator;
    const rotated = { accessKey: "rotated-key", secretKey: "rotated-secret" };
    simulator.addAccount({ name: accessKey, keys: [rotated] });
    simulator.addAccount({ accessKey: "stranger-key", secretKey: "stranger-secret" });
    store.etagForm = account.etagForm;
    for (const variant of ["a", "b", `a-${CANARY}`, `b-${CANARY}`]) {
      await store.putObject("acme-data", `seq/${variant}/part-1.tsv`, "u1\tshoes\n");
      await store.putObject("acme-data", `labels/${variant}.tsv`, "u1\t1\n");
    }
    const life = new Life(bench, shape, account);
    for (const { id } of await life.jobs()) life.others.add(id);
    return life;
  }

  async live(step: Step): Promise<void> {
    const { engine, bench } = this;
    const before = await this.jobs();
    const stateBefore = engine.state;
    let mayMake = 0;
    engine.onCreate = async (declared, inputs, held) => {
      mayMake += (await this.adoptable(declared, inputs, held)).length > 0 ? 0 : 1;
    };
    const startedMs = bench.clock.monotonicMs();
    const ended = await this.act(step);
    assert.ok(bench.clock.monotonicMs() - startedMs < LONGEST_OPERATION_MS, "it ends");
    await bench.clock.advance(latenessOf(this.service));
    const after = await this.jobs();
    this.assertSafe(before, after, stateBefore, mayMake);
    this.assertKnown(after, ended);
    this.assertResults(after);
    this.assertSecrets(ended);
    if (ended?.succeeded) await this.assertSettled(step, stateBefore, after);
  }

  private program(): Program {
    return this.shape.names.map((name) =>
      declare(this.shape, name, this.variants.get(name) ?? "a", this.imports.get(name)),
    );
  }

  private async act(step: Step): Promise<Ended | undefined> {
    const { engine, bench } = this;
    const { simulator, store, clock } = bench;
    switch (step.do) {
      case "up":
        return engine.up(this.program(), step);
      case "refresh":
      case "destroy":
        return engine[step.do](step);
      case "change":
        this.variants.set(step.name, step.variant);
        return undefined;
      case "import":
        return this.prepareImport(step.name);
      case "no-import":
        this.imports.delete(step.name);
        return undefined;
      case "deleted-elsewhere": {
        const entry = engine.current(step.name);
        if (entry === undefined || !(await simulator.job(entry.id.toLowerCase()))) return undefined;
        simulator.deleteJob(entry.id.toLowerCase());
        this.vanished.add(entry.id.toLowerCase());
        return undefined;
      }
      case "fails-late": {
        const entry = engine.current(step.name);
        const id = entry?.id.toLowerCase();
        if (id !== undefined && (await simulator.job(id))) simulator.failJob(id);
        return undefined;
      }
      case "next-fails":
        simulator.queuePlans({ outcome: "failed" });
        return undefined;
      case "next-is-poor":
        simulator.queuePlans({ auroc: "0.1" });
        return undefined;
      case "neighbour": {
        const path = `${scoresPath(this.variants.get("scores") ?? "a")}${step.end}`;
        const seeded = { resultBucket: "acme-results", resultFilePath: path };
        const { taskId, featureId } = this.seededParents();
        this.others.add(simulator.seedTaskRun({ ...seeded, taskId, featureId }).id);
        return undefined;
      }
      case "keys":
        engine.environment = KEYS[step.whose];
        this.account = step.whose === "stranger" ? "stranger-key" : simulator.accessKey;
        return undefined;
      case "store": {
        this.isStoreUp = step.state === "up";
        store.listError = STORE_ERRORS[step.state]?.();
        return undefined;
      }
      case "data":
        if (!step.key.endsWith("_SUCCESS")) this.putMs.set(step.key, clock.nowMs());
        await store.putObject("acme-data", step.key, `u1\t${clock.nowMs()}\n`);
        return undefined;
      case "fault": {
        const { answer, when, k, method } = step;
        const match = method === undefined ? { k } : { k, method };
        simulator.addFault({ match, when, answer });
        return undefined;
      }
      case "time":
        await clock.advance(step.ms);
        return undefined;
    }
  }

  private seededParents() {
    return { taskId: this.bench.task.id, featureId: this.bench.feature.id };
  }

  /** Somebody else's run of just what the program declares. */
  private async prepareImport(name: Name): Promise<undefined> {
    if (name !== "scores") return undefined;
    const { args, parents } = declare(this.shape, name, this.variants.get(name) ?? "a");
    const seeded = this.seededParents();
    const idOf = (argument: "taskId" | "featureId") => {
      const parent = parents[argument];
      return (parent && this.engine.current(parent)?.id) || seeded[argument];
    };
    for (const argument of ["taskId", "featureId"] as const) {
      if ((await this.bench.simulator.job(idOf(argument).toLowerCase())) === undefined)
        return undefined;
    }
    const { id } = this.bench.simulator.seedTaskRun({
      taskId: idOf("taskId").toLowerCase(),
      featureId: idOf("featureId").toLowerCase(),
      resultBucket: String(args.resultBucket),
      resultFilePath: String(args.resultFilePath),
    });
    this.others.add(id);
    this.imports.set(name, id);
    return undefined;
  }

  /**
   * Jobs of this very content that an interrupted attempt has left, and that will not fail meanwhile. The
   * name says the content. What the state holds, by what it remembers of it, is to be replaced, and so is
   * what is older than that.
   */
  private async adoptable(
    declared: Declared,
    inputs: Readonly<Record<string, unknown>>,
    held: StateEntry | undefined,
  ): Promise<readonly JobView[]> {
    const { importId } = declared;
    if (importId !== undefined) return [];
    const name = generatedNames(readDeclaration(families[declared.family], inputs))(1);
    const heldMs = held && this.createdMs.get(held.id.toLowerCase());
    return (await this.jobs()).filter(
      (job) =>
        job.account === this.account &&
        (job.name === name || job.name.startsWith(`${name}-`)) &&
        !this.engine.state.some(({ id, isLeftOver }) => isSameId(id, job.id) && !isLeftOver) &&
        job.status !== "failed" &&
        (job.status === "completed" || job.plan.outcome !== "failed") &&
        (heldMs === undefined || seconds(job.createdAtMs) >= seconds(heldMs)),
    );
  }

  private readonly createdMs = new Map<string, number>();

  private async jobs(): Promise<readonly JobView[]> {
    const all = await Promise.all(COLLECTIONS.map((name) => this.bench.simulator.jobs(name)));
    for (const job of all.flat()) {
      this.createdMs.set(job.id, job.createdAtMs);
      this.resultKeys.set(job.id, job.resultKeys);
    }
    return all.flat();
  }

  /** Nothing was doubled, and nothing deleted that is not ours. */
  private assertSafe(
    before: readonly JobView[],
    after: readonly JobView[],
    stateBefore: readonly StateEntry[],
    mayMake: number,
  ): void {
    const [idsBefore, idsAfter] = [idsOf(before), idsOf(after)];
    const made = [...idsAfter].filter((id) => !idsBefore.has(id) && !this.others.has(id));
    assert.ok(made.length <= mayMake, `created ${made.length} of ${mayMake}`);
    for (const id of made) if (!this.knows(id)) this.halfMade.add(id);
    for (const id of this.halfMade) if (this.knows(id)) this.halfMade.delete(id);
    const ours = idsOf([...stateBefore, ...this.engine.state]);
    for (const id of idsBefore) {
      if (idsAfter.has(id)) continue;
      assert.ok(ours.has(id) || this.vanished.has(id), `deleted ${id}, which was not ours`);
      this.halfMade.delete(id);
    }
    for (const id of idsAfter) {
      const isKnown = this.knows(id) || this.halfMade.has(id) || this.others.has(id);
      assert.ok(isKnown, `lost sight of ${id}`);
    }
  }

  /** The job of each entry exists, or its loss is known. */
  private assertKnown(after: readonly JobView[], ended: Ended | undefined): void {
    const there = idsOf(after);
    for (const { id: written, name } of this.engine.state) {
      const id = written.toLowerCase();
      if (there.has(id)) continue;
      // A delete whose end the state has not learned of leaves an entry, which the next one clears.
      const isExplained = this.vanished.has(id) || ended?.succeeded !== true;
      assert.ok(isExplained, `the state holds ${id} for ${name}, which is gone`);
      this.vanished.add(id);
    }
  }

  /** A result is an object that its own job has written. */
  private assertResults(after: readonly JobView[]): void {
    for (const { id: written, name, outputs } of this.engine.state) {
      const { resultKey } = outputs;
      const id = written.toLowerCase();
      if (typeof resultKey !== "string") continue;
      const own = after.find((job) => job.id === id)?.resultKeys ?? this.resultKeys.get(id) ?? [];
      assert.ok(own.includes(resultKey), `${name} took ${resultKey}, and wrote ${own.join()}`);
    }
  }

  private assertSecrets(ended: Ended | undefined): void {
    if (ended !== undefined) assert.ok(!ended.said.includes(CANARY), `showed:\n${ended.said}`);
    for (const { outputs, inputs, name } of this.engine.state) {
      const hidden = ["sourceFilePath", "trainFilePath", "resultFilePath", "keywords", "triggers"];
      const derived = ["resultKey", "resultUri"];
      for (const [key, value] of Object.entries({ ...outputs, inputs: inputs.__nclue })) {
        if (hidden.includes(key) || derived.includes(key)) continue;
        assert.ok(!JSON.stringify(value ?? null).includes(CANARY), `${name}.${key} stores it`);
      }
    }
  }

  /** An operation that succeeded leaves nothing to be done. */
  private async assertSettled(
    step: Step,
    before: readonly StateEntry[],
    after: readonly JobView[],
  ): Promise<void> {
    const { state } = this.engine;
    if (step.do === "destroy") return assert.deepEqual(state, []);
    if (step.do === "refresh") {
      const there = idsOf(after);
      return assert.ok(state.every(({ id }) => there.has(id.toLowerCase())));
    }
    assert.deepEqual(state.map(({ name }) => name).sort(), [...this.shape.names].sort());
    for (const { name, outputs, failed } of state) {
      assert.deepEqual([name, outputs.status, failed], [name, "completed", false]);
    }
    if (!this.isStoreUp) return;
    const changes = await this.engine.changes(this.program());
    const unexplained = changes.filter((name) => !this.isAdoptedFromOldData(name, before, after));
    assert.deepEqual(unexplained, []);
  }

  /** What this very step has taken over, and is older than its data, is replaced by the next. */
  private isAdoptedFromOldData(
    name: string,
    before: readonly StateEntry[],
    after: readonly JobView[],
  ): boolean {
    const entry = this.engine.current(name);
    const job = after.find(({ id }) => entry !== undefined && isSameId(id, entry.id));
    if (entry === undefined || job === undefined) return false;
    const wasCurrent = before.some(({ id, isLeftOver }) => !isLeftOver && isSameId(id, entry.id));
    const { sourceFilePath, trainFilePath } = entry.inputs;
    const path = String(sourceFilePath ?? trainFilePath);
    const isYounger = ([key, ms]: [string, number]) => key.startsWith(path) && ms > job.createdAtMs;
    return !wasCurrent && [...this.putMs].some(isYounger);
  }

  private knows(id: string): boolean {
    return this.engine.state.some((entry) => isSameId(entry.id, id));
  }
}

const STORE_ERRORS: Readonly<Record<string, (() => Error) | undefined>> = {
  up: undefined,
  down: () => Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }),
  forbidden: () =>
    Object.assign(new Error("Forbidden"), {
      name: "AccessDenied",
      $metadata: { httpStatusCode: 403 },
    }),
};

function idsOf(jobs: readonly { readonly id: string }[]): ReadonlySet<string> {
  return new Set(jobs.map(({ id }) => id.toLowerCase()));
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}

/** A step as a command of the random test. */
export class Do implements fc.AsyncCommand<object, Life> {
  constructor(private readonly step: Step) {}

  check = () => true;

  toString = () => JSON.stringify(this.step);

  run = (_: object, life: Life) => life.live(this.step);
}
