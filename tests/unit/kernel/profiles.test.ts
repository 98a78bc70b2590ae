import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readProfiles } from "../../../provider/src/kernel/profiles";

describe("readProfiles", () => {
  let home = "";
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "nclue-home-"));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const write = (text: string) => {
    mkdirSync(join(home, ".ncloud"));
    writeFileSync(join(home, ".ncloud", "configure"), text);
  };

  it("finds none where there is no file", () => assert.equal(readProfiles(home), undefined));

  it("throws where there is one that it cannot read", () => {
    mkdirSync(join(home, ".ncloud", "configure"), { recursive: true });
    assert.throws(() => readProfiles(home), { code: "EISDIR" });
  });

  it("reads every section, with values as they are written", () => {
    write(
      "[DEFAULT]\nncloud_access_key_id = AK\nncloud_secret_access_key = SK==\n\n" +
        "[work]\nncloud_access_key_id=0123\n",
    );
    assert.deepEqual(JSON.parse(JSON.stringify(readProfiles(home))), {
      DEFAULT: { ncloud_access_key_id: "AK", ncloud_secret_access_key: "SK==" },
      work: { ncloud_access_key_id: "0123" },
    });
  });

  it("makes nothing of a file that is no INI file", () => {
    write("{ not: ini\n\u0000\n=\n[");
    assert.doesNotThrow(() => readProfiles(home));
  });
});
