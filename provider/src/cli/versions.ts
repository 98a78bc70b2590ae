import { createRequire } from "node:module";
import path from "node:path";

/** This package's own description. */
export const OWN_PACKAGE = createRequire(__filename)("../../package.json") as {
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly peerDependencies: Readonly<Record<string, string>>;
};

/**
 * The range of Pulumi's command line that this package is tested with. Before 3.226, its exit codes do
 * not tell an error from a change.
 */
export const PULUMI_RANGE = ">=3.248 <4";

export interface FoundPackage {
  readonly version: string;
  readonly folder: string;
}

/** The package that a program in the folder would load. */
export function findPackage(name: string, folder: string): FoundPackage | undefined {
  const load = createRequire(path.join(folder, "program.js"));
  try {
    const file = load.resolve(`${name}/package.json`);
    const { version } = load(file) as { version: string };
    return { version, folder: path.dirname(file) };
  } catch {
    return undefined;
  }
}

/** Whether a version meets a range in the one form that this package uses: `>=22.17 <24`. */
export function meets(version: string, range: string): boolean {
  return range.split(" ").every((part) => {
    const [, sign, bound = ""] = /^(>=|<)(.+)$/.exec(part) ?? [];
    const order = compare(version, bound);
    return sign === ">=" ? order >= 0 : order < 0;
  });
}

function compare(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbersOf(version: string): readonly number[] {
  return version.replace(/^v/, "").split(/[-+]/)[0]?.split(".").map(Number) ?? [];
}
