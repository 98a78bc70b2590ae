import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { repositoryFolder } from "../../tools/folders.mjs";
import { startCommand } from "../support/command";
import { succeeded, type TestStack } from "../support/engine";
import { guideBuckets, guideCommands, guideProgram } from "../support/guideProgram";
import { told, withNclue } from "../support/withNclue";

const guide = "docs/guides/first-run.md";
const main = path.join(repositoryFolder, "provider", "dist", "cli", "main.js");

// Each command of the guide, in its order, in a fresh folder.
describe("The guide to the first run", () => {
  before(guideBuckets);

  it("leads from ids to a file on disk", () =>
    withNclue({ program: guideProgram(guide) }, async ({ simulator, stack, requests }) => {
      const featureId = "c2f0b9d8-5e21-4b7a-a6c4-90d1ff420005";
      const taskId = "7a1d9e40-11aa-4d52-8f0e-5c9b7e330010";
      simulator.seedFeature({ id: featureId, name: "members-2026-11" });
      simulator.seedTask({ id: taskId, name: "churn-2026", trainFeatureId: featureId });
      const [tasks = [], features = [], doctor = [], watch = []] = guideCommands(guide);
      const [download = []] = guideCommands("docs/guides/get-the-result.md");

      assert.ok((await run(stack, tasks)).includes(taskId));
      assert.ok((await run(stack, features)).includes(featureId));
      await run(stack, doctor);
      const preview = told(succeeded(await stack.preview()));
      assert.ok(preview.includes("info: this update will start 1 new task run"), preview.join());
      assert.equal(requests("POST").length, 0);

      succeeded(await stack.up());
      const { status, result } = await stack.outputs();
      assert.equal(status, "completed");
      assert.match(String(result), /^s3:\/\/acme-results\/churn\/2026-11\/nclue_.*\.tsv$/);
      const id = String((await stack.resources())[0]?.id);
      assert.match(await run(stack, watch, id), /completed/);
      await run(stack, download, id);
      assert.ok(readFileSync(path.join(stack.folder, "scores.tsv"), "utf8").includes("\t"));
    }));
});

/** What a command prints. A `<…>` in it is the job's id. */
async function run(stack: TestStack, words: readonly string[], id = ""): Promise<string> {
  const args = [main, ...words.map((word) => (word.startsWith("<") ? id : word))];
  const options = { cwd: stack.folder, env: stack.env, limitMs: 60_000 };
  const { exitCode, output } = await (await startCommand(process.execPath, args, options)).ended;
  assert.equal(exitCode, 0, `${words.join(" ")}\n${output}`);
  return output;
}
