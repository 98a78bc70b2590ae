// node consume.mjs results.json: where whatever comes after the runs begins.

import { readFileSync } from "node:fs";

const [file = "results.json"] = process.argv.slice(2);
const results = JSON.parse(readFileSync(file, "utf8"));
for (const [segment, { uri, size, lines, completedAt }] of Object.entries(results)) {
  console.log(`${segment}: ${lines} lines (${size} bytes) in ${uri}, completed ${completedAt}`);
}
