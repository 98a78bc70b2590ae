// For `NODE_OPTIONS=--require`: Pulumi's SDK loads its Automation API, and TypeScript and npm's readers of
// packages for providers that are serialised closures, in every process. Ours is text, so a plugin never
// uses them; with this they are loaded at their first use, which halves the start of each plugin of the
// tests.
const Module = require("node:module");

const load = Module._load;
const late = new Set([
  "./automation",
  "@npmcli/arborist",
  "@opentelemetry/api",
  "normalize-package-data",
  "semver",
  "typescript",
]);

Module._load = function (request, parent, ...rest) {
  const isOfSdk = /[\\/]@pulumi[\\/]pulumi[\\/]/.test(parent?.filename ?? "");
  if (!isOfSdk || !late.has(request)) return load.call(this, request, parent, ...rest);
  const module = () => load.call(this, request, parent, ...rest);
  // `__esModule`: an import takes it as it is, and copies nothing out of it.
  const get = (_, name) => name === "__esModule" || module()[name];
  return new Proxy({}, { get });
};
