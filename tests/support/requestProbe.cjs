// For `NODE_OPTIONS=--require` in a plugin: writes what the plugin knows of each request of a task run
// into the file that REQUEST_PROBE names, a line each.
const { appendFileSync } = require("node:fs");
const { taskRun } = require("../../provider/dist/plugin/entry");
const { noteRequests } = require("../../provider/dist/plugin/requestFacts");

const requests = noteRequests();
for (const verb of ["check", "diff", "create", "read", "update", "delete"]) {
  const run = taskRun[verb];
  taskRun[verb] = (...args) => {
    const { urn, timeoutMs, isPreview } = requests.searchRequestOf(args.at(-1));
    const line = JSON.stringify({ verb, urn, timeoutMs, isPreview });
    appendFileSync(process.env.REQUEST_PROBE, `${line}\n`);
    return run(...args);
  };
}
