import assert from "node:assert/strict";
import fc from "fast-check";
import { containsUnknown } from "../../../provider/src/domain/containsUnknown";
import { seeded } from "../../support/seeds";

const UNKNOWN = "known after the update";
const isUnknown = (value: unknown) => value === UNKNOWN;

describe("containsUnknown", () => {
  it("finds an unknown value at any depth", () => {
    for (const value of [UNKNOWN, [UNKNOWN], { a: [{ b: UNKNOWN }] }]) {
      assert.ok(containsUnknown(value, isUnknown));
    }
  });

  it("finds none where all is known", () =>
    fc.assert(
      fc.property(fc.anything(), (value) => {
        assert.equal(
          containsUnknown(value, () => false),
          false,
        );
      }),
      seeded(),
    ));
});
