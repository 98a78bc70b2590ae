import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { repositoryFolder } from "../../tools/folders.mjs";
import { type StateSample, sampleKinds } from "./stateSamples";
import { withNclue } from "./withNclue";

// Writes a sample of each kind of state that the version in provider/package.json leaves behind.

async function exportStates(): Promise<void> {
  const manifest = path.join(repositoryFolder, "provider", "package.json");
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  const folder = path.join(repositoryFolder, "tests", "fixtures", "states", version);
  mkdirSync(folder, { recursive: true });
  for (const name of Object.keys(sampleKinds)) {
    const sample = await exportState(name);
    const text = JSON.stringify(sample, withoutPlaces, 2);
    writeFileSync(path.join(folder, `${name}.json`), `${text}\n`);
    console.log(`${version}/${name}.json`);
  }
}

/** Where on this machine the program stands is no part of a sample. */
function withoutPlaces(key: string, value: unknown): unknown {
  return key === "sourcePosition" || key === "stackTrace" ? undefined : value;
}

function exportState(name: string): Promise<StateSample> {
  const kind = sampleKinds[name];
  if (kind === undefined) throw new RangeError(`there is no kind of state ${name}`);
  return withNclue({}, async (nclue) => {
    const { stack, simulator, bucket, buckets, args } = nclue;
    const existing = simulator.seedTaskRun({ name: "existing", ...args });
    await simulator.settle();
    kind.prepare?.(nclue);
    const parts = { args, existingId: existing.id };
    const up = await stack.up({ program: kind.program(parts) });
    if (up.failed !== (kind.fails ?? false)) throw new Error(up.output);
    const deployment = await stack.exportState();
    const runs = await simulator.jobs("task-runs");
    const objects: Record<string, string> = {};
    for (const key of runs.flatMap(({ resultKeys }) => resultKeys)) {
      objects[key] = await buckets.getObject(bucket, key);
    }
    return {
      parts,
      endpoint: simulator.endpoint,
      keyHash: /"keyHash":"(\w+)"/.exec(JSON.stringify(deployment))?.[1] ?? "",
      jobs: [...(await simulator.jobs("features")), ...(await simulator.jobs("tasks")), ...runs],
      objects,
      deployment,
    };
  });
}

exportStates().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
