import assert from "node:assert/strict";
import { meets, OWN_PACKAGE } from "../../../provider/src/cli/versions";

describe("meets", () => {
  for (const [version, range, expected] of [
    ["22.17.0", ">=22.17", true],
    ["22.16.9", ">=22.17", false],
    ["v24.0.0", ">=22.17", true],
    ["20.20.2", ">=22.17", false],
    ["3.270.0", ">=3.270.0 <4", true],
    ["3.270.1-alpha.5", ">=3.270.0 <4", true],
    ["3.269.9", ">=3.270.0 <4", false],
    ["4.0.0", ">=3.270.0 <4", false],
  ] as const) {
    it(`says ${expected} to ${version} in ${range}`, () =>
      assert.equal(meets(version, range), expected));
  }

  it("reads the ranges of this package", () => {
    const form = /^(>=|<)\d+(\.\d+)*( (>=|<)\d+(\.\d+)*)*$/;
    assert.match(OWN_PACKAGE.engines.node, form);
    for (const range of Object.values(OWN_PACKAGE.peerDependencies)) assert.match(range, form);
  });
});
