const { writeFileSync } = require("node:fs");
const path = require("node:path");
const { Base, Spec } = require("mocha").reporters;

/**
 * Mocha's spec reporter, which also names the reason of each skipped test (see skip.ts)
 * and leaves its counts, and the milliseconds of each file, in the file of the option `summary`.
 */
module.exports = class SummaryReporter extends Spec {
  constructor(runner, options) {
    super(runner, options);
    const times = {};
    const add = ({ file = "", duration = 0 }) => {
      const name = path.relative(process.cwd(), file);
      times[name] = (times[name] ?? 0) + duration;
    };
    runner.on("test end", add);
    runner.on("hook end", add);
    runner.on("pending", ({ title }) => {
      if (!title.includes(" — skipped: ")) Base.consoleLog("      (skipped without a reason)");
    });
    runner.once("end", () => {
      const { passes, failures, pending } = runner.stats;
      const summary = { passes, failures, pending, times };
      writeFileSync(options.reporterOption.summary, JSON.stringify(summary));
    });
  }
};
