import { describeNewJob } from "../describeJob";
import { madeUpTaskMeasures } from "../madeUpMeasures";
import {
  checkPath,
  findParent,
  readNewName,
  readOptionalText,
  readParent,
  readText,
} from "../requestChecks";
import { nclueError } from "../serviceError";
import type { Operation } from "./call";
import { createJob } from "./createJob";

/** POST /tasks. The labels are not looked at: how well the model does is made up. */
export const postTask: Operation = (call) => {
  const name = readNewName(call);
  const trainBucket = readText(call, "train_bucket");
  const trainPath = readText(call, "train_file_path");
  checkPath(trainPath, call, nclueError.trainPathCharacter);
  const testBucket = readOptionalText(call, "test_bucket");
  const testPath = readOptionalText(call, "test_file_path");
  if (testPath !== null) checkPath(testPath, call, nclueError.testPathCharacter);

  const trainFeature = readParent(call, "train_feature_id", "features");
  const testFeatureId = readOptionalText(call, "test_feature_id");
  const testFeature =
    testFeatureId === null ? null : findParent(call, "test_feature_id", "features", testFeatureId);
  const features = testFeature ? [trainFeature, testFeature] : [trainFeature];

  const task = createJob(call, {
    name,
    parents: features.map((feature) => feature.id),
    fields: {
      train_feature_id: trainFeature.id,
      train_feature_name: trainFeature.name,
      train_bucket: trainBucket,
      train_file_path: trainPath,
      test_feature_id: testFeature?.id ?? null,
      test_feature_name: testFeature?.name ?? null,
      test_bucket: testBucket,
      test_file_path: testPath,
    },
    measures: madeUpTaskMeasures(features),
  });
  return describeNewJob(task, call.service);
};
