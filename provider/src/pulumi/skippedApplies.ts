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

const watched = new WeakSet<object>();

/**
 * Reports each `apply` that the program calls, with whether its callback is left out, as it is in a
 * preview while the value is unknown. Nothing else in the SDK says that a program would do more once
 * values are known. The calls of the SDK itself (stack outputs, say) and our own create nothing. Outside
 * previews nothing is watched.
 */
export function watchSkippedApplies(report: (isSkipped: Promise<boolean>) => void): void {
  const { prototype } = pulumi.Output as unknown as { prototype?: { apply?: Apply } };
  const apply = prototype?.apply;
  if (prototype === undefined || apply === undefined || watched.has(prototype)) return;
  watched.add(prototype);
  prototype.apply = function (...args) {
    if (pulumi.runtime.isDryRun() && isCalledByProgram()) {
      report(this.isKnown.then((known) => !known));
    }
    return apply.apply(this, args);
  };
}

function isCalledByProgram(): boolean {
  // The two innermost calls are this function and the `apply` above.
  const caller = getCallSites(3)[2]?.scriptName ?? "";
  return ![OURS, SDK].some((folder) => caller.startsWith(folder + path.sep));
}
