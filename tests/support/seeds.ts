import { randomInt } from "node:crypto";
import fc from "fast-check";
import { fixedSeeds } from "../model/seeds";

// `npm test` runs the same examples each time, so that a change that breaks one is the one that
// shows it. `npm run model` looks for new ones: NCLUE_MODEL_LIVES says how many, and NCLUE_MODEL_SEED
// repeats those of an earlier search.

export interface Seed {
  readonly seed: number;
  /** @default what the property says */
  readonly lives?: number;
  /** What it once found. */
  readonly found?: string;
}

const freshLives = 20_000;
const isSearch = process.env.NCLUE_MODEL === "fresh";

/** The fixed seeds, or the one of this search. */
export const seeds: readonly [Seed, ...Seed[]] = isSearch ? [searchSeed()] : fixedSeeds;

/** The parameters of `fc.assert`, with a seed. */
export function seeded<T>(
  parameters: fc.Parameters<T> = {},
  { seed, lives }: Seed = seeds[0],
): fc.Parameters<T> {
  const numRuns = lives === undefined ? {} : { numRuns: lives };
  return { ...parameters, seed, ...numRuns, ...(isSearch ? { reporter: sayHowToRepeat } : {}) };
}

function searchSeed(): Seed {
  const { NCLUE_MODEL_SEED: seed, NCLUE_MODEL_LIVES: lives } = process.env;
  return {
    seed: seed ? Number(seed) : randomInt(2 ** 31),
    lives: lives ? Number(lives) : freshLives,
  };
}

function sayHowToRepeat<T>(details: fc.RunDetails<T>): void {
  const again = `NCLUE_MODEL_SEED=${details.seed} NCLUE_MODEL_LIVES=${details.numRuns} npm run model`;
  console.log(`      ${details.numRuns} lives; the same again: ${again}`);
  if (!details.failed) return;
  throw new Error(`${fc.defaultReportMessage(details)}\nTo repeat it: ${again}`, {
    cause: details.errorInstance,
  });
}
