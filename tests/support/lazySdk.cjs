// For `NODE_OPTIONS=--require`: Pulumi's SDK loads TypeScript, npm's arborist and its reader of packages in
// every process, for providers that are serialised closures. Ours is text, so a plugin never uses them;
// with this they are loaded at their first use, which saves each plugin of the tests more than a third of
// its start.
const Module = require("node:module");

const load = Module._load;
const late = new Set(["typescript", "@npmcli/arborist", "normalize-package-data"]);

Module._load = function (request, parent, ...rest) {
  const isOfSdk = /[\\/]@pulumi[\\/]pulumi[\\/]/.test(parent?.filename ?? "");
  if (!isOfSdk || !late.has(request)) return load.call(this, request, parent, ...rest);
  const module = () => load.call(this, request, parent, ...rest);
  // `__esModule`: an import takes it as it is, and copies nothing out of it.
  const get = (_, name) => name === "__esModule" || module()[name];
  return new Proxy({}, { get });
};
