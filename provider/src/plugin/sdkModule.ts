import { createRequire } from "node:module";

/**
 * A module of the SDK, or of what it depends on. A plugin process takes it from the copy that the
 * process itself runs: where several are installed, ours may be another.
 */
export function sdkModule<T>(name: string): T {
  const script = require.main?.filename ?? "";
  const isPlugin = /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]dynamic-provider[\\/]/.test(script);
  const from = isPlugin ? script : require.resolve("@pulumi/pulumi/package.json");
  return createRequire(from)(name) as T;
}
