import assert from "node:assert/strict";
import { type LifecycleBench, withLifecycle } from "../support/withLifecycle";

const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };

const existing = ({ simulator, task, feature }: LifecycleBench) =>
  simulator.seedTaskRun({
    name: "weekly",
    taskId: task.id,
    featureId: feature.id,
    resultBucket: "acme-results",
    resultFilePath: "churn/2026-11/",
  });

type Ways = Readonly<Record<string, (bench: LifecycleBench, id: string, urn: string) => object>>;

const ways: Ways = {
  "the import option": ({ inputs }, id, urn) => inputs({}, { importId: id, urn }),
  "the import option in capitals": ({ inputs }, id, urn) =>
    inputs({}, { importId: id.toUpperCase(), urn }),
  "its name and adopt": ({ inputs }, _, urn) =>
    inputs({ name: "weekly", onDuplicateName: "adopt" }, { urn }),
};

describe("a job that one resource takes over", () => {
  for (const [first, one] of Object.entries(ways)) {
    for (const [second, other] of Object.entries(ways)) {
      for (const start of ["after it", "together with it"]) {
        it(`with ${first} is not taken over by another of the same update, ${start}, with ${second}`, () =>
          withLifecycle(
            async (bench) => {
              const { id } = existing(bench);
              const { plugin } = bench;
              const creates = [one(bench, id, "urn:a"), other(bench, id, "urn:b")].map(
                (inputs) => () => plugin.create(inputs as Record<string, unknown>),
              );
              const [a, b] = creates;
              const waits = start === "after it" ? [await settled(a), await settled(b)] : [];
              const ended = waits.length > 0 ? waits : await Promise.all([settled(a), settled(b)]);
              assert.equal(ended.filter((end) => end === id.toLowerCase()).length, 1);
              assert.equal(ended.filter((end) => end === "name-taken").length, 1);
              assert.equal((await bench.runs()).length, 1);
            },
            // Requests may then use any case.
            { plan, switches: { echoedIds: "upperCase" } },
          ));
      }
    }
  }

  it("may be taken over by the same resource in the next update", () =>
    withLifecycle(
      async (bench) => {
        const { id } = existing(bench);
        for (const plugin of [bench.plugin, bench.newProcess()]) {
          assert.equal((await plugin.create(bench.inputs({}, { importId: id }))).id, id);
        }
      },
      { plan },
    ));
});

/** The id that a create ends with, or the code of its error. */
async function settled(create?: () => Promise<{ readonly id: string }>): Promise<string> {
  return (await create?.().then(
    ({ id }) => id.toLowerCase(),
    ({ code }) => code,
  )) as string;
}
