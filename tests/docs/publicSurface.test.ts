import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

/** Everything that a program can import from the package. A removal is a breaking change. */
const surface = [
  "CustomAttributes",
  "Feature",
  "JobResource",
  "ShoppingIntent",
  "Task",
  "TaskRun",
  "TaskRunCompletion",
  "getCustomAttributes",
  "getCustomAttributesList",
  "getCustomAttributesListOutput",
  "getCustomAttributesOutput",
  "getFeature",
  "getFeatureOutput",
  "getFeatures",
  "getFeaturesOutput",
  "getShoppingIntent",
  "getShoppingIntentOutput",
  "getShoppingIntents",
  "getShoppingIntentsOutput",
  "getTask",
  "getTaskOutput",
  "getTaskRun",
  "getTaskRunOutput",
  "getTaskRuns",
  "getTaskRunsOutput",
  "getTasks",
  "getTasksOutput",
  "type CompletedRun",
  "type CustomAttributesArgs",
  "type Drift",
  "type FeatureArgs",
  "type GetCustomAttributesArgs",
  "type GetCustomAttributesListArgs",
  "type GetCustomAttributesListOutputArgs",
  "type GetCustomAttributesListResult",
  "type GetCustomAttributesOutputArgs",
  "type GetCustomAttributesResult",
  "type GetFeatureArgs",
  "type GetFeatureOutputArgs",
  "type GetFeatureResult",
  "type GetFeaturesArgs",
  "type GetFeaturesOutputArgs",
  "type GetFeaturesResult",
  "type GetShoppingIntentArgs",
  "type GetShoppingIntentOutputArgs",
  "type GetShoppingIntentResult",
  "type GetShoppingIntentsArgs",
  "type GetShoppingIntentsOutputArgs",
  "type GetShoppingIntentsResult",
  "type GetTaskArgs",
  "type GetTaskOutputArgs",
  "type GetTaskResult",
  "type GetTaskRunArgs",
  "type GetTaskRunOutputArgs",
  "type GetTaskRunResult",
  "type GetTaskRunsArgs",
  "type GetTaskRunsOutputArgs",
  "type GetTaskRunsResult",
  "type GetTasksArgs",
  "type GetTasksOutputArgs",
  "type GetTasksResult",
  "type IdOrName",
  "type JobArgs",
  "type JobFacts",
  "type KnownStatus",
  "type OnDeleteWhileRunning",
  "type OnDuplicateName",
  "type OnFailure",
  "type OnResultMissing",
  "type OnSourceChange",
  "type RequiredResult",
  "type ResultArgs",
  "type ResultObject",
  "type ShoppingIntentArgs",
  "type SourceArgs",
  "type TaskArgs",
  "type TaskRunArgs",
  "type TaskRunCompletionArgs",
  "type Verify",
  "type WaitFor",
];

const index = path.join(__dirname, "../../provider/src/index.ts");

/** The file holds nothing but lists of names: anything else in it is reported as it is. */
function exportedNames(): readonly string[] {
  const text = readFileSync(index, "utf8");
  const tree = ts.createSourceFile(index, text, ts.ScriptTarget.ES2022, true);
  return tree.statements
    .flatMap((statement) => {
      const list = ts.isExportDeclaration(statement) ? statement.exportClause : undefined;
      if (!list || !ts.isExportDeclaration(statement) || !ts.isNamedExports(list)) {
        return [statement.getText()];
      }
      return list.elements.map(({ name, isTypeOnly }) =>
        isTypeOnly || statement.isTypeOnly ? `type ${name.text}` : name.text,
      );
    })
    .sort();
}

describe("the public surface", () => {
  it("is what it was", () => assert.deepEqual(exportedNames(), surface));
});
