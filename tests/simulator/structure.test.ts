import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const sources = path.join(__dirname, "../../simulator/src");
const files = readdirSync(sources, { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".ts"),
);

/** The table itself, and what only spells out a seed for each family. */
const mayNameFamilies = [
  "service/family.ts",
  "service/families.ts",
  "levers/seeds.ts",
  "levers/levers.ts",
  "simulator.ts",
  "main.ts",
  "index.ts",
];

describe("The simulator's sources", () => {
  it("name a family or its fields in its table only", () => {
    const names =
      /"(features|tasks|task-runs|profile\/[a-z-]+|(train_|test_)?feature_id|task_id|run_id|profile_id|AUROC)"/;
    const naming = files.filter((file) =>
      names.test(readFileSync(path.join(sources, file), "utf8")),
    );
    assert.deepEqual(
      naming.filter((file) => !mayNameFamilies.includes(file)),
      [],
    );
  });

  it("share no code with the provider", () => {
    for (const file of files) {
      const text = readFileSync(path.join(sources, file), "utf8");
      assert.doesNotMatch(text, /from "[^"]*(provider|pulumi)/, file);
    }
  });

  it("have short files with names of their own", () => {
    const names = files.map((file) => path.basename(file));
    assert.equal(new Set(names).size, names.length);
    for (const file of files) {
      const lines = readFileSync(path.join(sources, file), "utf8").split("\n").length;
      assert.ok(lines <= 250, `${file}: ${lines} lines`);
    }
  });
});
