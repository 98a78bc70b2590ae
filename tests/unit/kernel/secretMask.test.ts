import assert from "node:assert/strict";
import fc from "fast-check";
import { SecretMask } from "../../../provider/src/kernel/secretMask";
import { seeded } from "../../support/seeds";

function maskOf(...values: readonly unknown[]): SecretMask {
  const mask = new SecretMask();
  for (const value of values) mask.add(value);
  return mask;
}

describe("SecretMask", () => {
  it("changes nothing where nothing is secret", () =>
    assert.equal(maskOf().mask("churn/vip"), "churn/vip"));

  const repeated: readonly (readonly [secret: unknown, text: string, masked: string])[] = [
    ["churn/vip/", "no object below churn/vip/", "no object below [secret]"],
    ["churn/vip/", "churn/vip/nclue_ab12_2026110109.tsv", "[secret]nclue_ab12_2026110109.tsv"],
    ["churn/vip/", "the path churn/vip is taken", "the path [secret] is taken"],
    ["/churn//vip/", "below churn/vip/", "below [secret]/"],
    ["  canary ", "a canary sings", "a [secret] sings"],
    ["canary", "CANARY, Canary", "[secret], [secret]"],
    ["a b/점수", "GET /a%20b/%EC%A0%90%EC%88%98?x", "GET /[secret]?x"],
    ["a b/점수", "?prefix=a%20b%2F%EC%A0%90%EC%88%98&y", "?prefix=[secret]&y"],
    ["점수/이탈", `below ${"점수/이탈".normalize("NFD")}`, "below [secret]"],
    ['say "hi"', '{"name":"say \\"hi\\""}', '{"name":"[secret]"}'],
    ["a+b(c)*[d]?", "is a+b(c)*[d]? there", "is [secret] there"],
    ["line\nbreak", '"line\\nbreak"', '"[secret]"'],
    ["a b/c=d", "?prefix=a+b%2Fc%3Dd&y", "?prefix=[secret]&y"],
    ["a b/c=d", "GET /bucket/a%20b/c%3Dd", "GET /bucket/[secret]"],
    ["점수", '{"path":"\\uC810\\uc218"}', '{"path":"[secret]"}'],
    ["a & b", "<Message>a &amp; b</Message>", "<Message>[secret]</Message>"],
    ["a\u0001\u0002b\u202e", "is a b there", "is [secret] there"],
    [12345, "id 12345 is gone", "id [secret] is gone"],
    [["alpha", { deep: ["bravo"] }], "alpha, bravo", "[secret], [secret]"],
  ];
  for (const [secret, text, masked] of repeated) {
    it(`masks ${JSON.stringify(secret)} in ${JSON.stringify(text)}`, () =>
      assert.equal(maskOf(secret).mask(text), masked));
  }

  it("masks a short value only where it stands alone: it may be a part of any word", () => {
    assert.equal(maskOf("go").mask("go, going; ago. (go)"), "[secret], going; ago. ([secret])");
    assert.equal(maskOf(7).mask("7 of 17 runs, 7"), "[secret] of 17 runs, [secret]");
    assert.equal(maskOf("수").mask("점수 수"), "점수 [secret]");
  });

  const cut: readonly (readonly [text: string, masked: string])[] = [
    ["no object below churn/vi…", "no object below [secret]…"],
    ["CHURN/vip/cust…, code 7; churn…", "[secret]…, code 7; [secret]…"],
    ["keys a, b, …", "keys a, b, …"],
    ["a chu…", "a chu…"],
  ];
  for (const [text, masked] of cut) {
    it(`masks the beginning of a value where a text was cut: ${JSON.stringify(text)}`, () =>
      assert.equal(maskOf("churn/vip/customers").mask(text), masked));
  }

  it("leaves nothing of a value behind that holds another one", () => {
    const mask = maskOf("churn", "churn/vip/secret-2026");
    assert.equal(mask.mask("churn/vip/secret-2026 and churn"), "[secret] and [secret]");
    assert.equal(
      maskOf("churn/vip/secret-2026", "churn").mask("churn/vip/secret-2026"),
      "[secret]",
    );
  });

  it("masks once where the mask's own word is a secret", () =>
    assert.equal(maskOf("secret", "canary").mask("canary, secret"), "[secret], [secret]"));

  it("masks values that were added later, too", () => {
    const mask = maskOf("alpha");
    assert.equal(mask.mask("alpha bravo"), "[secret] bravo");
    mask.add("bravo");
    assert.equal(mask.mask("alpha bravo"), "[secret] [secret]");
  });

  for (const nothing of ["", "  ", null, undefined, true, {}, []]) {
    it(`masks nothing for ${JSON.stringify(nothing)}`, () =>
      assert.equal(maskOf(nothing).mask("a true word"), "a true word"));
  }

  it("leaves no secret of four characters or more in any text", () =>
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", minLength: 4 }),
        fc.string({ unit: "grapheme" }),
        (secret, around) => {
          fc.pre(secret.trim().length >= 4 && !"[secret]".includes(secret.toLowerCase()));
          const masked = maskOf(secret).mask(`${around} ${secret} ${around}`);
          assert.ok(!masked.includes(secret), masked);
        },
      ),
      seeded(),
    ));

  it("has an answer to any value and any text", () =>
    fc.assert(
      fc.property(fc.anything(), fc.string({ unit: "binary" }), (value, text) => {
        assert.equal(typeof maskOf(value).mask(text), "string");
      }),
      seeded(),
    ));
});
