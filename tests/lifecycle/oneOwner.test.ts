import assert from "node:assert/strict";
import { contentOf, type LifecycleBench, withLifecycle } from "../support/withLifecycle";

const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };

const existing = (bench: LifecycleBench) =>
  bench.simulator.seedTaskRun({ ...contentOf(bench), name: "weekly" });

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

describe("a job that a resource of the same update has created", () => {
  const spellings = [
    ["weekly", "weekly ", {}],
    ["이탈", "이탈".normalize("NFD"), {}],
    ["Weekly", "weekly", { nameCase: "insensitive" }],
  ] as const;
  for (const [one, other, switches] of spellings) {
    for (const onDuplicateName of ["adopt", "fail"] as const) {
      for (const start of ["after it", "together with it"]) {
        it(`is not taken over under the name ${JSON.stringify(other)} (${onDuplicateName}, ${start})`, () =>
          withLifecycle(
            async ({ plugin, inputs, runs }) => {
              const first = () => plugin.create(inputs({ name: one }, { urn: "urn:a" }));
              const second = () =>
                plugin.create(
                  inputs({ name: other, onDuplicateName }, { urn: "urn:b", logicalName: "b" }),
                );
              const ended =
                start === "after it"
                  ? [await settled(first), await settled(second)]
                  : await Promise.all([settled(first), settled(second)]);
              assert.equal(ended[1], "name-taken");
              assert.deepEqual(
                (await runs()).map(({ id }) => id),
                [ended[0]],
              );
            },
            { plan, switches },
          ));
      }
    }
  }

  it("is not taken over, either, while the answer to its create is lost", () =>
    withLifecycle(
      async ({ simulator, plugin, inputs, runs }) => {
        const headers = { "retry-after": "60" };
        const answer = { kind: "status", status: 503, headers } as const;
        simulator.addFault({ match: { method: "POST" }, when: "after", answer });
        const ended = await Promise.all([
          settled(() => plugin.create(inputs({ name: "Weekly" }, { urn: "urn:a" }))),
          settled(() =>
            plugin.create(inputs({ name: "weekly", onDuplicateName: "adopt" }, { urn: "urn:b" })),
          ),
        ]);
        assert.deepEqual(ended, [(await runs())[0]?.id, "name-taken"]);
        assert.equal((await runs()).length, 1);
      },
      { plan, switches: { nameCase: "insensitive" } },
    ));

  it("is two jobs where the service tells names by their case", () =>
    withLifecycle(
      async ({ plugin, inputs, runs }) => {
        for (const name of ["Weekly", "weekly"]) {
          const more = { urn: `urn:${name}`, logicalName: name };
          const { problem } = await plugin.create(inputs({ name, onDuplicateName: "adopt" }, more));
          assert.equal(problem, undefined);
        }
        assert.equal((await runs()).length, 2);
      },
      { plan, switches: { nameCase: "sensitive" } },
    ));

  it("and one that the engine has shown as another's is not taken over, whatever the class knows", () =>
    withLifecycle(
      async (bench) => {
        const program = bench.inputs({ name: "weekly" }, { urn: "urn:a" });
        const { id, outputs } = await bench.newProcess().create(program);
        await bench.plugin.diff(id, outputs, program);
        const adopting = bench.inputs(
          { name: "weekly", onDuplicateName: "adopt" },
          { urn: "urn:b" },
        );
        await assert.rejects(bench.plugin.create(adopting), { code: "name-taken" });
      },
      { plan },
    ));
});

describe("a job that its own resource is replacing, and that is still there", () => {
  it("is told from one that another resource holds", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs } = await bench.newProcess().create(bench.inputs({ name: "weekly" }));
        const inState = { id, createdAt: outputs.createdAt };
        const args = { name: "weekly", triggers: [1], onDuplicateName: "adopt" };
        const news = bench.inputs(args, { inState });
        await bench.plugin.diff(id, outputs, news);
        await assert.rejects(bench.plugin.create(news), {
          code: "name-taken",
          message: /not adopted: this resource is being replaced and holds it/,
        });
      },
      { plan },
    ));
});

describe("what is advised about a job that another resource holds", () => {
  const held = (bench: LifecycleBench) => existing(bench).id;
  const programs = [{ name: "weekly" }, { name: "weekly", onDuplicateName: "adopt" }] as const;
  for (const args of programs) {
    it(`keeps the job: another name, aliases, or the state alone (${JSON.stringify(args)})`, () =>
      withLifecycle(
        async (bench) => {
          const id = held(bench);
          const program = bench.inputs(args, { otherJobIds: [id] });
          await assert.rejects(bench.plugin.create(program), (error: Error) => {
            assert.match(error.message, /another resource of this stack holds it/);
            assert.match(error.message, /use another name; .*aliases; .*pulumi state delete/);
            assert.doesNotMatch(error.message, /delete the run/);
            return true;
          });
          const renamed = bench.inputs({ ...args, name: "monthly" }, { otherJobIds: [id] });
          assert.equal((await bench.newProcess().create(renamed)).problem, undefined);
        },
        { plan },
      ));
  }
});
