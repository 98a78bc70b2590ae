import path from "node:path";
import { getCallSites } from "node:util";
import * as pulumi from "@pulumi/pulumi";

/** The parts of an output that the SDK does not document. */
interface Applied {
  readonly isKnown: Promise<boolean>;
}
type Apply = (this: Applied, ...args: unknown[]) => unknown;

const OURS = path.dirname(__dirname);
const SDK = path.dirname(require.resolve("@pulumi/pulumi/package.json"));

/** Who is told of applies: each copy of this package that the program has loaded. */
interface Watch {
  /** Folders whose own calls create nothing. */
  readonly folders: Set<string>;
  readonly reports: Set<Report>;
}
type Report = (isSkipped: Promise<boolean>) => void;

/** Where the SDK's prototype keeps it, so that each copy of this package finds the same. */
const WATCH = Symbol.for("pulumi-nclue.watch.1");

/**
 * Reports each `apply` that the program calls, with whether its callback is left out, as it is in a
 * preview while the value is unknown. Nothing else in the SDK says that a program would do more once
 * values are known. The calls of the SDK itself (stack outputs, say) and our own create nothing. Outside
 * previews nothing is watched.
 */
export function watchSkippedApplies(report: Report): void {
  const { prototype } = pulumi.Output as unknown as {
    prototype?: { apply?: Apply; [WATCH]?: Watch };
  };
  const apply = prototype?.apply;
  if (prototype === undefined || apply === undefined) return;
  const watch = prototype[WATCH] ?? { folders: new Set([SDK]), reports: new Set() };
  watch.folders.add(OURS);
  watch.reports.add(report);
  if (prototype[WATCH] !== undefined) return;
  prototype[WATCH] = watch;
  prototype.apply = function (...args) {
    if (pulumi.runtime.isDryRun() && isCalledByProgram(watch)) {
      for (const each of watch.reports) each(this.isKnown.then((known) => !known));
    }
    return apply.apply(this, args);
  };
}

function isCalledByProgram({ folders }: Watch): boolean {
  // The two innermost calls are this function and the `apply` above.
  const caller = getCallSites(3)[2]?.scriptName ?? "";
  return ![...folders].some((folder) => caller.startsWith(folder + path.sep));
}
