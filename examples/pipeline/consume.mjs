// node consume.mjs results.json: where whatever comes after the runs begins.

import { readFileSync } from "node:fs";

const [file = "results.json"] = process.argv.slice(2);
const results = JSON.parse(readFileSync(file, "utf8"));
for (const [segment, { uri, lines, completedAt }] of Object.entries(results)) {
  if (uri === null) {
    console.error(`${segment}: no result was found, see the warnings of "pulumi up"`);
    process.exitCode = 1;
  } else {
    console.log(`${segment}: ${lines} lines in ${uri}, completed ${completedAt}`);
  }
}
