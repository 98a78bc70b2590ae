import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { switchTable } from "../../simulator/src";
import { withSimulator } from "./support/withSimulator";

const readme = readFileSync(path.join(__dirname, "../../simulator/README.md"), "utf8");

describe("The simulator's README", () => {
  it("names every switch with its default", () => {
    for (const [name, { byDefault }] of Object.entries(switchTable)) {
      const row = readme.split("\n").find((line) => line.startsWith(`| \`${name}\` `));
      assert.ok(row?.includes(`**\`${byDefault}\`**`), `${name}: ${row}`);
    }
  });

  it("names every lever of the control over HTTP", () =>
    withSimulator(async ({ simulator }) => {
      const response = await fetch(`${simulator.controlUrl}/`);
      const { levers } = (await response.json()) as { levers: readonly string[] };
      assert.ok(levers.length > 0);
      for (const lever of levers) assert.ok(readme.includes(`\`${lever}\``), lever);
    }));
});
