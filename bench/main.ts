import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { repositoryFolder } from "../tools/folders.mjs";
import { drawChart } from "./chart";
import { type Figures, type Kind, measure } from "./measure";
import { measurePipeline, PIPELINE_KINDS } from "./pipeline";
import { measureProcess } from "./process";
import { writeReport } from "./report";
import type { Results } from "./results";
import { COUNTS } from "./scale";
import { countStoreRequests } from "./storeRequests";
import { pipelineTargets, targetTable } from "./targets";

/**
 * Everything in one go. For trying the bench itself: a smaller list of numbers of runs, or the word
 * `pipelines`, which measures these alone, prints their targets and writes nothing.
 */
async function main(): Promise<void> {
  const given = process.argv.slice(2);
  const results: Results = {
    commands: new Map(),
    previews: [],
    trueClock: undefined,
    pipelines: new Map(),
    storeRequests: undefined,
  };
  if (given[0] === "pipelines") {
    await measurePipelines(results);
    console.log(`\n${targetTable(pipelineTargets(results))}`);
    return;
  }
  const counts = given.length > 0 ? given.map(Number) : COUNTS;
  say("the provider's own process");
  const own = await measureProcess();
  await measureRuns(results, counts);
  await measurePipelines(results);
  measurePreviews(results, Math.max(...counts));
  const seconds = secondsSinceStart();
  const folder = path.join(repositoryFolder, "docs");
  writeFileSync(path.join(folder, "benchmark.svg"), drawChart(results, counts));
  const file = path.join(repositoryFolder, "BENCHMARKS.md");
  const before = readFileSync(file, "utf8");
  writeFileSync(file, writeReport({ results, own, counts, seconds, before }));
  say("wrote BENCHMARKS.md and docs/benchmark.svg");
}

const started = Date.now();
const secondsSinceStart = () => Math.round((Date.now() - started) / 1000);
const say = (text: string) => console.log(`${`${secondsSinceStart()}`.padStart(4)} s  ${text}`);

async function measureRuns(results: Results, counts: readonly number[]): Promise<void> {
  const all = async (kind: Kind, count: number) => {
    const verbs =
      kind === "barrier" ? (["up"] as const) : (["preview", "up", "refresh", "destroy"] as const);
    const figures = await measure({ kind, count, verbs });
    verbs.forEach((verb, index) => {
      const found = figures[index] as Figures;
      results.commands.set(`${kind} ${count} ${verb}`, found);
      say(`${kind} ${verb} of ${count}: ${found.wallMs} ms, ${found.sent} requests`);
    });
  };
  const kinds: readonly Kind[] = ["provider", "barrier", "plain"];
  // The small ones mostly wait, and a true clock takes long: they share the machine.
  const small = counts.filter((count) => count < 40);
  const trueClock = measureTrueClock().then((figures) => {
    results.trueClock = figures;
  });
  await Promise.all(small.map((count) => all("provider", count)));
  const few = counts.filter((count) => count <= 40);
  await Promise.all(small.map((count) => all("barrier", count)));
  await Promise.all(few.map((count) => all("plain", count)));
  await trueClock;
  for (const count of counts.filter((each) => each >= 40)) {
    for (const kind of kinds) {
      if (kind !== "plain" || !few.includes(count)) await all(kind, count);
    }
  }
}

async function measurePipelines(results: Results): Promise<void> {
  for (const kind of PIPELINE_KINDS) {
    const figures = await measurePipeline(kind);
    results.pipelines.set(kind, figures);
    say(`${kind} pipeline: ${figures.wallMs} ms, ${figures.sent} requests`);
  }
  results.storeRequests = await countStoreRequests();
  say(`preview of unchanged jobs: ${results.storeRequests} requests to the store`);
}

function measurePreviews(results: Results, count: number): void {
  for (let round = 0; round < PREVIEW_ROUNDS; round++) {
    for (const kind of ["nothing", "provider"] as const) {
      const wallMs = previewAlone(kind, count);
      results.previews.push({ kind, wallMs });
      say(`${kind} preview of ${count}: ${wallMs} ms`);
    }
  }
}

const PREVIEW_ROUNDS = 5;

/** In a new process, as a user's program is: this one holds the remains of all that went before. */
function previewAlone(kind: Kind, count: number): number {
  const script = path.join(__dirname, "preview.ts");
  const args = [...process.execArgv, script, kind, `${count}`];
  return Number(execFileSync(process.execPath, args, { encoding: "utf8" }));
}

/** Eight runs of half a minute at the true clock, by a gateway without any tolerance. */
async function measureTrueClock(): Promise<readonly Figures[]> {
  const plan = { registeredMs: 1_000, pendingMs: 4_000, inProgressMs: 25_000 };
  const verbs = ["up", "refresh", "destroy"] as const;
  return measure({ kind: "provider", count: 8, verbs, speed: 1, plan });
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
