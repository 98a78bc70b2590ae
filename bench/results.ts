import type { Figures, Kind } from "./measure";
import type { PipelineKind } from "./pipeline";
import type { OwnCosts } from "./process";
import { unscaledSeconds } from "./scale";

export interface Results {
  /** By kind, number of runs and command: `provider 40 up`. */
  readonly commands: Map<string, Figures>;
  /** Previews of the largest stack, in turn. */
  readonly previews: { readonly kind: Kind; readonly wallMs: number }[];
  trueClock: readonly Figures[] | undefined;
  /** Creating a pipeline of segments. */
  readonly pipelines: Map<PipelineKind, Figures>;
  /** Requests to Object Storage in a preview of unchanged jobs. */
  storeRequests: number | undefined;
}

export interface Report {
  readonly results: Results;
  readonly own: OwnCosts;
  readonly counts: readonly number[];
  readonly seconds: number;
  /** The report that this one replaces. */
  readonly before: string;
}

export const names: Readonly<Record<Kind, string>> = {
  provider: "enough slots",
  barrier: "`TaskRunCompletion`, default parallelism",
  plain: "plain provider",
  nothing: "nothing",
};

/** Seconds at the service's true pace, or `undefined` where it was not measured. */
export function secondsOf(results: Results, kind: Kind, count: number, verb = "up") {
  const figures = results.commands.get(`${kind} ${count} ${verb}`);
  return figures && unscaledSeconds(figures.wallMs, figures.serviceMs);
}

export function pipelineSecondsOf({ pipelines }: Results, kind: PipelineKind) {
  const figures = pipelines.get(kind);
  return figures && unscaledSeconds(figures.wallMs, figures.serviceMs);
}

/** The quickest: whatever else the machine does only ever adds. */
export function previewMs({ previews: all }: Results, kind: Kind): number {
  return Math.min(...all.filter((each) => each.kind === kind).map(({ wallMs }) => wallMs));
}

export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${heads.map((_, n) => cells[n] ?? "").join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}
