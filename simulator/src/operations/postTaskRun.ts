import { describeNewJob } from "../describeJob";
import { checkPath, readNewName, readOptionalText, readParent, readText } from "../requestChecks";
import { nclueError } from "../serviceError";
import type { Call, Operation } from "./call";
import { createJob } from "./createJob";

/** POST /task-runs */
export const postTaskRun: Operation = async (call) => {
  const switches = call.service.switches.read();
  const readResult = switches.resultRequired ? readText : readOptionalText;
  const bucket = readResult(call, "result_bucket");
  const path = readResult(call, "result_file_path");
  if (path !== null) checkPath(path, call, nclueError.pathCharacter);
  // Asked first: between the checks below and the creation nothing may come in between.
  if (bucket !== null) await checkBucket(call, bucket);

  const name = readNewName(call);
  const task = readParent(call, "task_id", "tasks");
  const feature = readParent(call, "feature_id", "features");
  if (switches.featureMustBeTasksOwn && !task.parents.includes(feature.id)) {
    throw nclueError.parameter(switches, "feature_id");
  }

  const run = createJob(call, {
    name,
    parents: [task.id, feature.id],
    fields: {
      task_id: task.id,
      task_name: task.name,
      feature_id: feature.id,
      feature_name: feature.name,
      result_bucket: bucket,
      result_file_path: path,
    },
    measures: { line_count: feature.measures.user_count ?? 0 },
  });
  return describeNewJob(run, call.service);
};

async function checkBucket({ service }: Call, bucket: string): Promise<void> {
  if (!service.switches.read().checkBucketAtPost || !service.resultStore) return;
  if (!(await service.resultStore.bucketExists(bucket))) throw nclueError.pathNotFound();
}
