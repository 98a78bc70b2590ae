import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { hashOfKey } from "../../provider/src/kernel/keys";
import { repositoryFolder } from "../../tools/folders.mjs";
import { type StateResource, succeeded } from "../support/engine";
import { type StateSample, sampleKinds } from "../support/stateSamples";
import { type Nclue, withNclue } from "../support/withNclue";

const folder = path.join(repositoryFolder, "tests", "fixtures", "states");

for (const version of readdirSync(folder)) {
  describe(`a state that ${version} has left`, () => {
    for (const file of readdirSync(path.join(folder, version))) {
      const kind = path.basename(file, ".json");
      it(`(${kind}) refreshes and previews without a change`, () =>
        withNclue({}, async (nclue) => {
          const sample = await restore(
            nclue,
            readFileSync(path.join(folder, version, file), "utf8"),
          );
          const { stack } = nclue;
          const program = sampleKinds[kind]?.program(sample.parts);
          assert.ok(program);
          const before = await stack.resources();
          succeeded(await stack.refresh({ program }));
          const after = await stack.resources();
          // A run that nobody waited for may have gone on since.
          if (!/unfinished|completion/.test(kind)) assert.deepEqual(stored(after), stored(before));
          if (kind === "failed") {
            const preview = succeeded(await stack.preview({ program }));
            assert.deepEqual(preview.changes, { replace: 1, same: 1 });
            assert.match(preview.output, /failed: OBS_UPLOAD_FAILED; a new run replaces it/);
          } else {
            succeeded(await stack.refresh({ program, args: ["--expect-no-changes"] }));
            succeeded(await stack.preview({ program, args: ["--expect-no-changes"] }));
          }
          assert.deepEqual(nclue.requests("POST"), []);
        }));
    }
  });
}

function stored(resources: readonly StateResource[]) {
  return resources.map(({ id, inputs, outputs }) => ({ id, inputs, outputs }));
}

/** Puts state, runs and results back as they were, at this test's addresses and with its keys. */
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
  }
  // The runs' results are there already.
  simulator.setSwitches({ results: "none" });
  for (const { family, id, name, createdAtMs, plan, fields } of sample.jobs) {
    const seed = { id, name, createdAtMs, plan };
    if (family === "features") simulator.seedFeature(seed);
    else if (family === "tasks") {
      simulator.seedTask({ ...seed, trainFeatureId: fields.train_feature_id ?? "" });
    } else {
      simulator.seedTaskRun({
        ...seed,
        taskId: fields.task_id ?? "",
        featureId: fields.feature_id ?? "",
        resultBucket: fields.result_bucket ?? "",
        resultFilePath: fields.result_file_path ?? "",
      });
    }
  }
  await stack.importState(sample.deployment);
  return sample;
}
