import assert from "node:assert/strict";
import fc from "fast-check";
import { families } from "../../../provider/src/domain/families";
import { policiesOf, policyProblems, readPolicies } from "../../../provider/src/domain/policies";
import { seeded } from "../../support/seeds";

const defaults = {
  waitFor: "completed",
  onFailure: "rerun",
  onDeleteWhileRunning: "wait",
  onDuplicateName: "fail",
  verify: "bucket",
  onResultMissing: "accept",
  onSourceChange: "ignore",
  minAuroc: null,
};

describe("readPolicies", () => {
  it("fills in the defaults", () => assert.deepEqual(readPolicies({}), defaults));

  it("reads what is given", () => {
    const given = {
      waitFor: "submitted",
      onFailure: "fail",
      onDeleteWhileRunning: "abandon",
      onDuplicateName: "adopt",
      verify: "off",
      onResultMissing: "rerun",
      onSourceChange: "rerun",
      minAuroc: 0,
    };
    assert.deepEqual(readPolicies(given), given);
  });

  it("takes what is malformed in an old state for the default", () =>
    assert.deepEqual(
      readPolicies({ waitFor: "done", onFailure: null, verify: {}, minAuroc: "0.7", other: 1 }),
      defaults,
    ));

  it("has an answer to anything", () =>
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...Object.keys(defaults)), fc.anything()),
        (values) => {
          const policies = readPolicies(values);
          assert.deepEqual(Object.keys(policies).sort(), Object.keys(defaults).sort());
          assert.deepEqual(readPolicies({ ...policies }), policies);
        },
      ),
      seeded(),
    ));
});

describe("policyProblems", () => {
  it("finds nothing wrong with a default", () => {
    for (const family of Object.values(families)) {
      for (const policy of policiesOf(family)) {
        const value = defaults[policy] ?? 0.5;
        assert.deepEqual(policyProblems(policy, value), []);
      }
    }
  });
});
