import { families } from "../../provider/src/domain/families";
import { NclueError } from "../../provider/src/kernel/errors";
import type { Settled } from "../../provider/src/lifecycle/settleJob";
import { jobVerbs } from "../../provider/src/lifecycle/verbs";
import type { LifecycleBench, Process } from "../support/withLifecycle";

/**
 * What the engine does with one resource, in a few lines: check, then diff, then create, update or
 * replace (the new one first, the old one deleted at the end); what it keeps after failures; what a
 * refresh drops. The tests on the real engine show the same.
 */

type Values = Record<string, unknown>;

const lifecycle = jobVerbs(families.taskRun);

export interface StateEntry {
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
  readonly args?: Values;
  readonly isForced?: boolean;
  readonly mishap?: Mishap | undefined;
}

export class Killed extends Error {}

export class EngineRules {
  state: readonly StateEntry[] = [];
  /** Called before each create, with what the provider is told that the state holds. */
  onCreate: (inputs: Values, inState: StateEntry | undefined) => Promise<void> = async () =>
    undefined;

  constructor(private readonly bench: LifecycleBench) {}

  get current(): StateEntry | undefined {
    return this.state.find(({ isLeftOver }) => !isLeftOver);
  }

  /** Whether it succeeded. */
  up({ args = {}, isForced = false, mishap }: Operation): Promise<boolean> {
    return this.operate(mishap, async (plugin, run) => {
      const old = this.current;
      const inputs = this.inputsOf(args);
      const olds = isForced || old === undefined ? {} : old.inputs;
      const checked = await run(lifecycle.check(plugin.ctx, olds, inputs));
      if (checked.failures.length > 0) return false;
      if (old === undefined || isForced) {
        if (!(await this.create(plugin, run, checked.inputs))) return false;
      } else {
        const { changes, replaces } = await run(
          lifecycle.diff(plugin.ctx, old.id, old.outputs, checked.inputs),
        );
        if (replaces.length > 0) {
          if (!(await this.create(plugin, run, checked.inputs))) return false;
        } else if (changes || old.failed) {
          const settled = await run(
            lifecycle.update(plugin.ctx, old.id, old.outputs, checked.inputs),
          );
          // After a failed update the engine keeps the old inputs with the new outputs.
          const kept = settled.problem === undefined ? checked.inputs : old.inputs;
          this.put(old, entryOf(settled, kept));
          if (settled.problem !== undefined) return false;
        }
      }
      return this.deleteAll(plugin, run, ({ isLeftOver }) => isLeftOver);
    });
  }

  refresh({ mishap }: Operation): Promise<boolean> {
    return this.operate(mishap, async (plugin, run) => {
      for (const entry of this.state) {
        const found = await run(lifecycle.read(plugin.ctx, entry.id, entry.outputs));
        if (found === "gone") this.put(entry);
        else this.put(entry, { ...entryOf(found, entry.inputs), isLeftOver: entry.isLeftOver });
      }
      return true;
    });
  }

  destroy({ mishap }: Operation): Promise<boolean> {
    return this.operate(mishap, (plugin, run) => this.deleteAll(plugin, run, () => true));
  }

  private async create(plugin: Process, run: Runner, inputs: Values): Promise<boolean> {
    const old = this.current;
    await this.onCreate(inputs, old);
    const settled = await run(lifecycle.create(plugin.ctx, inputs));
    const replaced = old === undefined ? [] : [{ ...old, isLeftOver: true }];
    const others = this.state.filter((entry) => entry !== old);
    this.state = [entryOf(settled, inputs), ...others, ...replaced];
    return settled.problem === undefined;
  }

  private async deleteAll(
    plugin: Process,
    run: Runner,
    isMeant: (entry: StateEntry) => boolean,
  ): Promise<boolean> {
    for (const entry of this.state.filter(isMeant)) {
      await run(lifecycle.delete(plugin.ctx, entry.id, entry.outputs));
      this.put(entry);
    }
    return true;
  }

  private put(old: StateEntry, now?: StateEntry): void {
    this.state = this.state.flatMap((entry) => (entry === old ? (now ? [now] : []) : [entry]));
  }

  private inputsOf(args: Values): Values {
    const old = this.current;
    const inState = old && { id: old.id, createdAt: old.outputs.createdAt };
    return this.bench.inputs(args, { inState, dryRun: false });
  }

  /** One process for one operation; a killed one never gets to write its answer into the state. */
  private async operate(
    mishap: Mishap | undefined,
    work: (plugin: Process, run: Runner) => Promise<boolean>,
  ): Promise<boolean> {
    const { simulator, clock } = this.bench;
    const plugin = this.bench.newProcess();
    simulator.clearLog();
    const ended = new AbortController();
    const killed = this.befall(mishap, plugin, ended.signal);
    const run: Runner = (verb) => {
      const raced = Promise.race([verb, killed]);
      verb.catch(() => undefined);
      return clock.runUntil(raced).then((value) => JSON.parse(JSON.stringify(value ?? null)));
    };
    try {
      return await work(plugin, run);
    } catch (error) {
      if (error instanceof Killed) return false;
      if ((error as { isNclueError?: boolean }).isNclueError) return false;
      throw error;
    } finally {
      ended.abort();
      simulator.clearFaults();
      for (const held of simulator.heldRequests()) held.drop();
      await clock.settle();
    }
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

type Runner = <T>(verb: Promise<T>) => Promise<T>;

function entryOf({ id, outputs, problem }: Settled, inputs: Values): StateEntry {
  return { id, inputs, outputs, failed: problem !== undefined, isLeftOver: false };
}
