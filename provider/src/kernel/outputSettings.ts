import { NclueError } from "./errors";
import type { Environment } from "./ports";

/**
 * `live`: each poll rewrites the resource's line. `lines`: every line stays on the screen, so only
 * changes are shown, and a heartbeat that keeps a pipeline from being taken for dead. `off`: none.
 */
export type ProgressMode = "live" | "lines" | "off";

export interface OutputSettings {
  /** `NCLUE_PROGRESS`, or `undefined` where it is not set. */
  readonly progress: ProgressMode | undefined;
  /** `NCLUE_LOG=debug`: each request is shown. */
  readonly isDebug: boolean;
}

/**
 * What the environment says about our output. It cannot be set in a stack's config: the same stack
 * is run in terminals and in pipelines.
 *
 * @throws NclueError `settings`, which names all values that mean nothing.
 */
export function readOutputSettings(environment: Environment): OutputSettings {
  const { NCLUE_PROGRESS: progress = "", NCLUE_LOG: log = "" } = environment;
  const problems = [
    ...(progress === "" || isProgressMode(progress)
      ? []
      : ["NCLUE_PROGRESS must be live, lines or off"]),
    ...(log === "" || log === "debug" ? [] : ["NCLUE_LOG must be debug or unset"]),
  ];
  if (problems.length > 0) {
    throw new NclueError(
      "settings",
      { doing: "reading the settings of pulumi-nclue", cause: problems.join("; ") },
      { problems, keyProblems: [] },
    );
  }
  return { progress: isProgressMode(progress) ? progress : undefined, isDebug: log === "debug" };
}

/**
 * How progress is shown: as `NCLUE_PROGRESS` says; else live where a screen can be drawn over, unless
 * this is a pipeline.
 */
export function progressMode(
  { progress }: OutputSettings,
  environment: Environment,
  canDraw: boolean,
): ProgressMode {
  return progress ?? (!isPipeline(environment) && canDraw ? "live" : "lines");
}

function isPipeline({ CI = "" }: Environment): boolean {
  return !["", "0", "false"].includes(CI.toLowerCase());
}

function isProgressMode(text: string): text is ProgressMode {
  return text === "live" || text === "lines" || text === "off";
}
