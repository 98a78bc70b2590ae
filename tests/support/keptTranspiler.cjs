// A transpiler for ts-node: TypeScript's own, whose output is kept beside the packages, so that files that
// have not changed are transpiled neither again nor by each of Mocha's processes.
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const path = require("node:path");
const ts = require("typescript");

const root = path.join(__dirname, "..", "..");
const folder = path.join(root, "node_modules", ".cache", "transpiled");

exports.create = ({ service: { config } }) => {
  const compilerOptions = config.options;
  const made = `${ts.version} ${JSON.stringify(compilerOptions).replaceAll(root, ".")}`;
  mkdirSync(folder, { recursive: true });
  return {
    transpile(code, { fileName }) {
      const from = `${made}\n${path.relative(root, fileName)}\n${code}`;
      const kept = path.join(folder, `${createHash("sha256").update(from).digest("hex")}.json`);
      try {
        return JSON.parse(readFileSync(kept, "utf8"));
      } catch {
        const options = { fileName, compilerOptions, reportDiagnostics: true };
        const output = ts.transpileModule(code, options);
        // ts-node refuses it, each time.
        if (output.diagnostics.length > 0) return output;
        const draft = `${kept}.${process.pid}`;
        writeFileSync(draft, JSON.stringify(output));
        renameSync(draft, kept);
        return output;
      }
    },
  };
};
