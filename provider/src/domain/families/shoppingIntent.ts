import { familyOf } from "../family";
import { idOf } from "../field";
import { count, text } from "../measure";

/** @see https://api.ncloud-docs.com/docs/nclue-postshoppingintent */
export const shoppingIntent = familyOf({
  name: "shoppingIntent",
  noun: "shopping intent",
  stem: "profile",
  path: "/profile/shopping-intents",
  fields: { taskId: idOf("task", "task_id", "of task") },
  measures: {
    taskName: text("task_name"),
    lineCount: count("line_count", "# lines"),
    diskUsage: count("disk_usage"),
  },
  alike: "taskId",
});
