import assert from "node:assert/strict";
import fc from "fast-check";
import { canonicalJson } from "../../../provider/src/domain/canonicalJson";
import { seeded } from "../../support/seeds";

describe("canonicalJson", () => {
  it("does not mind the order of keys, at any depth", () =>
    assert.equal(
      canonicalJson({ b: [{ d: 1, c: 2 }], a: null }),
      canonicalJson({ a: null, b: [{ c: 2, d: 1 }] }),
    ));

  it("minds the order of lists", () =>
    assert.notEqual(canonicalJson([1, 2]), canonicalJson([2, 1])));

  it("keeps different values apart, whatever their keys are called", () => {
    const own = JSON.parse('{"__proto__":1}') as unknown;
    assert.notEqual(canonicalJson(own), canonicalJson({}));
    assert.notEqual(canonicalJson({ a: 1 }), canonicalJson({ a: "1" }));
  });

  it("is JSON of the same value", () =>
    fc.assert(
      fc.property(fc.jsonValue(), (value) =>
        assert.deepEqual(JSON.parse(canonicalJson(value)), JSON.parse(JSON.stringify(value))),
      ),
      seeded(),
    ));
});
