import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { hashOfKey } from "../../provider/src/kernel/keys";
import type { JobView } from "../../simulator/src";
import { repositoryFolder } from "../../tools/folders.mjs";
import { type StateResource, succeeded } from "../support/engine";
import { type StateSample, sampleKinds } from "../support/stateSamples";
import { type Nclue, told, withNclue } from "../support/withNclue";

const folder = path.join(repositoryFolder, "tests", "fixtures", "states");
const manifest = path.join(repositoryFolder, "provider", "package.json");
const { version: currentVersion } = JSON.parse(readFileSync(manifest, "utf8"));

for (const version of readdirSync(folder)) {
  describe(`a state that ${version} has left`, () => {
    for (const file of readdirSync(path.join(folder, version))) {
      const name = path.basename(file, ".json");
      it(`(${name}) refreshes and previews without a change of its own`, () =>
        withNclue({ secrets: "passphrase" }, async (nclue) => {
          const text = readFileSync(path.join(folder, version, file), "utf8");
          const sample = await restore(nclue, text);
          const { stack } = nclue;
          const kind = sampleKinds[version]?.[name];
          assert.ok(kind);
          const program = kind.program(sample.parts);
          const before = await stack.resources();
          const args = kind.preview === undefined ? ["--expect-no-changes"] : [];
          succeeded(await stack.refresh({ program, args }));
          const after = await stack.resources();
          // A run that nobody waited for may have gone on since.
          if (!/unfinished|completion/.test(name)) {
            const shown = version === currentVersion ? stored : storedBeforeThis;
            assert.deepEqual(shown(after), shown(before));
          }
          if (kind.preview === undefined) {
            succeeded(await stack.preview({ program, args }));
          } else {
            const preview = succeeded(await stack.preview({ program }));
            assert.deepEqual(preview.changes, kind.preview.changes);
            for (const said of kind.preview.says) assert.match(told(preview).join("\n"), said);
          }
          assert.deepEqual(nclue.requests("POST"), []);
        }));
    }
  });
}

/** A secret is encrypted with other random bytes each time. */
function stored(resources: readonly StateResource[]): readonly Partial<StateResource>[] {
  const shown = resources.map(({ id, inputs, outputs }) => ({ id, inputs, outputs }));
  return JSON.parse(JSON.stringify(shown), (key, value) => (key === "ciphertext" ? "*" : value));
}

/** A refresh notes beside the outputs what later releases keep, too. */
function storedBeforeThis(resources: readonly StateResource[]) {
  return stored(resources).map(({ outputs: { __nclue, ...outputs } = {}, ...resource }) => ({
    ...resource,
    outputs,
  }));
}

/** Puts state, jobs and objects back as they were, at this test's addresses and with its keys. */
async function restore(nclue: Nclue, text: string): Promise<StateSample> {
  const { stack, simulator, buckets, bucket } = nclue;
  const written = JSON.parse(text) as StateSample;
  const sample = JSON.parse(
    text
      .replaceAll(written.endpoint, simulator.endpoint)
      .replaceAll(written.parts.args.resultBucket, bucket)
      .replaceAll(written.keyHash, hashOfKey(buckets.accessKey)),
  ) as StateSample;
  for (const [key, body] of Object.entries(sample.objects)) {
    await buckets.putObject(bucket, key, body);
    const job = sample.jobs.find(({ resultKeys }) => resultKeys.includes(key));
    if (typeof job?.endsAtMs === "number") buckets.setModified(bucket, key, job.endsAtMs);
  }
  // The jobs' results are there already.
  simulator.setSwitches({ results: "none" });
  for (const job of sample.jobs) simulator.seed(job.family, seedOf(job));
  await stack.importState(sample.deployment);
  return sample;
}

/** The job as a seed: `task_id` is `taskId`, and the names of parents are known from these. */
function seedOf({ id, name, createdAtMs, plan, fields }: JobView): object {
  const own = Object.entries(fields).flatMap(([field, value]) => {
    if (value === null || field.endsWith("_name")) return [];
    const key = field.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    return [[key, value]];
  });
  return { id, name, createdAtMs, plan, ...Object.fromEntries(own) };
}
