import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ownUrns } from "../../../provider/src/pulumi/ownUrns";
import { promised } from "../../support/promised";

const { allAliases } = require("@pulumi/pulumi/resource") as {
  allAliases(
    aliases: readonly unknown[],
    name: string,
    type: string,
    parent: pulumi.Resource,
    parentName: string,
  ): readonly pulumi.Output<string>[];
};

const type = "pulumi-nodejs:dynamic/nclue:TaskRun";
const TEAM = "acme:index:Team";
const urnOf = (types: string, name: string) => `urn:pulumi:dev::churn::${types}::${name}`;

async function component(
  name: string,
  options: pulumi.ComponentResourceOptions = {},
): Promise<pulumi.Resource> {
  const resource = new pulumi.ComponentResource(TEAM, name, {}, options);
  await promised(resource.urn);
  return resource;
}

describe("the URNs that a resource had before", () => {
  beforeEach(() =>
    pulumi.runtime.setMocks(
      { newResource: ({ name, inputs }) => ({ id: name, state: inputs }), call: () => ({}) },
      "churn",
      "dev",
      false,
      "acme",
    ),
  );

  const declared: readonly (readonly [string, pulumi.CustomResourceOptions["aliases"]])[] = [
    ["scores", []],
    ["teamB-run", []],
    ["teamB-run", [{ name: "teamB-old" }]],
    ["teamB-run", [{ name: "scores" }, { type: "other:index:Run" }]],
    ["scores", [urnOf(type, "before")]],
  ];
  for (const [name, aliases = []] of declared) {
    it(`are those of the SDK, of ${name} (${JSON.stringify(aliases)}) below a renamed parent`, async () => {
      const parent = await component("teamB", { aliases: [{ name: "teamA" }, { name: "teams" }] });
      const urns = await ownUrns({ type, name, options: { parent, aliases } });
      const outputs = allAliases(aliases as unknown[], name, type, parent, "teamB");
      const expected = await Promise.all(outputs.map(promised));
      const current = urnOf(`${TEAM}$${type}`, name);
      assert.equal(urns[0], current);
      const others = new Set(expected.filter((urn) => urn !== current));
      assert.deepEqual(urns.slice(1).sort(), [...others].sort());
    });
  }

  it("come from a renamed parent's parent too", async () => {
    const top = await component("topB", { aliases: [{ name: "topA" }] });
    const parent = await component("topB-team", { parent: top });
    const urns = await ownUrns({ type, name: "topB-team-run", options: { parent } });
    assert.deepEqual(urns.slice(1), [urnOf(`${TEAM}$${TEAM}$${type}`, "topA-team-run")]);
  });
});
