import assert from "node:assert/strict";
import { NclueError } from "../../provider/src/kernel/errors";
import { storeError } from "../support/memoryStore";
import {
  type LifecycleBench,
  type Process,
  stopWhileListing,
  withLifecycle,
} from "../support/withLifecycle";

const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };
const missing = { plan, switches: { results: "none" } } as const;

/** The warnings, with the rows that they are shown on. */
const warned = ({ log }: Process) =>
  log.lines.flatMap(({ level, text, urn }) => (level === "warn" ? [[text, urn]] : []));

function loseStore({ store }: LifecycleBench): void {
  store.listError = storeError();
}

async function refreshed(bench: LifecycleBench, id: string, outputs: Record<string, unknown>) {
  const refresh = bench.newProcess();
  bench.store.lists.length = 0;
  const found = await refresh.read(id, outputs);
  assert.ok(found !== "gone");
  return { refresh, found, lists: bench.store.lists.length };
}

describe("a refresh of a run without its result", () => {
  for (const [policy, next] of [
    ["accept", '. The next "pulumi refresh" searches again'],
    ["fail", ""],
  ] as const) {
    it(`looks once, and warns on the run's row (onResultMissing "${policy}")`, () =>
      withLifecycle(async (bench) => {
        const program = bench.inputs({ onResultMissing: policy });
        const { id, outputs } = await bench.plugin.create(program);
        const { refresh, found, lists } = await refreshed(bench, id, outputs);
        const which = `task run "${outputs.name}" (${id})`;
        assert.deepEqual(warned(refresh), [
          [
            `${which} is completed, but no result object was found below its path${next}`,
            `urn:of:${id}`,
          ],
        ]);
        assert.equal(lists, 1);
        assert.deepEqual(found, { id, outputs });
      }, missing));
  }

  it("says nothing where the program asks for none", () =>
    withLifecycle(
      async (bench) => {
        const program = bench.inputs({ resultBucket: undefined, resultFilePath: undefined });
        const { id, outputs } = await bench.plugin.create(program);
        const { refresh } = await refreshed(bench, id, outputs);
        assert.deepEqual(warned(refresh), []);
      },
      { plan, switches: { resultRequired: false } },
    ));

  it("names no key below a secret path", () =>
    withLifecycle(
      async (bench) => {
        const program = bench.inputs({}, { secrets: ["resultFilePath"] });
        const { id, outputs } = await bench.plugin.create(program);
        const { refresh } = await refreshed(bench, id, outputs);
        assert.deepEqual(warned(refresh)[0], [
          `task run "${outputs.name}" (${id}) is completed, but 3 objects below its path could be its result, ` +
            'so none is taken. Give each run a path of its own. The next "pulumi refresh" searches again',
          `urn:of:${id}`,
        ]);
      },
      { plan, switches: { results: "several" } },
    ));
});

describe("a refresh of an unfinished run", () => {
  it("shows its status on its row, looks for no result, and changes nothing", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs } = await bench.plugin.create(bench.inputs({ waitFor: "started" }));
        const { refresh, found, lists } = await refreshed(bench, id, outputs);
        assert.deepEqual(refresh.log.steps, [
          { urn: `urn:of:${id}`, key: id, status: "in_progress", text: "in_progress" },
        ]);
        assert.equal(lists, 0);
        assert.deepEqual(found, { id, outputs });
      },
      { plan: { ...plan, inProgressMs: "never" } },
    ));

  it("shows no status once it is completed", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs } = await bench.plugin.create(bench.inputs());
        const { refresh } = await refreshed(bench, id, outputs);
        assert.deepEqual(refresh.log.steps, []);
      },
      { plan },
    ));
});

describe("a run that something else owns", () => {
  const nothing = [null, null, null, null];
  const resultOf = ({ resultKey, resultUri, resultSize, resultEtag }: Record<string, unknown>) => [
    resultKey,
    resultUri,
    resultSize,
    resultEtag,
  ];

  it("is read with one look for its result, and a warning where that is missing", () =>
    withLifecycle(async (bench) => {
      const { id, outputs } = await bench.plugin.create(bench.inputs());
      const { refresh, found, lists } = await refreshed(bench, id, {});
      assert.deepEqual(warned(refresh), [
        [
          `task run "${outputs.name}" (${id}) is completed, but no result object was found below its path`,
          `urn:of:${id}`,
        ],
      ]);
      assert.equal(lists, 1);
      assert.deepEqual(resultOf(found.outputs), nothing);
    }, missing));

  it("is read with a warning where the store cannot be reached", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs } = await bench.plugin.create(bench.inputs());
        loseStore(bench);
        const { refresh, found } = await refreshed(bench, id, {});
        assert.deepEqual(warned(refresh), [
          [
            `task run "${outputs.name}" (${id}) is completed, but the result bucket cannot be searched ` +
              "(nothing listens at the address (ECONNREFUSED))",
            `urn:of:${id}`,
          ],
        ]);
        assert.deepEqual(resultOf(found.outputs), nothing);
      },
      { plan },
    ));

  for (const waitFor of ["completed", "started"]) {
    it(`is read without a warning where nothing is missing (${waitFor})`, () =>
      withLifecycle(
        async (bench) => {
          const { id } = await bench.plugin.create(bench.inputs({ waitFor }));
          const { refresh } = await refreshed(bench, id, {});
          assert.deepEqual(warned(refresh), []);
        },
        { plan },
      ));
  }
});

describe("a refresh of a run with its result", () => {
  it("where the store cannot be reached warns on the run's row, and proves nothing", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs } = await bench.plugin.create(bench.inputs());
        loseStore(bench);
        const { refresh, found } = await refreshed(bench, id, outputs);
        const cause = "nothing listens at the address (ECONNREFUSED)";
        assert.deepEqual(warned(refresh), [
          [`the result object cannot be compared with the state (${cause})`, `urn:of:${id}`],
        ]);
        assert.deepEqual(found, { id, outputs });
      },
      { plan },
    ));

  it("without keys says which settings are missing", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs } = await bench.plugin.create(bench.inputs());
        const refresh = bench.newProcess();
        const text = { doing: "reading the settings", cause: "no keys", remedy: "set them" };
        bench.store.listError = new NclueError("settings", text);
        await refresh.read(id, outputs);
        assert.deepEqual(refresh.log.texts("warn"), [
          "the result object cannot be compared with the state (reading the settings: no keys\nset them)",
        ]);
      },
      { plan },
    ));

  it("ends where the engine asks to stop", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs } = await bench.plugin.create(bench.inputs());
        const refresh = bench.newProcess();
        const reason = stopWhileListing(bench, refresh);
        await assert.rejects(refresh.read(id, outputs), (error) => error === reason);
        assert.deepEqual(refresh.log.texts("warn"), []);
      },
      { plan },
    ));
});

describe("a replaced result that an update is to accept", () => {
  it("is an error that says what to do where the store cannot be reached", () =>
    withLifecycle(
      async (bench) => {
        const { id, outputs } = await bench.plugin.create(bench.inputs());
        await bench.store.putObject("acme-results", String(outputs.resultKey), "other");
        const { found } = await refreshed(bench, id, outputs);
        assert.equal(found.outputs.drift, "result-replaced");
        loseStore(bench);
        const accepting = bench.newProcess().update(id, found.outputs, bench.inputs());
        await assert.rejects(accepting, {
          code: "unreachable",
          message:
            "reading the result object again: nothing listens at the address (ECONNREFUSED)\n" +
            'check the bucket and its rights, then run "pulumi up" again',
        });
      },
      { plan },
    ));
});
