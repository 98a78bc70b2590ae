import { FAMILY_NAMES, type FamilyName } from "../../provider/src/domain/family";
import { isNclueError, NclueError } from "../../provider/src/kernel/errors";
import type { Settled } from "../../provider/src/lifecycle/settleJob";
import type { LifecycleBench, Process } from "../support/withLifecycle";
import { type Declared, type Program, parentsOf } from "./program";

/**
 * What the engine does with a few resources, in a few lines: check, then diff, then create, update or
 * replace (the new ones first, the old ones deleted at the end, children before parents); what it keeps
 * after failures; what a refresh drops. The tests on the real engine show the same.
 */

type Values = Record<string, unknown>;

export interface StateEntry {
  /** The resource's logical name. */
  readonly name: string;
  readonly family: FamilyName;
  readonly id: string;
  readonly inputs: Values;
  readonly outputs: Values;
  readonly failed: boolean;
  /** Replaced, and still to be deleted. */
  readonly isLeftOver: boolean;
}

/** What befalls one operation. */
export interface Mishap {
  readonly kind: "kill" | "cancel";
  /** The request, counted from the operation's first, at which it happens. */
  readonly k: number;
  readonly when: "before" | "after";
}

export interface Operation {
  readonly mishap?: Mishap | undefined;
}

/** How an operation ended, and all that it has said. */
export interface Ended {
  readonly succeeded: boolean;
  readonly said: string;
}

class Killed extends Error {}

/** The engine stops at the first failure; what it says of it is kept. */
class Stopped extends Error {}

type Run = <T>(verb: Promise<T>) => Promise<T>;

export class EngineRules {
  state: readonly StateEntry[] = [];
  /** What is added to the environment of each process: the keys. */
  environment: Readonly<Record<string, string>> = {};
  /** Called before each create, with what the provider is told that the state holds. */
  onCreate: (declared: Declared, inputs: Values, held: StateEntry | undefined) => Promise<void> =
    async () => undefined;

  constructor(private readonly bench: LifecycleBench) {}

  current(name: string): StateEntry | undefined {
    return this.state.find((entry) => entry.name === name && !entry.isLeftOver);
  }

  /** @param forced the resource that `--replace` names */
  up(program: Program, { mishap, forced }: Operation & { forced?: string | undefined }) {
    return this.operate(mishap, async (plugin, run) => {
      for (const declared of program) {
        await this.step(plugin, run, declared, declared.name === forced);
      }
      const names = new Set<string>(program.map(({ name }) => name));
      await this.deleteAll(plugin, run, (entry) => entry.isLeftOver || !names.has(entry.name));
    });
  }

  refresh({ mishap }: Operation): Promise<Ended> {
    return this.operate(mishap, async (plugin, run) => {
      for (const entry of this.state) {
        const found = await run(plugin.of(entry.family).read(entry.id, entry.outputs));
        if (found === "gone") this.put(entry);
        else
          this.put(entry, { ...entryOf(entry, found, entry.inputs), isLeftOver: entry.isLeftOver });
      }
    });
  }

  destroy({ mishap }: Operation): Promise<Ended> {
    return this.operate(mishap, (plugin, run) => this.deleteAll(plugin, run, () => true));
  }

  /** The names of resources that another update of the same program would change. */
  async changes(program: Program): Promise<readonly string[]> {
    const changed: string[] = [];
    const ended = await this.operate(undefined, async (plugin, run) => {
      for (const declared of program) {
        const old = this.current(declared.name);
        if (old === undefined) throw new Stopped(`${declared.name} is not in the state`);
        const process = plugin.of(declared.family);
        const checked = await run(process.check(old.inputs, this.inputsOf(declared)));
        const { changes } = await run(process.diff(old.id, old.outputs, checked.inputs));
        if (changes || old.failed) changed.push(declared.name);
      }
    });
    return ended.succeeded ? changed : [...changed, ended.said];
  }

  private async step(plugin: Process, run: Run, declared: Declared, isForced: boolean) {
    const process = plugin.of(declared.family);
    const old = this.current(declared.name);
    const isNew = isForced || old === undefined;
    const { inputs, failures } = await run(
      process.check(isNew ? {} : old.inputs, this.inputsOf(declared)),
    );
    if (failures.length > 0) throw new Stopped(failures.map(({ reason }) => reason).join("\n"));
    if (isNew) return this.create(process, run, declared, inputs);
    const { changes, replaces } = await run(process.diff(old.id, old.outputs, inputs));
    if (replaces.length > 0) return this.create(process, run, declared, inputs);
    if (!changes && !old.failed) return this.put(old, { ...old, inputs });
    const settled = await run(process.update(old.id, old.outputs, inputs));
    // After a failed update the engine keeps the old inputs with the new outputs.
    this.put(old, entryOf(declared, settled, settled.problem === undefined ? inputs : old.inputs));
    if (settled.problem !== undefined) throw new Stopped(settled.problem.message);
  }

  private async create(process: Process, run: Run, declared: Declared, inputs: Values) {
    const old = this.current(declared.name);
    await this.onCreate(declared, inputs, old);
    const settled = await run(process.create(inputs));
    const others = this.state.filter((entry) => entry !== old);
    const replaced = old === undefined ? [] : [{ ...old, isLeftOver: true }];
    this.state = [entryOf(declared, settled, inputs), ...others, ...replaced];
    if (settled.problem !== undefined) throw new Stopped(settled.problem.message);
  }

  private async deleteAll(plugin: Process, run: Run, isMeant: (entry: StateEntry) => boolean) {
    const place = ({ family }: StateEntry) => FAMILY_NAMES.indexOf(family);
    const meant = this.state.filter(isMeant).sort((a, b) => place(b) - place(a));
    for (const entry of meant) {
      await run(plugin.of(entry.family).delete(entry.id, entry.outputs));
      this.put(entry);
    }
  }

  private put(old: StateEntry, now?: StateEntry): void {
    this.state = this.state.flatMap((entry) => (entry === old ? (now ? [now] : []) : [entry]));
  }

  private inputsOf(declared: Declared): Values {
    const { name, family, args, importId, secrets } = declared;
    const ids = Object.entries(parentsOf(declared)).map(([argument, parent]) => [
      argument,
      this.current(parent)?.id,
    ]);
    const old = this.current(name);
    const plumbing = (old?.outputs.__nclue ?? {}) as { importedIds?: readonly string[] };
    const inState = old && {
      id: old.id,
      createdAt: old.outputs.createdAt,
      importedIds: plumbing.importedIds ?? [],
    };
    const others = this.state.filter((entry) => entry.name !== name);
    return this.bench.inputsOf(
      family,
      { ...args, ...Object.fromEntries(ids) },
      {
        urn: `urn:of:${name}`,
        logicalName: name,
        inState,
        otherJobIds: others.map(({ id }) => id),
        importId,
        secrets,
        dryRun: false,
      },
    );
  }

  /** One process for one operation; a killed one never gets to write its answer into the state. */
  private async operate(
    mishap: Mishap | undefined,
    work: (plugin: Process, run: Run) => Promise<void>,
  ): Promise<Ended> {
    const { simulator, clock } = this.bench;
    const plugin = this.bench.newProcess(this.environment);
    simulator.clearLog();
    const ended = new AbortController();
    const killed = this.befall(mishap, plugin, ended.signal);
    const run: Run = (verb) => {
      verb.catch(() => undefined);
      return clock.runUntil(Promise.race([verb, killed]));
    };
    let error: unknown;
    try {
      await work(plugin, run);
    } catch (thrown) {
      const isKnown = thrown instanceof Killed || thrown instanceof Stopped || isNclueError(thrown);
      if (!isKnown) throw thrown;
      error = thrown;
    } finally {
      ended.abort();
      simulator.clearFaults();
      for (const held of simulator.heldRequests()) held.drop();
      await clock.settle();
    }
    const said = `${plugin.log.all()}\n${error === undefined ? "" : (error as Error).message}`;
    return { succeeded: error === undefined, said };
  }

  private befall(mishap: Mishap | undefined, plugin: Process, ended: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
      if (mishap === undefined) return;
      const { simulator } = this.bench;
      simulator.holdRequest(mishap.k, mishap.when);
      simulator.held(ended).then(
        (held) => {
          if (mishap.kind === "kill") reject(new Killed());
          plugin.cancel.abort(new NclueError("cancelled", { doing: "", cause: "stopped" }));
          if (mishap.kind === "cancel") held.release();
        },
        () => undefined,
      );
    });
  }
}

function entryOf(
  { name, family }: Pick<StateEntry, "name" | "family">,
  { id, outputs, problem }: Settled,
  inputs: Values,
): StateEntry {
  return { name, family, id, inputs, outputs, failed: problem !== undefined, isLeftOver: false };
}
