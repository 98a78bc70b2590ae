import path from "node:path";

// What the environment of a plugin or of the command line holds where it is not to wait for real.

export const FAST_CLOCK = preload("fastClock.cjs");
export const QUICK_RETRIES = preload("quickRetries.cjs");

function preload(file: string): { readonly NODE_OPTIONS: string } {
  return { NODE_OPTIONS: `--require ${path.join(__dirname, file)}` };
}
