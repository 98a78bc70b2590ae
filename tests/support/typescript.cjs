// Mocha loads this first. JavaScript is left to Node: ts-node refuses to load the ES modules of
// tools/ from a test, and would compile what `tsc -b` has already built.
const path = require("node:path");

require("ts-node").register({
  transpiler: path.join(__dirname, "keptTranspiler.cjs"),
  compilerOptions: { allowJs: false, checkJs: false },
});

// Pulumi's SDK takes the stack of every promise it makes, for a report that no test reads: to find
// these lines in the TypeScript would be a tenth of what the tests' own processes do.
const mapped = Error.prepareStackTrace;
Error.prepareStackTrace = (error, frames) =>
  frames[0]?.getFileName()?.endsWith("runtime/debuggable.js") ? "" : mapped(error, frames);
