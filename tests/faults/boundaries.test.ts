import type { FaultAnswer } from "../../simulator/src";
import type { Account } from "../model/accounts";
import type { Mishap } from "../model/engineRules";
import { Life } from "../model/life";
import { NAMES, type Name, type Shape } from "../model/program";
import type { Step } from "../model/steps";
import { withLifecycle } from "../support/withLifecycle";

// A process that ends, or a fault that strikes, at each request of the life of a job of each family and
// of a whole pipeline. What must hold after each step is what the model says.

const plan = { registeredMs: 0, pendingMs: 500, inProgressMs: 1500 };
const account: Account = { switches: {}, etagForm: "quoted" };

const up: Step = { do: "up" };

/** The operations of a life that something may happen to, with what comes before and after each. */
const operations: Readonly<Record<string, (name: Name, mishap?: Mishap) => readonly Step[]>> = {
  create: (_, mishap) => [{ ...up, mishap }, up, { do: "refresh" }, { do: "destroy" }],
  replacement: (name, mishap) => [
    up,
    { do: "change", name, variant: "b" },
    { ...up, mishap },
    up,
    { do: "destroy" },
  ],
  "forced replacement": (name, mishap) => [
    up,
    { do: "up", forced: name, mishap },
    up,
    { do: "destroy" },
  ],
  refresh: (_, mishap) => [up, { do: "refresh", mishap }, up, { do: "destroy" }],
  destroy: (_, mishap) => [up, { do: "destroy", mishap }, { do: "destroy" }, up],
};

/** A kill before a request is one after the request before it. */
const stops = [
  ["kill", "after"],
  ["cancel", "before"],
] as const;

const faults: readonly (readonly [string, "before" | "after", FaultAnswer])[] = [
  ["cut before it acts", "before", { kind: "drop" }],
  ["cut after it acted", "after", { kind: "drop" }],
  ["garbage after it acted", "after", { kind: "garbage" }],
];

const single = (name: Name): Shape => ({ names: [name], isSecret: false, policies: {} });
const whole: Shape = { ...single("members"), names: NAMES.filter((name) => name !== "vip") };

async function live(shape: Shape, life: readonly Step[]): Promise<void> {
  await withLifecycle(
    async (bench) => {
      const real = await Life.begin(bench, shape, account);
      for (const step of life) await real.live(step);
    },
    { plan, switches: account.switches },
  );
}

const subjects: readonly (readonly [string, Shape, Name, number])[] = [
  ...NAMES.filter((name) => name !== "vip").map((name) => [name, single(name), name, 5] as const),
  ["a whole pipeline", whole, "members", 16],
];

for (const [subject, shape, name, requests] of subjects) {
  describe(`each request of the life of ${subject}`, () => {
    for (const [operation, lifeOf] of Object.entries(operations)) {
      for (const [kind, when] of stops) {
        it(`may be the last one of its process (${kind}) in a ${operation}`, async () => {
          for (let k = 1; k <= requests; k++) {
            await live(shape, lifeOf(name, { kind, k, when }));
          }
        });
      }
      if (requests > 5) continue;
      for (const [what, when, answer] of faults) {
        it(`may meet a fault (${what}) in a ${operation}`, async () => {
          for (let k = 1; k <= requests; k++) {
            const life = lifeOf(name);
            const at = operation === "create" ? 0 : life.findIndex(isStruck);
            const fault: Step = { do: "fault", answer, when, k };
            await live(shape, [...life.slice(0, at), fault, ...life.slice(at)]);
          }
        });
      }
    }
  });
}

/** The first operation that is not the first `up`. */
function isStruck(step: Step, index: number): boolean {
  return index > 0 && step.do !== "change";
}
