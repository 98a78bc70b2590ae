import { createHash } from "node:crypto";
import type { RunArguments } from "./arguments";
import { canonicalJson } from "./canonicalJson";
import type { Plumbing } from "./plumbing";

/** Short enough for every limit that the service has documented (40, then 100). */
const LONGEST_GENERATED_NAME = 40;
const HASH_DIGITS = 10;

/**
 * The names that a resource without a given name may use, in order: `<logical name>-<hash>`, then
 * the same with `-2`, `-3` and so on. The hash covers what makes two runs different work, so an
 * interrupted attempt is found again under the name that the next attempt asks for.
 *
 * @returns the `n`th name, counted from 1.
 */
export function generatedNames(args: RunArguments, plumbing: Plumbing): (n: number) => string {
  const { organization, project, stack, logicalName, replacementTrigger } = plumbing;
  const content = [
    organization,
    project,
    stack,
    logicalName,
    args.taskId,
    args.featureId,
    args.resultBucket ?? null,
    args.resultFilePath ?? null,
    args.triggers,
    replacementTrigger ?? null,
  ];
  const digest = createHash("sha256").update(canonicalJson(content)).digest("hex");
  const hash = digest.slice(0, HASH_DIGITS);
  return (n) => {
    const end = n === 1 ? `-${hash}` : `-${hash}-${n}`;
    return slug(logicalName, LONGEST_GENERATED_NAME - end.length) + end;
  };
}

/** Whether a name looks like one of {@link generatedNames}, of whichever resource. */
export function isGeneratedName(name: string): boolean {
  return (
    name.length <= LONGEST_GENERATED_NAME &&
    /^[a-z0-9]+(-[a-z0-9]+)*-[0-9a-f]{10}(-([2-9]|[1-9]\d+))?$/.test(name)
  );
}

function slug(logicalName: string, longest: number): string {
  const plain = logicalName.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return plain.replace(/^-+/, "").slice(0, longest).replace(/-+$/, "") || "run";
}
