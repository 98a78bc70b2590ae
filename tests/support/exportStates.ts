import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { repositoryFolder } from "../../tools/folders.mjs";
import { putSources } from "./pipelineParts";
import { type SampleKind, type StateSample, sampleKinds } from "./stateSamples";
import { type Nclue, withNclue } from "./withNclue";

// Writes a sample of each kind of state that the version in provider/package.json leaves behind.

const FAMILIES = [
  "features",
  "tasks",
  "task-runs",
  "profile/custom-attributes",
  "profile/shopping-intents",
] as const;

async function exportStates(): Promise<void> {
  const manifest = path.join(repositoryFolder, "provider", "package.json");
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  const folder = path.join(repositoryFolder, "tests", "fixtures", "states", version);
  mkdirSync(folder, { recursive: true });
  for (const [name, kind] of Object.entries(sampleKinds[version] ?? {})) {
    const sample = await exportState(kind);
    const text = JSON.stringify(sample, withoutPlaces, 2);
    writeFileSync(path.join(folder, `${name}.json`), `${text}\n`);
    console.log(`${version}/${name}.json`);
  }
}

/** Where on this machine the program stands is no part of a sample. */
function withoutPlaces(key: string, value: unknown): unknown {
  return key === "sourcePosition" || key === "stackTrace" ? undefined : value;
}

function exportState(kind: SampleKind): Promise<StateSample> {
  // With made-up measures, as those of the jobs are that the sample is restored with.
  const switches = { sources: "ignored" } as const;
  return withNclue({ switches, secrets: "passphrase" }, async (nclue) => {
    const { stack, simulator, args } = nclue;
    await putSources(nclue);
    const existing = simulator.seedTaskRun({ name: "existing", ...args });
    await simulator.settle();
    kind.prepare?.(nclue);
    const parts = { args, existingId: existing.id };
    const program = kind.program(parts);
    const up = await stack.up({ program, args: ["--continue-on-error"] });
    if (up.failed !== (kind.fails ?? false)) throw new Error(up.output);
    await kind.afterwards?.(nclue);
    const deployment = await stack.exportState();
    const jobs = await Promise.all(FAMILIES.map((family) => simulator.jobs(family)));
    return {
      parts,
      endpoint: simulator.endpoint,
      keyHash: /"keyHash":"(\w+)"/.exec(JSON.stringify(deployment))?.[1] ?? "",
      jobs: jobs.flat(),
      objects: await objectsOf(nclue),
      deployment,
    };
  });
}

async function objectsOf({ buckets, bucket }: Nclue): Promise<Record<string, string>> {
  const { Contents = [] } = await buckets.client.send(new ListObjectsV2Command({ Bucket: bucket }));
  const keys = Contents.flatMap(({ Key }) => Key ?? []);
  const bodies = await Promise.all(
    keys.map(async (key) => [key, await buckets.getObject(bucket, key)]),
  );
  return Object.fromEntries(bodies);
}

exportStates().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
