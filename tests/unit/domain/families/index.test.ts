import assert from "node:assert/strict";
import { childrenOf, families } from "../../../../provider/src/domain/families";
import {
  FAMILY_NAMES,
  type FamilyName,
  fieldOf,
  idOutput,
  nameMeasure,
} from "../../../../provider/src/domain/family";

describe("the families", () => {
  it("are five, each under its own name", () => {
    assert.deepEqual(Object.keys(families), [...FAMILY_NAMES]);
    for (const name of FAMILY_NAMES) assert.equal(families[name].name, name);
  });

  it("name their id as the service does", () =>
    assert.deepEqual(Object.values(families).map(idOutput), [
      "featureId",
      "taskId",
      "runId",
      "profileId",
      "profileId",
    ]));

  for (const family of Object.values(families)) {
    it(`describe ${family.nouns} only with fields and measures that there are`, () => {
      const { fields, measures, result, sources = [], together = [], alike, gate } = family;
      const places = [...(result === undefined ? [] : [result]), ...sources];
      const named = [...together, ...places.flatMap(({ bucket, path }) => [bucket, path])];
      for (const name of [...named, alike ?? named[0] ?? ""]) assert.ok(fieldOf(family, name));
      for (const [field, { words }] of Object.entries(fields)) {
        if (words !== undefined) assert.ok(measures[nameMeasure(field)]);
      }
      if (gate !== undefined) assert.ok(measures[gate]);
    });
  }

  it("spell nothing twice", () => {
    for (const { fields, measures } of Object.values(families)) {
      const wires = [...Object.values(fields), ...Object.values(measures)].map(({ wire }) => wire);
      assert.equal(new Set(wires).size, wires.length);
    }
  });

  it("wait 24 hours for a task, whose queue counts, and 2 hours for the others", () =>
    assert.deepEqual(
      Object.values(families).map(({ createTimeout }) => createTimeout),
      ["2h", "24h", "2h", "2h", "2h"],
    ));
});

describe("fieldOf", () => {
  it("refuses a field that a family does not have", () =>
    assert.throws(() => fieldOf(families.feature, "taskId"), /a feature has no field taskId/));
});

describe("childrenOf", () => {
  const table: readonly (readonly [
    FamilyName,
    readonly (readonly [string, readonly string[]])[],
  ])[] = [
    [
      "feature",
      [
        ["task", ["trainFeatureId", "testFeatureId"]],
        ["taskRun", ["featureId"]],
        ["customAttributes", ["featureId"]],
      ],
    ],
    [
      "task",
      [
        ["taskRun", ["taskId"]],
        ["shoppingIntent", ["taskId"]],
      ],
    ],
    ["taskRun", []],
    ["customAttributes", []],
    ["shoppingIntent", []],
  ];
  for (const [parent, children] of table) {
    it(`of a ${families[parent].noun} are ${children.map(([name]) => name).join(", ") || "none"}`, () =>
      assert.deepEqual(
        childrenOf(parent).map(({ family, fields }) => [family.name, fields]),
        children,
      ));
  }
});
