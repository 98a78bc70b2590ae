// node tell.mjs <day> <page of the pipeline>: posts to SLACK_WEBHOOK that a night has failed for good.

import { execFileSync } from "node:child_process";

const [day, page] = process.argv.slice(2);
const text = [`NCLUE: no scores for ${day}`, ...jobs("features"), ...jobs("runs"), page].join("\n");
const response = await fetch(process.env.SLACK_WEBHOOK, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ text }),
});
if (!response.ok) throw new Error(`posting the message: HTTP ${response.status}`);

/** The newest two: this night's, and the one before. A service that does not answer is news, too. */
function jobs(list) {
  try {
    // "--no": what is installed, and nothing that somebody has published under its name.
    const json = execFileSync("npx", ["--no", "pulumi-nclue", list, "--limit", "2", "--json"]);
    return JSON.parse(json)[list].map(({ name, status, failMessage }) =>
      [`${name}: ${status}`, failMessage].filter(Boolean).join(", "),
    );
  } catch {
    return [`${list}: not known, NCLUE cannot be asked`];
  }
}
