import assert from "node:assert/strict";
import { md5Of } from "../../../provider/src/cli/locateResult";

const md5 = "14ad3be1b5f6bd92a7c972eaf173b397";

describe("the digest that an object is checked with", () => {
  for (const [what, etag, isEncrypted, expected] of [
    ["is its ETag", md5, false, md5],
    ["is its ETag without quotes", `"${md5}"`, false, md5],
    ["is none for an object that came in parts", `"${md5}-2"`, false, null],
    ["is none for an object that the store encrypts", `"${md5}"`, true, null],
    ["is none for a weak ETag", `W/"${md5}"`, false, null],
    ["is none for an ETag of another form", "abc", false, null],
    ["is none without an ETag", null, false, null],
  ] as const) {
    it(what, () => assert.equal(md5Of({ etag, isEncrypted }), expected));
  }
});
