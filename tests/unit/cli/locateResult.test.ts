import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { contentOf, md5Of } from "../../../provider/src/cli/locateResult";

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

describe("what is read of an object", () => {
  const listed = { resultSize: 2267, resultEtag: `"${md5}"` };
  const read = (more: object) => ({
    body: Readable.from(["x"]),
    size: 2267,
    etag: `"${md5}"` as string | null,
    isEncrypted: false,
    ...more,
  });

  for (const [what, answered, size, digest] of [
    ["the same", {}, 2267, md5],
    ["no size", { size: 0 }, 2267, md5],
    ["no ETag", { etag: null }, 2267, md5],
    ["the same ETag, made weak on the way", { etag: `W/"${md5}"` }, 2267, md5],
    ["encrypted", { isEncrypted: true }, 2267, null],
  ] as const) {
    it(`is held to what the list says, where the answer has ${what}`, () => {
      const content = contentOf(listed, read(answered));
      assert.deepEqual([content.size, content.md5], [size, digest]);
    });
  }

  for (const [what, answered] of [
    ["size", { size: 40, etag: null }],
    ["ETag", { etag: '"abc"' }],
  ] as const) {
    it(`is refused where the answer has another ${what} than the list`, () => {
      const object = read(answered);
      assert.throws(() => contentOf(listed, object), {
        code: "unreadable",
        message: /is not the object that it lists \(2\.3 kB\)\nrun it again/,
      });
      assert.equal(object.body.destroyed, true);
    });
  }

  it("is held to the answer, where the list says nothing", () => {
    const { size, md5: digest } = contentOf({ resultSize: null, resultEtag: null }, read({}));
    assert.deepEqual([size, digest], [2267, md5]);
  });
});
