const { writeFileSync } = require("node:fs");
const { Base, Spec } = require("mocha").reporters;

/**
 * Mocha's spec reporter, which also names the reason of each skipped test (see
 * tests/support/skip.ts) and leaves its counts in the file of the option `counts`.
 */
module.exports = class SummaryReporter extends Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.on("pending", ({ title }) => {
      if (!title.includes(" — skipped: ")) Base.consoleLog("      (skipped without a reason)");
    });
    runner.once("end", () => {
      const { passes, failures, pending } = runner.stats;
      writeFileSync(options.reporterOption.counts, JSON.stringify({ passes, failures, pending }));
    });
  }
};
