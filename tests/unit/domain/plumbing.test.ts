import assert from "node:assert/strict";
import fc from "fast-check";
import {
  importedIdsOf,
  readKeeping,
  readPlumbing,
  withoutCheckPlumbing,
} from "../../../provider/src/domain/plumbing";
import { seeded } from "../../support/seeds";

const arbitrary = fc.anything({ withNullPrototype: true });

describe("readPlumbing", () => {
  it("says what the state holds: a job, nothing, or that nobody could read it", () => {
    const inState = { id: "1", createdAt: "2026-11-01T09:00:00+09:00", importedIds: ["x"] };
    const read = (fields: object) => readPlumbing({ __nclue: fields }).inState;
    assert.deepEqual(read({ stateWasRead: true, inState }), inState);
    assert.deepEqual(read({ stateWasRead: true, inState: { id: "1" } }), {
      id: "1",
      createdAt: null,
      importedIds: [],
    });
    const taken = { resultBucket: "acme-results" };
    assert.deepEqual(read({ stateWasRead: true, inState: { ...inState, taken } }), {
      ...inState,
      taken,
    });
    assert.equal(read({ stateWasRead: true }), null);
    assert.equal(read({ stateWasRead: true, inState: { id: 7 } }), null);
    assert.equal(read({ inState }), undefined);
    assert.equal(readPlumbing({}).inState, undefined);
  });

  it("reads everything that the class hands on", () => {
    const fields = {
      urn: "urn:a",
      organization: "acme",
      project: "shop",
      stack: "dev",
      logicalName: "scores",
      timeouts: { create: "1h", update: undefined, delete: "5m" },
      importId: "X",
      otherJobIds: ["2", "3"],
      replacementTrigger: "digest",
      secrets: ["taskId"],
      secretlyNamed: ["7"],
      dryRun: true,
      mayBeCreated: ["resultBucket"],
      triggerProblem: "triggers[0] is a Date",
      newJobs: 3,
    };
    assert.deepEqual(readPlumbing({ __nclue: fields }), { ...fields, inState: undefined });
  });

  it("lives with any plumbing: absent, of another release, or edited by hand", () =>
    fc.assert(
      fc.property(arbitrary, (__nclue) => {
        const plumbing = readPlumbing({ __nclue });
        assert.equal(typeof plumbing.logicalName, "string");
        assert.ok(Array.isArray(plumbing.otherJobIds) && Array.isArray(plumbing.secrets));
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
      "inState",
      "otherJobIds",
      "dryRun",
      "secrets",
      "mayBeCreated",
      "triggerProblem",
    );
    const wrong = fc.oneof(fc.integer(), fc.constant(null), fc.array(fc.integer()), fc.object());
    fc.assert(
      fc.property(fc.dictionary(fields, wrong), (__nclue) => {
        const plumbing = readPlumbing({ __nclue });
        const { urn, importId, replacementTrigger, triggerProblem } = plumbing;
        for (const text of [urn, importId, replacementTrigger, triggerProblem]) {
          assert.equal(text, undefined);
        }
        assert.equal(plumbing.logicalName, "");
        for (const list of [plumbing.otherJobIds, plumbing.secrets, plumbing.mayBeCreated]) {
          for (const text of list) assert.equal(typeof text, "string");
        }
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
        __nclue: {
          dryRun: true,
          mayBeCreated: ["resultBucket"],
          triggerProblem: "x",
          secrets: ["taskId"],
          urn: "u",
          later: 1,
        },
      }),
      { taskId: "t", __nclue: { secrets: ["taskId"], urn: "u", later: 1 } },
    ));

  it("leaves inputs without plumbing as they are", () => {
    assert.deepEqual(withoutCheckPlumbing({ taskId: "t" }), { taskId: "t" });
    assert.deepEqual(withoutCheckPlumbing({ __nclue: null }), { __nclue: null });
  });
});

describe("readKeeping", () => {
  const keeping = {
    timeouts: { create: "1h", update: undefined, delete: undefined },
    lateCreateTimeout: "3s",
    nameGiven: true,
    importedIds: ["1"],
    taken: ["resultBucket"],
    mark: "m",
    endpoint: "https://a.example",
    keyHash: "abc",
    secrets: ["resultFilePath"],
    isSearchOpen: true,
    source: { count: 2, newestMs: 5, isOutdated: true },
    isExternal: true,
  };

  it("reads what create has left", () =>
    assert.deepEqual(readKeeping({ __nclue: keeping }), keeping));

  it("reads it back from the state, which is JSON", () =>
    assert.deepEqual(readKeeping(JSON.parse(JSON.stringify({ __nclue: keeping }))), keeping));

  it("knows nothing where nothing was left", () =>
    assert.deepEqual(readKeeping({}), {
      timeouts: { create: undefined, update: undefined, delete: undefined },
      nameGiven: false,
      importedIds: [],
      taken: [],
      mark: undefined,
      endpoint: undefined,
      keyHash: undefined,
      secrets: [],
      isSearchOpen: false,
      source: undefined,
      isExternal: false,
    }));

  it("reads the id that release 0.1.0 has imported", () =>
    assert.deepEqual(readKeeping({ __nclue: { importId: "X" } }).importedIds, ["X"]));

  for (const source of [null, "x", [], { count: 1 }, { count: "1", newestMs: 1 }]) {
    it(`remembers no source data of ${JSON.stringify(source)}`, () =>
      assert.equal(readKeeping({ __nclue: { source } }).source, undefined));
  }

  it("lives with any record, and with none", () =>
    fc.assert(
      fc.property(arbitrary, (__nclue) => {
        const found = readKeeping({ __nclue });
        assert.equal(typeof found.nameGiven, "boolean");
        for (const list of [found.taken, found.secrets, found.importedIds]) {
          assert.ok(list.every((item) => typeof item === "string"));
        }
      }),
      seeded(),
    ));
});

describe("importedIdsOf", () => {
  it("knows every id of every release, each once", () => {
    assert.deepEqual(importedIdsOf({ importedIds: ["1", "2"] }), ["1", "2"]);
    assert.deepEqual(importedIdsOf({ importId: "1" }), ["1"]);
    assert.deepEqual(importedIdsOf({ importedIds: ["1", "2"], importId: "1" }), ["1", "2"]);
    assert.deepEqual(importedIdsOf({ importedIds: ["2"], importId: "1" }), ["2", "1"]);
    assert.deepEqual(importedIdsOf({ importedIds: "1", importId: 7 }), []);
  });
});
