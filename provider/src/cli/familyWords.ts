import { families } from "../domain/families";
import type { Family, FamilyName } from "../domain/family";

/** The command that lists each family; also the words for `--family`. */
export const LIST_COMMANDS: Readonly<Record<FamilyName, string>> = {
  taskRun: "runs",
  task: "tasks",
  feature: "features",
  customAttributes: "attributes",
  shoppingIntent: "intents",
};

/** In the order in which an id is looked for: where it is most likely, first. */
export const ALL_FAMILIES: readonly Family[] = [
  families.taskRun,
  families.task,
  families.feature,
  families.customAttributes,
  families.shoppingIntent,
];

/** The family that a word means: `runs`, `run`, `taskRun`, `task-runs`, `attributes`. */
export function familyOf(word: string): Family | undefined {
  const plain = lettersOf(word);
  return ALL_FAMILIES.find(({ name, noun, nouns }) => {
    const command = LIST_COMMANDS[name];
    const words = [command, command.replace(/s$/, ""), name, noun, nouns];
    return words.some((each) => lettersOf(each) === plain);
  });
}

/** `1 task run`, `3 task runs`, and `3 jobs` of several families. */
export function countJobs(count: number, all: readonly Family[]): string {
  const [family, other] = new Set(all);
  const shown = count.toLocaleString("en-US");
  if (family === undefined || other !== undefined)
    return `${shown} ${count === 1 ? "job" : "jobs"}`;
  return `${shown} ${count === 1 ? family.noun : family.nouns}`;
}

function lettersOf(text: string): string {
  return text.toLowerCase().replace(/[^a-z]/g, "");
}
