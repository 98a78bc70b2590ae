import fc from "fast-check";
import type { FamilyName } from "../../provider/src/domain/family";

/** The programs of the model: pipelines of up to five linked jobs, each of which may be changed. */

type Values = Readonly<Record<string, unknown>>;

/** A part of every secret value: it must never be shown. */
export const CANARY = "canary7f3a";

export const NAMES = ["members", "churn", "scores", "vip", "runners", "intents"] as const;
export type Name = (typeof NAMES)[number];

/** One resource of a program. */
export interface Declared {
  readonly name: Name;
  readonly family: FamilyName;
  readonly args: Values;
  /** Arguments that take the id of another resource. */
  readonly parents: Readonly<Record<string, Name>>;
  readonly importId?: string | undefined;
  /** Arguments whose value must not be shown. */
  readonly secrets: readonly string[];
}

/** In the order in which the engine creates them. */
export type Program = readonly Declared[];

/** What a life begins with. */
export interface Shape {
  readonly names: readonly Name[];
  readonly isSecret: boolean;
  readonly policies: Values;
}

export const shapes: fc.Arbitrary<Shape> = fc.record({
  names: fc.oneof(
    fc.constantFrom<Name[]>(["scores"], ["scores", "vip"], ["members", "churn", "scores"]),
    fc.subarray([...NAMES], { minLength: 1, maxLength: 5 }),
  ),
  isSecret: fc.boolean(),
  policies: fc.record(
    {
      verify: fc.constantFrom("bucket", "all", "off"),
      onSourceChange: fc.constantFrom("ignore", "rerun"),
      onResultMissing: fc.constantFrom("accept", "rerun", "fail"),
      onFailure: fc.constantFrom("rerun", "fail"),
    },
    { requiredKeys: [] },
  ),
});

const FAMILIES: Readonly<Record<Name, FamilyName>> = {
  members: "feature",
  churn: "task",
  scores: "taskRun",
  vip: "taskRun",
  runners: "customAttributes",
  intents: "shoppingIntent",
};

const PARENTS: Readonly<Record<Name, Readonly<Record<string, Name>>>> = {
  members: {},
  churn: { trainFeatureId: "members" },
  scores: { taskId: "churn", featureId: "members" },
  vip: { taskId: "churn", featureId: "members" },
  runners: { featureId: "members" },
  intents: { taskId: "churn" },
};

/** Arguments that are secret in a life that has secrets. */
const SECRETS: Readonly<Record<Name, readonly string[]>> = {
  members: ["sourceFilePath"],
  churn: ["trainFilePath"],
  scores: ["resultFilePath"],
  vip: ["resultFilePath"],
  runners: ["keywords"],
  intents: ["triggers"],
};

/** @param variant what the program asks for at the moment; another one is another job. */
export function declare(shape: Shape, name: Name, variant: string, importId?: string): Declared {
  const parents = Object.entries(PARENTS[name]).filter(([, to]) => shape.names.includes(to));
  return {
    name,
    family: FAMILIES[name],
    args: { ...shape.policies, ...argsOf(name, shape.isSecret ? `${variant}-${CANARY}` : variant) },
    parents: Object.fromEntries(parents),
    importId,
    secrets: shape.isSecret ? SECRETS[name] : [],
  };
}

export function parentsOf({ parents }: Declared): Readonly<Record<string, Name>> {
  return parents;
}

/** The path of the run `scores`, of which the one of `vip` is a longer neighbour. */
export function scoresPath(variant: string): string {
  return `out/${variant}/scores`;
}

function argsOf(name: Name, variant: string): Values {
  switch (name) {
    case "members":
      return { sourceBucket: "acme-data", sourceFilePath: `seq/${variant}/` };
    case "churn":
      return { trainBucket: "acme-data", trainFilePath: `labels/${variant}.tsv`, minAuroc: 0.5 };
    case "scores":
      return { resultBucket: "acme-results", resultFilePath: scoresPath(variant) };
    case "vip":
      return { resultBucket: "acme-results", resultFilePath: `${scoresPath(variant)}_vip` };
    case "runners":
      return {
        keywords: ["running", variant],
        resultBucket: "acme-results",
        resultFilePath: "runners//all/",
      };
    case "intents":
      return { triggers: [{ week: variant }] };
  }
}
