import assert from "node:assert/strict";
import type { Settled } from "../../../provider/src/lifecycle/settleJob";
import {
  type LifecycleBench,
  type LifecycleOptions,
  type Process,
  withLifecycle,
} from "../withLifecycle";

type Values = Record<string, unknown>;

/** The bench of a walk: trouble is made, its message gives the advice, the advice is followed. */
export interface Walker extends LifecycleBench {
  /** Does what goes wrong, and checks that what is said about it gives the advice. */
  advised<T>(work: (plugin: Process) => Promise<T>, plugin?: Process): Promise<T | undefined>;
  /** Does what goes right: with nothing wrong about it. */
  fine(work: (plugin: Process) => Promise<Settled>, plugin?: Process): Promise<Settled>;
}

export interface Walk {
  readonly options?: LifecycleOptions;
  readonly go: (walker: Walker) => Promise<unknown>;
}

export const MINUTE = 60_000;
export const quick = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };
export const endless = { ...quick, inProgressMs: "never" } as const;

/** A walk on a service whose jobs end at once, unless something else is wanted. */
export function walk(go: Walk["go"], options: LifecycleOptions = {}): Walk {
  return { go, options: { plan: quick, ...options } };
}

/** Takes a walk, on which the advice must have been given. */
export function follow(advice: string, { go, options }: Walk): Promise<void> {
  return withLifecycle(async (bench) => {
    const wanted = patternOf(advice);
    let isGiven = false;
    const advised: Walker["advised"] = async (work, plugin = bench.newProcess()) => {
      const [value, told] = await endOf(work(plugin));
      const lines = [...plugin.log.texts("warn"), ...plugin.log.texts("info")];
      assert.match([told, ...lines].join("\n"), wanted);
      isGiven = true;
      return value;
    };
    const fine: Walker["fine"] = async (work, plugin = bench.newProcess()) => {
      const settled = await work(plugin);
      assert.equal(settled.problem, undefined);
      return settled;
    };
    await go({ ...bench, advised, fine });
    assert.ok(isGiven);
  }, options);
}

/** What comes of it, and what is said of that. */
async function endOf<T>(work: Promise<T>): Promise<[value: T | undefined, told: string]> {
  try {
    const value = await work;
    return [value, saidBy(value)];
  } catch (error) {
    return [undefined, (error as Error).message];
  }
}

/** `…` stands for any value. */
function patternOf(advice: string): RegExp {
  const parts = advice.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"));
  return new RegExp(parts.join("[\\s\\S]*"));
}

function saidBy(value: unknown): string {
  const { problem, failures, reason } = Object(value) as Values;
  const reasons = Array.isArray(failures) ? failures.map((failure) => Object(failure).reason) : [];
  return [Object(problem).message, reason, ...reasons].join("\n");
}
