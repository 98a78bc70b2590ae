import type { FamilyName } from "../../../simulator/src";
import type { Bench } from "./withSimulator";

/** The body of a POST of each family that is accepted. */
export function requestOf(family: FamilyName, { task, feature }: Bench): Record<string, string> {
  const result = { result_bucket: "acme-nclue", result_file_path: "runs/w14/" };
  const bodies: Record<FamilyName, Record<string, string>> = {
    features: { source_bucket: "acme-nclue", source_file_path: "seq/2026-04/" },
    tasks: {
      train_feature_id: feature.id,
      train_bucket: "acme-nclue",
      train_file_path: "labels/train.tsv",
    },
    "task-runs": { task_id: task.id, feature_id: feature.id, ...result },
    "profile/custom-attributes": {
      feature_id: feature.id,
      keyword_set: "running\nmarathon",
      ...result,
    },
    "profile/shopping-intents": { task_id: task.id },
  };
  return { name: "posted", ...bodies[family] };
}

/** Posts a job and gives back its id. */
export async function postJob(
  bench: Bench,
  family: FamilyName,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const reply = await bench.client.post(`/${family}`, { ...requestOf(family, bench), ...changes });
  if (reply.status !== 200) throw new Error(`POST /${family}: ${reply.status} ${reply.text}`);
  const [id] = Object.values(reply.json);
  return String(id);
}
