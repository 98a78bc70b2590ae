import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { repositoryFolder } from "../tools/folders.mjs";
import { drawChart } from "./chart";
import { type Figures, type Kind, measure } from "./measure";
import { measureProcess } from "./process";
import { writeReport } from "./report";
import type { Results } from "./results";
import { COUNTS } from "./scale";

/** Everything in one go; a smaller list of numbers of runs is for trying the bench itself. */
async function main(): Promise<void> {
  const given = process.argv.slice(2).map(Number);
  const counts = given.length > 0 ? given : COUNTS;
  const started = Date.now();
  const say = (text: string) =>
    console.log(`${`${Math.round((Date.now() - started) / 1000)}`.padStart(4)} s  ${text}`);
  const results: Results = { commands: new Map(), previews: [], trueClock: undefined };
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

  say("the provider's own process");
  const own = await measureProcess();
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
  const most = Math.max(...counts);
  for (let round = 0; round < PREVIEW_ROUNDS; round++) {
    for (const kind of ["nothing", "provider"] as const) {
      const wallMs = previewAlone(kind, most);
      results.previews.push({ kind, wallMs });
      say(`${kind} preview of ${most}: ${wallMs} ms`);
    }
  }
  const seconds = Math.round((Date.now() - started) / 1000);
  const folder = path.join(repositoryFolder, "docs");
  writeFileSync(path.join(folder, "benchmark.svg"), drawChart(results, counts));
  const file = path.join(repositoryFolder, "BENCHMARKS.md");
  const before = readFileSync(file, "utf8");
  writeFileSync(file, writeReport({ results, own, counts, seconds, before }));
  say("wrote BENCHMARKS.md and docs/benchmark.svg");
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
