import assert from "node:assert/strict";
import vm from "node:vm";
import * as pulumi from "@pulumi/pulumi";
import { lateTriggerProblem, refuseTriggers } from "../../../provider/src/pulumi/triggerRules";
import { unknown } from "../../support/promised";

class Month {
  readonly number = 11;
}
const loop: Record<string, unknown> = { list: [] };
(loop.list as unknown[]).push(loop);

/** A list of this length with nothing but these items. */
function sparse(length: number, items: Readonly<Record<number, unknown>>): unknown[] {
  const list = Object.assign([], items);
  list.length = length;
  return list;
}

/** What is refused, and what is said of it. */
const refused: readonly [title: string, value: unknown, text: string][] = [
  ["a Date", { when: new Date(0) }, "triggers[0].when is a Date: use toISOString()"],
  ["a Map", new Map([[1, 2]]), "triggers[0] is a Map: use Object.fromEntries(…)"],
  ["a Set", [new Set()], "triggers[0][0] is a Set: use a list"],
  ["a URL", new URL("https://a.example"), "triggers[0] is a URL: use its href"],
  ["bytes", Buffer.from("x"), 'triggers[0] is a Buffer: use toString("base64")'],
  ["an Error", new Error("x"), "triggers[0] is an Error: use its message"],
  [
    "an object of a class",
    { "a month": new Month() },
    'triggers[0]["a month"] is a Month: use its data as a plain object',
  ],
  ["a bigint", 1n, "triggers[0] is a bigint: use toString()"],
  ["a function", () => 1, "triggers[0] is a function: use what it returns"],
  ["a symbol", Symbol("x"), "triggers[0] is a symbol: use its description"],
  ["not a number", Number.NaN, "triggers[0] is NaN: use a finite number"],
  ["infinity", -Infinity, "triggers[0] is -Infinity: use a finite number"],
  ["half a character", "\ud83d", "triggers[0] is a text with half a character in it"],
  [
    "a text that stands for the unknown",
    [pulumi.runtime.unknownValue],
    "triggers[0][0] is the text that Pulumi takes for a value that is not known yet: use another",
  ],
  [
    "a key that is a symbol",
    { [Symbol("x")]: 1 },
    "triggers[0] has a symbol as a key: use texts as keys",
  ],
  [
    "a key with half a character in it",
    { "\ud83d": 1 },
    'triggers[0] has a key with half a character in it: "\\ud83d"',
  ],
  [
    "a property that is not enumerable",
    { a: Object.defineProperty({}, "v", { value: 1 }) },
    'triggers[0].a has the key "v", which is hidden: use a plain object',
  ],
  [
    "a key that would be a prototype",
    JSON.parse('[{ "__proto__": 1 }]'),
    'triggers[0][0] has the key "__proto__", which Pulumi does not carry: use another key',
  ],
  [
    "a plain object that looks like what Pulumi wraps",
    { [pulumi.runtime.specialSigKey]: "x" },
    `triggers[0] has the key "${pulumi.runtime.specialSigKey}", which Pulumi does not carry: use another key`,
  ],
  [
    "a list with a key besides its items",
    Object.assign(["a"], { v: 1 }),
    'triggers[0] is a list with the key "v" besides its items: use a plain list',
  ],
  [
    "the match of a pattern",
    { match: /b/.exec("abc") },
    'triggers[0].match is a list with the key "index" besides its items: use a plain list',
  ],
  [
    "a list with a symbol as a key",
    Object.assign([1], { [Symbol("x")]: 1 }),
    "triggers[0] is a list with the key Symbol(x) besides its items: use a plain list",
  ],
  [
    "a list with a gap",
    sparse(3, { 0: "a", 2: "c" }),
    "triggers[0] has nothing at [1]: use null there",
  ],
  ["a list without items", sparse(1e9, {}), "triggers[0] has nothing at [0]: use null there"],
  [
    "an object that holds itself",
    loop,
    "triggers[0].list[0] holds itself: use texts, numbers, booleans, lists, plain objects, assets " +
      "and archives",
  ],
];

const counted: readonly [title: string, value: unknown][] = [
  ["texts, numbers and booleans", ["a", 1.5, -0, true, null, undefined, "😀"]],
  ["lists and plain objects", { a: [{ b: [] }], c: Object.create(null) }],
  ["lists with nothing in them", [[], new Array(2).fill(null)]],
  ["an object of another realm", vm.runInNewContext("({ a: [1] })")],
  ["assets and archives", new pulumi.asset.AssetArchive({ a: new pulumi.asset.StringAsset("x") })],
  ["one object twice, which is no cycle", ((shared) => [shared, shared])({ a: 1 })],
];

describe("triggers that the program gives as they are", () => {
  for (const [title, value, text] of refused) {
    it(`are refused at once for ${title}`, () =>
      assert.throws(
        () => refuseTriggers('declaring task run "scores"', [value]),
        (error: Error) => {
          assert.equal(error.message, `declaring task run "scores": ${text}`);
          assert.equal(error.stack, "");
          return pulumi.RunError.isInstance(error);
        },
      ));
  }

  it("are refused for a resource, with what to use", async () => {
    await mocked();
    const resource = new pulumi.ComponentResource("acme:index:Thing", "thing");
    assert.throws(
      () => refuseTriggers("x", [resource]),
      /triggers\[0\] is a resource: use its id or urn/,
    );
  });

  for (const [title, value] of counted) {
    it(`may hold ${title}`, () => {
      refuseTriggers("x", [value]);
      assert.equal(lateTriggerProblem([value]), undefined);
    });
  }
});

describe("triggers that have to be waited for", () => {
  const wrappers: readonly [string, (value: unknown) => unknown][] = [
    ["a promise", (value) => Promise.resolve(value)],
    ["an output", (value) => pulumi.output(Promise.resolve(0)).apply(() => value)],
    ["an output in a promise", (value) => Promise.resolve([pulumi.output(0).apply(() => value)])],
  ];
  for (const [title, wrap] of wrappers) {
    it(`are refused for a Date in ${title}`, async () => {
      await mocked();
      const problem = await lateTriggerProblem([{ when: wrap({ at: new Date(0) }) }]);
      assert.match(
        problem ?? "",
        /^triggers\[0\]\.when(\[0\])?\.at is a Date: use toISOString\(\)$/,
      );
    });

    it(`are accepted for a text in ${title}`, async () => {
      await mocked();
      assert.equal(await lateTriggerProblem([{ when: wrap({ at: "2026-11" }) }]), undefined);
    });
  }

  it("are accepted for assets, archives and secrets in an output", async () => {
    await mocked();
    const asset = new pulumi.asset.StringAsset("x");
    const archive = new pulumi.asset.AssetArchive({ asset });
    const value = pulumi.output({ asset, archive, list: [pulumi.secret({ a: [1] })] });
    assert.equal(await lateTriggerProblem([value, pulumi.secret("x")]), undefined);
  });

  it("are refused for an object that holds itself, which ends", async () => {
    assert.match((await lateTriggerProblem([Promise.resolve(loop)])) ?? "", /holds itself/);
  });

  it("do not show what is inside of a secret", async () => {
    await mocked();
    const secret = pulumi.secret(0).apply(() => ({ hidden: new Date(0) }));
    assert.equal(
      await lateTriggerProblem([secret]),
      "triggers[0] is secret, and holds what cannot be compared: use texts, numbers, booleans, " +
        "lists, plain objects, assets and archives",
    );
  });

  it("are not refused while they are unknown, nor where they fail", async () => {
    await mocked(true);
    const failing = Promise.reject(new Error("theirs"));
    assert.equal(await lateTriggerProblem([unknown(pulumi), failing]), undefined);
  });
});

function mocked(isPreview = false): Promise<void> {
  const mocks: pulumi.runtime.Mocks = {
    newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
    call: () => ({}),
  };
  return pulumi.runtime.setMocks(mocks, "project", "stack", isPreview);
}
