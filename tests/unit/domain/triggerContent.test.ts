import assert from "node:assert/strict";
import { triggerContent } from "../../../provider/src/domain/triggerContent";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const asset = (more: object) => ({ [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17", ...more });
const archive = (more: object) => ({ [SIGNATURE]: "0def7320c3a5731c473e5ecbe6d01bc7", ...more });

describe("the content of triggers", () => {
  it("is the hash of assets and archives, wherever they lie", () => {
    const here = [
      asset({ hash: "1f", path: "/here/a" }),
      { b: archive({ hash: "2e", path: "/here" }) },
    ];
    const there = [
      asset({ hash: "1f", text: "x" }),
      { b: archive({ hash: "2e", path: "/there" }) },
    ];
    assert.deepEqual(triggerContent(here), [{ asset: "1f" }, { b: { archive: "2e" } }]);
    assert.deepEqual(triggerContent(there), triggerContent(here));
  });

  it("is everything else as it is", () => {
    const plain = ["a", 1, null, { c: [true] }, asset({ path: "/no/hash" })];
    assert.deepEqual(triggerContent(plain), plain);
    assert.equal(triggerContent("unknown"), "unknown");
    assert.equal(triggerContent(undefined), undefined);
  });

  it("is its own content", () => {
    const once = triggerContent([asset({ hash: "1f", path: "/a" })]);
    assert.deepEqual(triggerContent(once), once);
  });
});
