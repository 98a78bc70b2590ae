import type { Kind } from "./measure";
import { type Results, secondsOf } from "./results";
import { limitSeconds, RUN_SECONDS } from "./scale";

const [WIDTH, HEIGHT] = [800, 440];
const PLOT = { left: 64, right: 580, top: 64, bottom: 376 } as const;

interface Line {
  readonly name: string;
  readonly style: string;
  readonly points: readonly { count: number; minutes: number }[];
}

/**
 * Wall time against the number of runs, both axes logarithmic, as SVG that follows the reader's
 * light or dark page.
 */
export function drawChart(results: Results, counts: readonly number[]): string {
  const lines = linesOf(results, counts);
  const all = lines.flatMap(({ points }) => points.map(({ minutes }) => minutes));
  const scales = scalesOf(counts, Math.min(...all), Math.max(...all));
  const parts = [heading(), axes(scales, counts), ...lines.map((line) => drawLine(line, scales))];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title" font-family="system-ui, sans-serif" font-size="13">
<title id="title">Wall time against the number of runs: this provider, a plain one, and the limit</title>
<style>
  text { fill: #1f2328 } .quiet { fill: #59636e } .grid { stroke: #d1d9e0 }
  .line { fill: none; stroke-width: 2.5; stroke-linejoin: round }
  .provider { stroke: #0969da } .dot.provider, .label.provider { fill: #0969da; stroke: none }
  .barrier { stroke: #1a7f37; stroke-dasharray: 7 4 } .dot.barrier, .label.barrier { fill: #1a7f37; stroke: none }
  .plain { stroke: #cf222e } .dot.plain, .label.plain { fill: #cf222e; stroke: none }
  .limit { stroke: #59636e; stroke-dasharray: 2 4 } .label.limit { fill: #59636e; stroke: none } .dot.limit { display: none }
  .label { font-weight: 600 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .quiet { fill: #9198a1 } .grid { stroke: #3d444d }
    .provider { stroke: #58a6ff } .dot.provider, .label.provider { fill: #58a6ff }
    .barrier { stroke: #3fb950 } .dot.barrier, .label.barrier { fill: #3fb950 }
    .plain { stroke: #ff7b72 } .dot.plain, .label.plain { fill: #ff7b72 }
    .limit { stroke: #9198a1 } .label.limit { fill: #9198a1 }
  }
</style>
${parts.join("\n")}
${labels(lines, scales)}
</svg>
`;
}

function linesOf(results: Results, counts: readonly number[]): readonly Line[] {
  const measured = (name: string, kind: Kind): Line => ({
    name,
    style: kind,
    points: counts.flatMap((count) => {
      const seconds = secondsOf(results, kind, count);
      return seconds === undefined ? [] : [{ count, minutes: seconds / 60 }];
    }),
  });
  const limit = counts.map((count) => ({ count, minutes: limitSeconds(count) / 60 }));
  return [
    measured("plain provider", "plain"),
    measured("TaskRunCompletion", "barrier"),
    measured("this provider", "provider"),
    { name: "limit", style: "limit", points: limit },
  ];
}

interface Scales {
  readonly x: (count: number) => number;
  readonly y: (minutes: number) => number;
  readonly ticks: readonly number[];
}

function scalesOf(counts: readonly number[], least: number, most: number): Scales {
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
  const from = steps.findLast((step) => step <= least) ?? 1;
  const to = steps.find((step) => step >= most) ?? most;
  const [first, last] = [Math.min(...counts), Math.max(...counts)];
  const part = (value: number, low: number, high: number) =>
    Math.log(value / low) / Math.max(1e-9, Math.log(high / low));
  return {
    x: (count) => PLOT.left + 14 + (PLOT.right - PLOT.left - 14) * part(count, first, last),
    y: (minutes) => PLOT.bottom - (PLOT.bottom - PLOT.top) * part(minutes, from, to),
    ticks: steps.filter((step) => step >= from && step <= to),
  };
}

function heading(): string {
  const minutes = RUN_SECONDS / 60;
  return `<text x="${PLOT.left}" y="26" font-size="16" font-weight="600">How long "pulumi up" takes for N new runs</text>
<text class="quiet" x="${PLOT.left}" y="46">minutes, for runs of ${minutes} minutes at one request a second (both axes logarithmic)</text>`;
}

function axes({ x, y, ticks }: Scales, counts: readonly number[]): string {
  const across = ticks.map(
    (tick) =>
      `<line class="grid" x1="${PLOT.left}" x2="${PLOT.right}" y1="${at(y(tick))}" y2="${at(y(tick))}"/>` +
      `<text class="quiet" x="${PLOT.left - 8}" y="${at(y(tick) + 4)}" text-anchor="end">${tick}</text>`,
  );
  const below = counts.map(
    (count) =>
      `<text class="quiet" x="${at(x(count))}" y="${PLOT.bottom + 22}" text-anchor="middle">${count}</text>`,
  );
  const middle = (PLOT.left + PLOT.right) / 2;
  const title = `<text class="quiet" x="${middle}" y="${PLOT.bottom + 46}" text-anchor="middle">N, runs in one update</text>`;
  return [...across, ...below, title].join("\n");
}

function drawLine({ style, points }: Line, { x, y }: Scales): string {
  const places = points.map(({ count, minutes }) => ({ left: at(x(count)), top: at(y(minutes)) }));
  const path = places.map(({ left, top }) => `${left},${top}`).join(" ");
  const dots = places.map(
    ({ left, top }) => `<circle class="dot ${style}" cx="${left}" cy="${top}" r="4"/>`,
  );
  return [`<polyline class="line ${style}" points="${path}"/>`, ...dots].join("\n");
}

const LABEL_DISTANCE = 18;

/** At the lines' ends, pushed apart where lines run together. */
function labels(lines: readonly Line[], { y }: Scales): string {
  const ends = lines
    .flatMap((line) => line.points.slice(-1).map(({ minutes }) => ({ line, minutes })))
    .sort((a, b) => b.minutes - a.minutes);
  const tops: number[] = [];
  for (const { minutes } of ends) {
    tops.push(Math.max(y(minutes) + 4, (tops.at(-1) ?? Number.NEGATIVE_INFINITY) + LABEL_DISTANCE));
  }
  return ends
    .map(
      ({ line, minutes }, n) =>
        `<text class="label ${line.style}" x="${PLOT.right + 12}" y="${at(tops[n] ?? 0)}">${line.name}, ${minutes.toFixed(0)} min</text>`,
    )
    .join("\n");
}

function at(value: number): string {
  return value.toFixed(1);
}
