import assert from "node:assert/strict";
import fc from "fast-check";
import {
  readPlumbing,
  readRecordKeeping,
  withoutCheckPlumbing,
} from "../../../provider/src/domain/plumbing";
import { seeded } from "../../support/seeds";

const arbitrary = fc.anything({ withNullPrototype: true });

describe("readPlumbing", () => {
  it("tells what the state holds: a run, nothing, or that nobody could look", () => {
    const held = { id: "1", createdAt: "2026-11-01T09:00:00+09:00" };
    assert.deepEqual(readPlumbing({ __nclue: { stateWasRead: true, held } }).held, held);
    assert.equal(readPlumbing({ __nclue: { stateWasRead: true } }).held, null);
    assert.equal(readPlumbing({ __nclue: { held } }).held, undefined);
    assert.equal(readPlumbing({}).held, undefined);
  });

  it("lives with any plumbing: absent, of another release, or edited by hand", () =>
    fc.assert(
      fc.property(arbitrary, (__nclue) => {
        const plumbing = readPlumbing({ __nclue });
        assert.equal(typeof plumbing.logicalName, "string");
        assert.ok(Array.isArray(plumbing.otherRunIds) && Array.isArray(plumbing.secrets));
      }),
      seeded(),
    ));

  it("takes no field of the wrong type", () => {
    const fields = fc.constantFrom(
      "urn",
      "organization",
      "logicalName",
      "importId",
      "replacementTrigger",
      "timeouts",
      "held",
      "otherRunIds",
      "dryRun",
      "secrets",
    );
    const wrong = fc.oneof(fc.integer(), fc.constant(null), fc.array(fc.integer()), fc.object());
    fc.assert(
      fc.property(fc.dictionary(fields, wrong), (__nclue) => {
        const plumbing = readPlumbing({ __nclue });
        for (const text of [plumbing.urn, plumbing.importId, plumbing.replacementTrigger]) {
          assert.equal(text, undefined);
        }
        assert.equal(plumbing.logicalName, "");
        for (const id of plumbing.otherRunIds) assert.equal(typeof id, "string");
      }),
      seeded(),
    );
  });
});

describe("withoutCheckPlumbing", () => {
  it("takes out what differs between a preview and its update, and nothing else", () =>
    assert.deepEqual(
      withoutCheckPlumbing({
        taskId: "t",
        __nclue: { dryRun: true, secrets: ["taskId"], bucketMayBeMade: true, urn: "u", later: 1 },
      }),
      { taskId: "t", __nclue: { urn: "u", later: 1 } },
    ));

  it("leaves inputs without plumbing as they are", () =>
    assert.deepEqual(withoutCheckPlumbing({ taskId: "t" }), { taskId: "t" }));
});

describe("readRecordKeeping", () => {
  it("reads what create has left", () => {
    const keeping = {
      timeouts: { create: "1h", update: undefined, delete: undefined },
      nameGiven: true,
      importId: "1",
      taken: ["resultBucket"],
      endpoint: "https://a.example",
      keyHash: "abc",
    };
    const found = readRecordKeeping({ __nclue: keeping });
    assert.deepEqual({ ...found, ...keeping }, found);
  });

  it("lives with any record, and with none", () =>
    fc.assert(
      fc.property(arbitrary, (__nclue) => {
        const keeping = readRecordKeeping({ __nclue });
        assert.equal(typeof keeping.nameGiven, "boolean");
        assert.ok(Array.isArray(keeping.taken));
      }),
      seeded(),
    ));
});
