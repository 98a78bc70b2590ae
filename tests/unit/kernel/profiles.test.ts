import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseProfiles, readProfiles } from "../../../provider/src/kernel/profiles";

describe("readProfiles", () => {
  let home = "";
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "nclue-home-"));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const write = (text: string | Buffer) => {
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

  it("finds none where there is no home folder", () => assert.equal(readProfiles(""), undefined));

  const text = "ncloud_access_key_id = AK\nncloud_secret_access_key = SK\n";
  const encodings: readonly (readonly [string, Buffer])[] = [
    ["UTF-8 with a byte order mark", Buffer.from(`\ufeff${text}`)],
    ["UTF-16, little-endian, with its mark", Buffer.from(`\ufeff${text}`, "utf16le")],
    ["UTF-16, big-endian, with its mark", Buffer.from(`\ufeff${text}`, "utf16le").swap16()],
    ["UTF-16, little-endian, without a mark", Buffer.from(text, "utf16le")],
    ["UTF-16, big-endian, without a mark", Buffer.from(text, "utf16le").swap16()],
    ["UTF-8 with the line ends of Windows", Buffer.from(text.replaceAll("\n", "\r\n"))],
  ];
  for (const [what, bytes] of encodings) {
    it(`reads ${what}`, () => {
      write(bytes);
      assert.deepEqual(JSON.parse(JSON.stringify(readProfiles(home))), {
        DEFAULT: { ncloud_access_key_id: "AK", ncloud_secret_access_key: "SK" },
      });
    });
  }

  it("makes nothing of a file that is no INI file", () => {
    write("{ not: ini\n\u0000\n=\n[");
    assert.doesNotThrow(() => readProfiles(home));
  });
});

describe("parseProfiles", () => {
  const table: readonly (readonly [string, string, Readonly<Record<string, object>>])[] = [
    ["nothing", "", {}],
    ["keys without a header", "a = 1\nb=2", { DEFAULT: { a: "1", b: "2" } }],
    [
      "keys without a header before other sections",
      "a = 1\n[work]\na = 2",
      { DEFAULT: { a: "1" }, work: { a: "2" } },
    ],
    [
      "keys without a header before a DEFAULT section",
      "a = 1\n[DEFAULT]\nb = 2",
      { DEFAULT: { a: "1", b: "2" } },
    ],
    [
      "dots in the name of a section",
      "[acme.prod]\na = 1\n[acme]\na = 2",
      { "acme.prod": { a: "1" }, acme: { a: "2" } },
    ],
    ["spaces around names", "  [ my team ]  \n  a  =  1  ", { "my team": { a: "1" } }],
    ["Korean names", "[운영]\na = 1", { 운영: { a: "1" } }],
    ["an empty section", "[empty]", { empty: {} }],
    ["a section twice", "[w]\na = 1\n[x]\n[w]\nb = 2", { w: { a: "1", b: "2" }, x: {} }],
    ["the later of two values", "a = 1\na = 2", { DEFAULT: { a: "2" } }],
    [
      "names in capital letters",
      "NCLOUD_Access_Key_Id = 1",
      { DEFAULT: { ncloud_access_key_id: "1" } },
    ],
    ["comments on lines of their own", "# x\n ; y = 1\na = 1", { DEFAULT: { a: "1" } }],
    ["a # inside a value", "a = x#y", { DEFAULT: { a: "x#y" } }],
    ["a ; inside a value", "a = x;y", { DEFAULT: { a: "x;y" } }],
    ["a comment after a value", "a = x # y", { DEFAULT: { a: "x" } }],
    ["a comment after a tab", "a = x\t; y", { DEFAULT: { a: "x" } }],
    ["a comment after a header", "[w] # mine\na = 1", { w: { a: "1" } }],
    ["a comment in place of a value", "a = # y", { DEFAULT: { a: "" } }],
    ["double quotes", 'a = "x y"', { DEFAULT: { a: "x y" } }],
    ["single quotes", "a = 'x'", { DEFAULT: { a: "x" } }],
    ["a comment sign inside quotes", 'a = "x # y" # z', { DEFAULT: { a: "x # y" } }],
    ["a comment right after a closing quote", 'a = "AK"# z', { DEFAULT: { a: "AK" } }],
    ["a comment right after a single one", "a = 'SK';z", { DEFAULT: { a: "SK" } }],
    ["quotes inside a comment", 'a = "AK"# the "old" one', { DEFAULT: { a: "AK" } }],
    ["a single quotation mark", 'a = x"y', { DEFAULT: { a: 'x"y' } }],
    ["= inside a value", "a = SK==", { DEFAULT: { a: "SK==" } }],
    [": inside a value", "a = https://x:1/", { DEFAULT: { a: "https://x:1/" } }],
    [": for =", "a: 1", { DEFAULT: { a: "1" } }],
    [
      "a value that is a number or a truth",
      "a = 0123\nb = true",
      { DEFAULT: { a: "0123", b: "true" } },
    ],
    ["no value", "a =", { DEFAULT: { a: "" } }],
    ["what is no line of such a file", "nonsense\n= 1\n[", {}],
    [
      "the names of objects' own parts",
      "[__proto__]\nconstructor = 1",
      { ["__proto__"]: { constructor: "1" } },
    ],
  ];
  for (const [what, text, profiles] of table) {
    it(`reads ${what}: ${JSON.stringify(text)}`, () =>
      assert.equal(JSON.stringify(parseProfiles(text)), JSON.stringify(profiles)));
  }
});
