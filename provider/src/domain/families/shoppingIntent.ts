import type { Family } from "../family";
import { idOf } from "../field";
import { count, text } from "../measure";

/** @see https://api.ncloud-docs.com/docs/nclue-postshoppingintent */
export const shoppingIntent: Family = {
  name: "shoppingIntent",
  noun: "shopping intent",
  short: "shopping intent",
  nouns: "shopping intents",
  path: "/profile/shopping-intents",
  list: "profiles",
  stem: "profile",
  fields: { taskId: idOf("task", "task_id", { words: "of task", nameIn: "taskName" }) },
  measures: {
    taskName: text("task_name"),
    lineCount: count("line_count", "# lines"),
    diskUsage: count("disk_usage"),
  },
  alike: "taskId",
  createTimeout: "2h",
};
