import assert from "node:assert/strict";
import fc from "fast-check";
import { argumentsOf } from "../../provider/src/domain/arguments";
import { families } from "../../provider/src/domain/families";
import { isNclueError } from "../../provider/src/kernel/errors";
import { seeded } from "../support/seeds";
import { UNKNOWN, withLifecycle } from "../support/withLifecycle";

/** What the engine can hand over: JSON with unknown marks anywhere, secrets unwrapped. */
const value = fc.oneof(
  { depthSize: "small" },
  fc.jsonValue({ maxDepth: 3 }),
  fc.constant(UNKNOWN),
  fc.array(fc.constantFrom<unknown>(UNKNOWN, null, "a", 1), { maxLength: 3 }),
  fc.dictionary(fc.string(), fc.constantFrom<unknown>(UNKNOWN, null, "a"), { maxKeys: 3 }),
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.constantFrom("completed", "failed", "in_progress", "rerun", "wait", "off", "all", "adopt"),
);

const PLUMBING_FIELDS = [
  "urn",
  "organization",
  "logicalName",
  "timeouts",
  "importId",
  "inState",
  "stateWasRead",
  "otherJobIds",
  "secrets",
  "dryRun",
  "bucketMayBeMade",
  "nameGiven",
  "taken",
  "endpoint",
  "keyHash",
];
const plumbing = fc.oneof(
  value,
  fc.dictionary(fc.constantFrom(...PLUMBING_FIELDS), value, { maxKeys: 6 }),
);

const OUTPUTS = ["runId", "status", "createdAt", "completedAt", "resultKey", "drift", "other"];
const values = fc
  .tuple(
    fc.dictionary(fc.constantFrom<string>(...argumentsOf(families.taskRun), ...OUTPUTS), value, {
      maxKeys: 8,
    }),
    fc.option(plumbing),
  )
  .map(([fields, __nclue]) => (__nclue === null ? fields : { ...fields, __nclue }));

/** An answer, or an error of ours with words that can be shown. */
async function answered<T>(work: () => Promise<T> | T): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    assert.ok(isNclueError(error), (error as Error)?.stack);
    assert.doesNotMatch(error.message, /[^\P{Cc}\n]/u);
    return undefined;
  }
}

describe("anything the engine may hand over", () => {
  it("gets an answer from check: failures with words, each on an argument or on none", () =>
    withLifecycle(async ({ plugin, newProcess }) => {
      await fc.assert(
        fc.asyncProperty(values, values, fc.boolean(), async (olds, news, isPreview) => {
          const checked = await answered(() => plugin.check(olds, news, isPreview));
          for (const { property, reason } of checked?.failures ?? []) {
            assert.ok(
              property === "" || argumentsOf(families.taskRun).some((name) => name === property),
              property,
            );
            assert.notEqual(reason, "");
          }
        }),
        seeded({ numRuns: 150 }),
      );
      assert.ok(newProcess);
    }));

  it("gets an answer from diff", () =>
    withLifecycle(async ({ plugin }) => {
      await fc.assert(
        fc.asyncProperty(values, values, fc.boolean(), async (olds, news, isPreview) => {
          plugin.ctx.update.isPreview = isPreview;
          const found = await answered(() => plugin.diff("1", olds, news));
          assert.equal(typeof found?.changes, "boolean");
        }),
        seeded({ numRuns: 500 }),
      );
    }));

  it("gets an answer from read and delete, whatever the state holds", () =>
    withLifecycle(async ({ newProcess, simulator }) => {
      await fc.assert(
        fc.asyncProperty(values, fc.boolean(), async (state, exists) => {
          const { id } = exists ? simulator.seedTaskRun() : { id: "no-such-run" };
          const plugin = newProcess();
          const found = await answered(() => plugin.read(id, state));
          if (found !== undefined && found !== "gone") {
            assert.equal(found.outputs.runId, id);
            assert.ok("status" in found.outputs);
          }
          if (exists) assert.notEqual(found, "gone");
          await answered(() => plugin.delete(id, state));
        }),
        seeded({ numRuns: 60 }),
      );
    }));

  it("gets an answer from create and update, with what is left of the inputs", () =>
    withLifecycle(
      async ({ newProcess, simulator, clock }) => {
        await fc.assert(
          fc.asyncProperty(values, values, async (state, inputs) => {
            const plugin = newProcess();
            const made = await answered(() => plugin.create(inputs));
            if (made !== undefined) assert.notEqual(made.id, "");
            const { id } = simulator.seedTaskRun();
            const updated = await answered(() => plugin.update(id, state, inputs));
            if (updated !== undefined) assert.equal(updated.id, id);
            assert.ok(clock.monotonicMs() >= 0);
          }),
          seeded({ numRuns: 40 }),
        );
      },
      { plan: { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 } },
    ));
});
