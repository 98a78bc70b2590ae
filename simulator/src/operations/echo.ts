import { pathAsStored } from "../results/pathAsStored";
import { families } from "../service/families";
import type { Field } from "../service/family";
import type { Job } from "../service/job";
import type { Switches } from "../switches/switchTable";

/** The fields of a job as the service gives them back, which need not be what was sent. */
export function echoOf(job: Job, switches: Switches): Record<string, string | null> {
  const shown: Record<string, string | null> = { ...job.fields };
  for (const field of families[job.family].fields) {
    const value = shown[field.name];
    if (value) shown[field.name] = echoOfValue(value, field, switches);
  }
  return shown;
}

export function echoOfId(id: string, of: "job" | "parent", switches: Switches): string {
  const isUpper =
    switches.echoedIds === "upperCase" ||
    (of === "parent" && switches.echoedIds === "upperCaseParents");
  return isUpper ? id.toUpperCase() : id;
}

/** Takes away what the switch `omittedFields` names. */
export function withoutOmitted<Value>(
  described: Record<string, Value>,
  { omittedFields }: Switches,
): Record<string, Value> {
  if (omittedFields === "") return described;
  const omitted = omittedFields.split(",");
  return Object.fromEntries(Object.entries(described).filter(([key]) => !omitted.includes(key)));
}

function echoOfValue(value: string, field: Field, switches: Switches): string {
  switch (field.kind) {
    case "bucket":
      return value;
    case "parent":
      return echoOfId(value, "parent", switches);
    case "path":
      return echoOfPath(value, switches);
    case "keywords":
      return echoOfKeywords(value, switches.keywordEcho);
  }
}

function echoOfPath(path: string, switches: Switches): string {
  const stored = pathAsStored(path, switches);
  return switches.trailingSlashInAnswers === "dropped" ? stored.replace(/\/+$/, "") : stored;
}

function echoOfKeywords(keywords: string, form: Switches["keywordEcho"]): string {
  switch (form) {
    case "commas":
      return keywords;
    case "commasAndSpaces":
      return keywords.replaceAll(",", ", ");
    case "sorted":
      return keywords.split(",").sort().join(",");
    case "lineBreaks":
      return keywords.replaceAll(",", "\n");
  }
}
