import fc from "fast-check";
import { seeded, seeds } from "../support/seeds";
import { withLifecycle } from "../support/withLifecycle";
import { type Account, accounts } from "./accounts";
import type { Mishap } from "./engineRules";
import { Do, Life } from "./life";
import { type Shape, shapes } from "./program";
import { type Step, steps } from "./steps";

// Random lives of programs of up to five linked jobs: any sequence of operations, changes, misfortunes
// and of what others do at the service, in accounts of every kind.

const LONGEST_LIFE = 20;
/** In `npm test`; a search says itself how many. */
const LIVES = 150;

const plan = { registeredMs: 0, pendingMs: 500, inProgressMs: 1500 };

function live(
  commands: Iterable<fc.AsyncCommand<object, Life>>,
  shape: Shape,
  account: Account,
): Promise<void> {
  return withLifecycle(
    async (bench) => {
      const real = await Life.begin(bench, shape, account);
      await fc.asyncModelRun(() => ({ model: {}, real }), commands);
    },
    { plan, switches: account.switches },
  );
}

describe("any life of a program", () => {
  for (const seed of seeds) {
    it(`loses no job, doubles none, and deletes none that is not its own (seed ${seed.seed})`, () =>
      fc.assert(
        fc.asyncProperty(
          fc.commands(
            steps.map((step) => step.map((s) => new Do(s))),
            { maxCommands: LONGEST_LIFE, size: "max" },
          ),
          shapes,
          accounts,
          live,
        ),
        seeded({ numRuns: LIVES }, seed),
      ));
  }

  /** Lives that once went wrong. */
  const run: Shape = { names: ["scores"], isSecret: false, policies: {} };
  const plain: Account = { switches: {}, etagForm: "quoted" };
  const killed = (k: number, when: Mishap["when"]): Mishap => ({ kind: "kill", k, when });
  const up: Step = { do: "up" };
  const forced: Step = { do: "up", forced: "scores" };
  const cases: readonly (readonly [string, readonly Step[], Shape?, Account?])[] = [
    [
      "adopts a run that only a left-over entry of the state knows, and does not delete it then",
      [up, { do: "next-fails" }, forced, { do: "destroy", mishap: killed(2, "before") }, up, up],
    ],
    [
      "creates the run again that --replace has asked for, where the destroy after it was killed",
      [up, { do: "next-fails" }, forced, { do: "destroy", mishap: killed(1, "after") }, up, up],
    ],
    [
      "does not take a job for gone that another account's keys did not find",
      [
        { do: "up", mishap: { kind: "cancel", k: 5, when: "before" } },
        { do: "keys", whose: "stranger" },
        up,
        { do: "refresh" },
      ],
      { names: ["members", "runners"], isSecret: false, policies: {} },
    ],
    [
      "does not take the late result of an earlier job with the same path",
      [{ do: "neighbour", end: "" }, up],
      { names: ["members", "scores", "vip"], isSecret: false, policies: {} },
      { switches: { resultDelayMs: 3000 }, etagForm: "quoted" },
    ],
    [
      "takes no other name where the list does not show the job that has the first",
      [
        { do: "fault", answer: { kind: "garbage" }, when: "after", k: 3 },
        { do: "fault", answer: { kind: "status", status: 429 }, when: "before", k: 1 },
        up,
        up,
      ],
      { names: ["members", "churn", "scores"], isSecret: false, policies: {} },
      { switches: { listOrder: "oldest", firstPageCap: 1 }, etagForm: "quoted" },
    ],
    [
      "takes no result where the search for others that could have written it was stopped",
      [
        up,
        { do: "import", name: "scores" },
        { do: "up", mishap: { kind: "cancel", k: 4, when: "before" } },
      ],
      run,
      { switches: { resultDelayMs: 3000 }, etagForm: "quoted" },
    ],
    [
      "replaces a job that was taken over and is older than its data",
      [
        up,
        { do: "next-fails" },
        { do: "data", key: "labels/a.tsv" },
        up,
        { do: "destroy", mishap: killed(5, "before") },
        up,
        up,
      ],
      {
        names: ["members", "churn", "scores"],
        isSecret: false,
        policies: { onSourceChange: "rerun" },
      },
    ],
  ];
  for (const [what, life, shape = run, account = plain] of cases) {
    it(what, () =>
      live(
        life.map((step) => new Do(step)),
        shape,
        account,
      ),
    );
  }
});
