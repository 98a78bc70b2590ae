import { execFileSync } from "node:child_process";
import os from "node:os";
import type { Kind } from "./measure";
import {
  FEATURE_SECONDS,
  PIPELINE_KINDS,
  PIPELINE_LIMIT_SECONDS,
  SEGMENTS,
  TASK_SECONDS,
} from "./pipeline";
import { names, pipelineSecondsOf, type Report, secondsOf, table } from "./results";
import { limitSeconds, RUN_SECONDS, SPEED } from "./scale";
import { targets } from "./targets";

export function writeReport(report: Report): string {
  const sections = [introduction(report), targets(report), creating(report)];
  sections.push(pipelines(report), others(report), previews(report), process(report), scale());
  return `${sections.join("\n\n")}\n`;
}

function introduction({ seconds }: Report): string {
  const cpu = os.cpus()[0]?.model.trim() ?? "unknown";
  const load = os.loadavg()[1]?.toFixed(1);
  const engine = version("pulumi", ["version"]);
  return `# Benchmarks

Written by \`npm run bench\`, which repeats all of it in one go: it needs nothing but Node and what
\`npm test\` needs, and talks to loopback alone. This run took ${seconds} s on ${date()}: ${os.cpus().length} × \`${cpu}\`,
${Math.round(os.totalmem() / 2 ** 30)} GB, ${os.type()}, Node ${globalThis.process.version}${engine}; load average at its end ${load}.

![Wall time against the number of runs](docs/benchmark.svg)

Runs of ${RUN_SECONDS / 60} minutes are asked for at a service that lets in one request a second. Compared are this
provider with an engine that does everything at once (\`PULUMI_PARALLEL\` above the number of runs),
this provider with \`TaskRunCompletion\` at the engine's default parallelism, a
[plain dynamic provider](bench/plain/taskRun.ts) as Pulumi's documentation would lead one to write it
(everything at once; each resource polls every 5 s, and what is refused for its pace is sent again
with growing delays), and the arithmetic limit: one second for each run, and the time of a run.`;
}

function version(program: string, args: readonly string[]): string {
  try {
    return `, pulumi ${execFileSync(program, args, { encoding: "utf8" }).trim()}`;
  } catch {
    return "";
  }
}

const date = () => new Date().toISOString().slice(0, 10);

function creating({ results, counts }: Report): string {
  const rows = counts.flatMap((count) => [
    [`${count}`, "limit", time(limitSeconds(count)), "1", `${count}`, "", "", ""],
    ...(["provider", "barrier", "plain"] as const).map((kind) => {
      const figures = results.commands.get(`${kind} ${count} up`);
      const seconds = secondsOf(results, kind, count);
      if (figures === undefined || seconds === undefined) return ["", names[kind], "–"];
      const { sent, refused, notice, wallMs } = figures;
      return [
        "",
        names[kind],
        time(seconds),
        (seconds / limitSeconds(count)).toFixed(2),
        `${sent}`,
        `${refused}`,
        notice === undefined
          ? "–"
          : `${notice.median.toFixed(0)} s, at most ${notice.worst.toFixed(0)} s`,
        `${(wallMs / 1000).toFixed(1)} s`,
      ];
    }),
  ]);
  const heads = [
    "Runs",
    "",
    "Time",
    "÷ limit",
    "Requests",
    "Refused",
    "Seen late by",
    "As measured",
  ];
  return `## Creating

"Time" is at the service's true pace; "as measured" is the command on the scaled clock (see below).
"Seen late by" is the time from a run's completion to the answer that told of it, the middle and the
worst of all runs.

${table(heads, rows)}`;
}

function pipelines({ results }: Report): string {
  const limit = [["limit", time(PIPELINE_LIMIT_SECONDS), "1", `${3 * SEGMENTS}`, "", ""]];
  const rows = PIPELINE_KINDS.map((kind) => {
    const figures = results.pipelines.get(kind);
    const seconds = pipelineSecondsOf(results, kind);
    if (figures === undefined || seconds === undefined) return [names[kind], "–"];
    const { sent, refused, wallMs } = figures;
    const ratio = (seconds / PIPELINE_LIMIT_SECONDS).toFixed(2);
    const measured = `${(wallMs / 1000).toFixed(1)} s`;
    return [names[kind], time(seconds), ratio, `${sent}`, `${refused}`, measured];
  });
  const heads = ["", "Time", "÷ limit", "Requests", "Refused", "As measured"];
  return `## Creating a pipeline

${SEGMENTS} segments, each with a feature of ${FEATURE_SECONDS / 60} minutes, a task of ${TASK_SECONDS} s, one of them at a time, and a run of
${RUN_SECONDS / 60} minutes. The limit is the first feature, all tasks one after the other and the last run, with a
second for each request that has nothing beside it. With enough slots the program says nothing
special. At the engine's default parallelism features and runs have \`waitFor: "submitted"\`, and
\`TaskRunCompletion\` waits for the runs; tasks wait for their features by themselves. "Refused" is
every request that was, also that for a task whose feature is not completed.

${table(heads, [...limit, ...rows])}`;
}

function others({ results, counts }: Report): string {
  const rows = counts.flatMap((count) =>
    (["preview", "refresh", "destroy"] as const).map((verb) => [
      `${count}`,
      verb,
      ...(["provider", "plain"] as const).flatMap((kind) => {
        const figures = results.commands.get(`${kind} ${count} ${verb}`);
        const seconds = secondsOf(results, kind, count, verb);
        return figures === undefined || seconds === undefined
          ? ["–", "–", "–"]
          : [time(seconds), `${figures.sent}`, `${figures.refused}`];
      }),
    ]),
  );
  const heads = ["Runs", "", "This provider", "Requests", "Refused"];
  return `## Previewing, refreshing and destroying

${table([...heads, "Plain", "Requests", "Refused"], rows)}`;
}

function previews({ results, counts }: Report): string {
  const most = Math.max(...counts);
  const list = (kind: Kind) =>
    results.previews
      .filter((preview) => preview.kind === kind)
      .map(({ wallMs }) => (wallMs / 1000).toFixed(1))
      .join(", ");
  const sent = results.commands.get(`provider ${most} preview`)?.sent;
  return `## Previewing, against a provider that does nothing

A preview of ${most} new runs sends ${sent} requests to NCLUE. In turn, each in a process of its own
and with the same arguments and outputs in both stacks: this provider ${list("provider")} s; a
[provider that does nothing](bench/plain/nothing.ts) ${list("nothing")} s.
The target compares the quickest of each.`;
}

function process({ own }: Report): string {
  const heap = own.heapBytes.map((bytes) => (bytes / 2 ** 20).toFixed(1)).join(", ");
  return `## The provider's own process

- Loading \`pulumi-nclue/plugin\` where \`@pulumi/pulumi\` is loaded: ${own.loadMs.toFixed(0)} ms. The S3 client is
  ${own.loadsS3Client ? "loaded with it" : "not part of that; it is loaded when a bucket is first looked at"}.
- The provider's text, stored once a resource: ${own.textBytes} bytes.
- Heap after a forced collection at each simulated hour that ${own.waiters} runs wait: ${heap} MB.`;
}

function scale(): string {
  return `## The scale, and what it distorts

The simulator's clock, its rate, this provider's pace (\`NCLUE_REQUESTS_PER_SECOND=${SPEED}\`; its poll intervals
follow the pace) and the plain provider's times are all ${SPEED} × faster than in truth.

- What comes before the first request and after the last one (the engine's start, its reading of the
  program, its end) is not scaled and counts once in "time"; all between counts ${SPEED} ×. So the engine's
  own work between requests weighs ${SPEED} × too much, against every provider alike.
- The jitter of a machine does not scale, so the scaled gateway lets a request come one place early
  (1 / ${SPEED} s; its rate is the same), for every provider, and half a second in the pipelines, whose
  program keeps the gateway's process busy while it declares the jobs. The steady run on the true
  clock (8 runs of half a minute) is let in without any tolerance.
- \`PULUMI_SKIP_CHECKPOINTS\` is set for all: the engine otherwise writes the whole state after each step.
- The order of the list and the moments (25 and 100 ms) in which looks are gathered are not scaled; both are small.`;
}

function time(seconds: number): string {
  return seconds < 120 ? `${seconds.toFixed(0)} s` : `${(seconds / 60).toFixed(1)} min`;
}
