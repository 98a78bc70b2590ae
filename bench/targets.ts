import type { Kind } from "./measure";
import { PIPELINE_KINDS, PIPELINE_LIMIT_SECONDS, SEGMENTS } from "./pipeline";
import {
  names,
  pipelineSecondsOf,
  previewMs,
  type Report,
  type Results,
  secondsOf,
  table,
} from "./results";
import { limitSeconds } from "./scale";
import { JOBS, SOURCES } from "./storeRequests";

interface Target {
  readonly text: string;
  readonly wanted: string;
  readonly found: string;
  readonly isMet: boolean;
}

export function targets(report: Report): string {
  const all = [
    ...createTargets(report),
    ...requestTargets(report),
    ...otherTargets(report),
    ...pipelineTargets(report.results),
    ...ownTargets(report),
  ];
  const parts = ["## Targets", targetTable(all)];
  return [...parts, changedTargets(all, report.before)].join("\n\n");
}

export function targetTable(all: readonly Target[]): string {
  const rows = all.map(({ text, wanted, found, isMet }) => [
    text,
    wanted,
    found,
    isMet ? "met" : "**missed**",
  ]);
  return table(["", "Target", "Measured", ""], rows);
}

/** What is asked for now and was not in the last file, and the other way round. */
function changedTargets(all: readonly Target[], before: string): string {
  const now = all.map(({ text, wanted }) => `| ${text} | ${wanted.replace(FIGURES, "")} |`);
  const section = /## Targets\n([\s\S]*?)(?=\n## |$)/.exec(before)?.[1] ?? "";
  const then = [...section.matchAll(/^\| ([^|]+) \| ([^|]+) \|/gm)]
    .map(([, text = "", wanted = ""]) => `| ${text} | ${wanted.replace(FIGURES, "")} |`)
    .slice(1); // the line of dashes; the heads above it begin with an empty one, and do not match
  const list = (rows: readonly string[], others: readonly string[]) =>
    rows.filter((row) => !others.includes(row)).map((row) => row.replaceAll("|", "").trim());
  const added = list(now, then).map((row) => `- new: ${row}`);
  const dropped = list(then, now).map((row) => `- dropped: ${row}`);
  if (added.length + dropped.length === 0) return "No target has changed since the last file.";
  return ["Targets that changed since the last file:", "", ...added, ...dropped].join("\n");
}

/** What a target works out from the run's own figures is no change of the target. */
const FIGURES = / of \d+ = \d+$/;

function createTargets({ results, counts }: Report): readonly Target[] {
  return counts
    .filter((count) => count >= 40)
    .flatMap((count) =>
      (["provider", "barrier"] as const).map((kind) => {
        const ratio = (secondsOf(results, kind, count) ?? Number.NaN) / limitSeconds(count);
        return {
          text: `create ${count}, ${names[kind]}: time ÷ limit`,
          wanted: "≤ 1.10",
          found: ratio.toFixed(3),
          isMet: ratio <= 1.1,
        };
      }),
    );
}

/** The account is allowed one request a second; a few runs share each look, so many need less. */
function requestTargets({ results, counts }: Report): readonly Target[] {
  return counts.map((count) => {
    const sent = results.commands.get(`provider ${count} up`)?.sent ?? Number.NaN;
    if (count < 40) {
      const share = (sent - count) / (secondsOf(results, "provider", count) ?? Number.NaN);
      return {
        text: `wait for ${count}: share of the account's requests`,
        wanted: "≤ 15 %",
        found: `${(share * 100).toFixed(1)} %`,
        isMet: share <= 0.15,
      };
    }
    const polls = results.commands.get(`plain ${count} up`)?.polls ?? Number.NaN;
    const most = count + Math.floor(polls * 0.05);
    return {
      text: `create ${count}: requests`,
      wanted: `≤ ${count} + 5 % of ${polls} = ${most}`,
      found: `${sent}`,
      isMet: sent <= most,
    };
  });
}

function otherTargets({ results, counts }: Report): readonly Target[] {
  const most = Math.max(...counts);
  const of = (kind: Kind) => results.commands.get(`${kind} ${most} refresh`)?.sent ?? Number.NaN;
  const fewer = of("plain") / of("provider");
  const ratio = previewMs(results, "provider") / previewMs(results, "nothing");
  const refused = (results.trueClock ?? []).reduce((sum, figures) => sum + figures.refused, 0);
  return [
    {
      text: `refresh ${most}: requests`,
      wanted: "50 × fewer than plain",
      found: `${of("provider")} against ${of("plain")}: ${fewer.toFixed(0)} ×`,
      isMet: fewer >= 50,
    },
    {
      text: `preview ${most}: time ÷ a provider that does nothing`,
      wanted: "≤ 1.15",
      found: ratio.toFixed(2),
      isMet: ratio <= 1.15,
    },
    {
      text: "requests refused in a steady run (true clock)",
      wanted: "0",
      found: `${refused}`,
      isMet: refused === 0 && results.trueClock !== undefined,
    },
  ];
}

/** Of pipelines, and of the data that they are created from. */
export function pipelineTargets(results: Results): readonly Target[] {
  const { storeRequests = Number.NaN } = results;
  const all = PIPELINE_KINDS.flatMap((kind) => {
    const seconds = pipelineSecondsOf(results, kind) ?? Number.NaN;
    const ratio = seconds / PIPELINE_LIMIT_SECONDS;
    const refused = results.pipelines.get(kind)?.refused ?? Number.NaN;
    const text = `pipeline of ${SEGMENTS} segments, ${names[kind]}`;
    return [
      {
        text: `${text}: time ÷ limit`,
        wanted: "≤ 1.10",
        found: ratio.toFixed(3),
        isMet: ratio <= 1.1,
      },
      { text: `${text}: requests refused`, wanted: "0", found: `${refused}`, isMet: refused === 0 },
    ];
  });
  return [
    ...all,
    {
      text: `preview of ${JOBS} unchanged jobs on ${SOURCES} sources, \`onSourceChange: "rerun"\`: requests to the store`,
      wanted: `≤ ${SOURCES}`,
      found: `${storeRequests}`,
      isMet: storeRequests <= SOURCES,
    },
  ];
}

function ownTargets({ own }: Report): readonly Target[] {
  const growth = (own.heapBytes.at(-1) ?? Number.NaN) / (own.heapBytes[0] ?? Number.NaN);
  return [
    {
      text: "loading the plugin's entry, without the S3 client",
      wanted: "< 150 ms",
      found: `${own.loadMs.toFixed(0)} ms${own.loadsS3Client ? ", with the S3 client" : ""}`,
      isMet: own.loadMs < 150 && !own.loadsS3Client,
    },
    {
      text: "provider text of a resource",
      wanted: "< 2 kB",
      found: `${own.textBytes} bytes`,
      isMet: own.textBytes < 2000,
    },
    {
      text: `heap while ${own.waiters} runs wait: last ÷ first hour`,
      wanted: "flat (≤ 1.05)",
      found: growth.toFixed(3),
      isMet: growth <= 1.05,
    },
  ];
}
