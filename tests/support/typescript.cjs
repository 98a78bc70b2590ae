// Mocha loads this first. JavaScript is left to Node: ts-node refuses to load the ES modules of
// tools/ from a test, and would compile what `tsc -b` has already built.
require("ts-node").register({
  transpileOnly: true,
  compilerOptions: { allowJs: false, checkJs: false },
});
