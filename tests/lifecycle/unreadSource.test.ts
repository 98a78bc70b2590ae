import assert from "node:assert/strict";
import type { FamilyName } from "../../provider/src/domain/family";
import { storeError } from "../support/memoryStore";
import { withLifecycle } from "../support/withLifecycle";

const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 1000 };

const places: Readonly<Partial<Record<FamilyName, string>>> = {
  feature: "seq/2026-11/part-1.tsv",
  task: "labels/churn.tsv",
};

const failures: Readonly<Record<string, object | undefined>> = {
  "the store could not be reached": { code: "ECONNREFUSED" },
  "these keys were refused": { name: "AccessDenied", $metadata: { httpStatusCode: 403 } },
  "the bucket was missing": { name: "NoSuchBucket", $metadata: { httpStatusCode: 404 } },
  "there was none": undefined,
};

describe("source data that could not be read when its job was created", () => {
  for (const [name, key] of Object.entries(places)) {
    const family = name as FamilyName;
    for (const [why, failure] of Object.entries(failures)) {
      for (const isChanged of failure === undefined ? [true] : [false, true]) {
        it(`is read by the next update, and ${isChanged ? "a change since the" : "no change since the"} ${family} is seen (${why})`, () =>
          withLifecycle(
            async ({ store, clock, newProcess, inputsOf }) => {
              const program = inputsOf(family, { onSourceChange: "rerun", verify: "off" });
              if (failure !== undefined) await store.putObject("acme-data", key, "u1\t1\n");
              await clock.advance(2000);
              store.listError = failure && storeError(failure);
              const created = await newProcess().of(family).create(program);
              const { id } = created;
              const meanwhile = newProcess().of(family);
              const unread = await meanwhile.diff(id, created.outputs, program);
              assert.equal(unread.changes, false);
              assert.match(meanwhile.log.texts("warn").join("\n"), /nothing is replaced/);
              store.listError = undefined;
              await clock.advance(60_000);
              if (isChanged) await store.putObject("acme-data", key, "u1\t0\n");
              const first = await newProcess().of(family).diff(id, created.outputs, program);
              assert.deepEqual([first.changes, first.replaces], [true, []]);
              const { outputs } = await newProcess()
                .of(family)
                .update(id, created.outputs, program);
              const second = await newProcess().of(family).diff(id, outputs, program);
              assert.deepEqual(second.replaces, isChanged ? ["sourceDigest"] : []);
              assert.equal(second.changes, isChanged);
            },
            { plan, switches: { sources: "ignored" } },
          ));
      }
    }
  }
});
