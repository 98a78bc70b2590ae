import { describeNewJob } from "../describeJob";
import { madeUpFeatureMeasures } from "../madeUpMeasures";
import { checkPath, readNewName, readText } from "../requestChecks";
import { nclueError } from "../serviceError";
import type { Operation } from "./call";
import { createJob } from "./createJob";

/** POST /features. The source is not looked at: what it would hold is made up. */
export const postFeature: Operation = (call) => {
  const name = readNewName(call);
  const bucket = readText(call, "source_bucket");
  const path = readText(call, "source_file_path");
  checkPath(path, call, nclueError.pathCharacter);

  const feature = createJob(call, {
    name,
    parents: [],
    fields: { source_bucket: bucket, source_file_path: path },
    measures: madeUpFeatureMeasures,
  });
  return describeNewJob(feature, call.service);
};
