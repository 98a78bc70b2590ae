import assert from "node:assert/strict";
import path from "node:path";
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import * as nclue from "pulumi-nclue";
import { repositoryFolder } from "../../tools/folders.mjs";
import { startCommand } from "../support/command";
import { type Program, succeeded } from "../support/engine";
import { did, type Nclue, type NclueOptions, told, withNclue } from "../support/withNclue";

const look = "refresh --preview-only --expect-no-changes --non-interactive".split(" ");

// What the guides promise, step by step.

describe("The guide to long runs", () => {
  const segments = ["loyal", "new"];
  const programOf =
    (args: Nclue["args"]): Program =>
    async () => {
      const runs = segments.map(
        (segment) =>
          new nclue.TaskRun(segment, {
            ...args,
            resultFilePath: `${segment}/`,
            waitFor: "submitted",
          }),
      );
      return { runIds: runs.map(({ id }) => id), results: runs.map(({ resultUri }) => resultUri) };
    };

  /** The second step: `npx pulumi-nclue watch --exit-status` with the ids that the stack tells. */
  async function watch({ stack }: Nclue) {
    const { runIds } = await stack.outputs();
    const main = path.join(repositoryFolder, "provider", "dist", "cli", "main.js");
    const args = [main, "watch", "--exit-status", ...(runIds as string[])];
    const options = { cwd: stack.folder, env: stack.env, limitMs: 60_000 };
    return startCommand(process.execPath, args, options);
  }

  const submitted = (options: NclueOptions, fn: (nclue: Nclue) => Promise<void>) =>
    withNclue(options, async (n) => {
      succeeded(await n.stack.up({ program: programOf(n.args) }));
      assert.equal(n.requests("POST").length, 2);
      await fn(n);
    });

  it("starts, watches and collects, and asks for each run once", () =>
    submitted({ plan: { inProgressMs: "never" } }, async (n) => {
      const { stack, simulator, runs, requests, bucket } = n;
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
      assert.equal((await stack.cli(look)).exitCode, 0);
      const command = await watch(n);
      await command.waitForText("in_progress");
      for (const { id } of await runs()) await simulator.completeJob(id);
      assert.equal((await command.ended).exitCode, 0);

      succeeded(await stack.up({ args: ["--refresh"] }));
      assert.equal(requests("POST").length, 2);
      const made = await runs();
      assert.deepEqual((await stack.outputs()).results, [
        ...segments.map((segment) => {
          const run = made.find(({ fields }) => fields.result_file_path === `${segment}/`);
          return `s3://${bucket}/${run?.resultKeys[0]}`;
        }),
      ]);
    }));

  it("ends the watching with 3 where a run failed, which the collecting creates again", () =>
    submitted({}, async (n) => {
      const { stack, simulator, runs, requests } = n;
      const [first] = await runs();
      simulator.failJob(first?.id ?? "", "OBS_UPLOAD_FAILED");
      assert.equal((await (await watch(n)).ended).exitCode, 3);
      succeeded(await stack.up({ args: ["--refresh"] }));
      assert.equal(requests("POST").length, 3);
      assert.equal((await (await watch(n)).ended).exitCode, 0);
      succeeded(await stack.up({ args: ["--refresh"] }));
      assert.equal(requests("POST").length, 3);
      assert.ok(((await stack.outputs()).results as unknown[]).every(Boolean));
    }));
});

describe("The guide to drift", () => {
  it("shows a result that was removed, and forgets it by the next up", () =>
    withNclue({}, async (n) => {
      const { stack, requests } = n;
      succeeded(await stack.up());
      assert.equal((await stack.cli(look)).exitCode, 0);
      await removeResult(n);
      const looked = await stack.cli(look);
      assert.notEqual(looked.exitCode, 0, looked.output);
      assert.match(
        looked.output,
        /warning: the result of task run .* is missing; an update accepts/,
      );
      succeeded(await stack.refresh());
      assert.deepEqual(did(succeeded(await stack.up())), ["update scores"]);
      assert.equal((await stack.outputs()).resultUri, null);
      assert.equal(requests("POST").length, 1);
      assert.equal((await stack.cli(look)).exitCode, 0);
    }));

  it("counts a run that was not waited for to its end, until an update has seen it through", () =>
    withNclue({ plan: { inProgressMs: "never" } }, async (n) => {
      const { stack, simulator, program, runs } = n;
      const impatient = program({}, { customTimeouts: { create: "200ms" } });
      assert.equal((await stack.up({ program: impatient })).failed, true);
      assert.notEqual((await stack.cli(look)).exitCode, 0);
      await simulator.completeJob((await runs())[0]?.id ?? "");
      succeeded(await stack.up({ program: program() }));
      assert.equal((await stack.cli(look)).exitCode, 0);
    }));
});

describe("The guide to working offline", () => {
  it("completes runs without a bucket, with a warning", () =>
    withNclue({ env: { NCLOUD_OBS_ENDPOINT: "http://127.0.0.1:9" } }, async (n) => {
      const { stack, program } = n;
      const up = succeeded(await stack.up({ program: program({ verify: "off" }) }));
      assert.match(told(up).join(), /^warning: .* the result bucket cannot be searched/);
      const { status, resultUri } = await stack.outputs();
      assert.deepEqual({ status, resultUri }, { status: "completed", resultUri: null });
    }));
});

async function removeResult({ buckets, bucket, runs }: Nclue): Promise<void> {
  const [key = ""] = (await runs())[0]?.resultKeys ?? [];
  await buckets.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
}
