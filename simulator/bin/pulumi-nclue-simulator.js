#!/usr/bin/env node
// Here and not in dist, since npm links commands before anything is built.
const { existsSync } = require("node:fs");
const path = require("node:path");
const { name, engines } = require("../package.json");

const main = path.join(__dirname, "../dist/main.js");
const [wantedMajor, wantedMinor] = engines.node.match(/\d+/g).map(Number);
const [major, minor] = process.versions.node.split(".").map(Number);

if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
  fail(
    `needs Node ${wantedMajor}.${wantedMinor} or newer, and this is ${process.versions.node}: run it with a newer one`,
  );
} else if (!existsSync(main)) {
  fail('is not built yet: run "npm run build" in the folder of the repository');
} else {
  require(main);
}

/** @param {string} problem */
function fail(problem) {
  console.error(`${name} ${problem}`);
  process.exitCode = 1;
}
