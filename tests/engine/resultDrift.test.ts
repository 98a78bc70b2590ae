import assert from "node:assert/strict";
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { DRIFT_CHECK, type Outcome, succeeded, type TestStack } from "../support/engine";
import { did, type Nclue, told, warned, withNclue } from "../support/withNclue";

// What a scheduled check says, to the letter; the guide's own steps are in guides.test.ts.

const [NO_DRIFT, DRIFT] = [0, 7];

describe("a check for drift", () => {
  it("says of a missing result that this alone is different, and writes nothing; a refresh notes it until it is back or accepted", () =>
    withNclue({}, async (n) => {
      const { stack, simulator, buckets, bucket, requests } = n;
      succeeded(await stack.up());
      simulator.clearLog();
      const clean = await look(stack);
      assert.equal(clean.exitCode, NO_DRIFT, clean.output);
      assert.doesNotMatch(clean.output, /warning|Diagnostics/);
      assert.deepEqual(requests(), requests("GET"));

      const before = await stack.resources();
      const body = await buckets.getObject(bucket, await resultKey(n));
      await removeResult(n);
      const seen = await look(stack);
      assert.equal(seen.exitCode, DRIFT, seen.output);
      assert.match(seen.output, /TaskRun scores update .* is missing; an update accepts that/);
      assert.match(seen.output, /error: no changes were expected for refresh but changes were/);
      const detailed = await look(stack, "--diff");
      assert.equal(detailed.exitCode, DRIFT, detailed.output);
      assert.deepEqual(differences(detailed), ['+ drift: "result-missing"']);

      // A store that cannot be reached is no drift.
      const env = { NCLOUD_OBS_ENDPOINT: "http://127.0.0.1:1" };
      const unread = await stack.cli(DRIFT_CHECK, { env });
      assert.equal(unread.exitCode, NO_DRIFT, unread.output);
      const said = /warning: the result object cannot be compared with the state \(.*ECONNREFUSED/;
      assert.match(unread.output, said);
      assert.deepEqual(await stack.resources(), before);

      succeeded(await stack.refresh());
      assert.equal((await stack.resources())[0]?.outputs?.drift, "result-missing");
      await putResult(n, body);
      const back = await look(stack);
      assert.equal(back.exitCode, NO_DRIFT, back.output);
      succeeded(await stack.refresh());
      assert.equal((await stack.resources())[0]?.outputs?.drift, null);

      await removeResult(n);
      succeeded(await stack.up({ args: ["--refresh"] }));
      const [resource] = await stack.resources();
      const { resultKey: key, resultUri, resultSize, resultEtag, drift } = resource?.outputs ?? {};
      assert.deepEqual(
        [key, resultUri, resultSize, resultEtag, drift],
        [null, null, null, null, null],
      );
      assert.deepEqual(requests("POST"), []);
      await nothingIsDifferent(stack);
    }));

  it("says of a replaced result that this alone is different; a missing one has its run made again (rerun)", () =>
    withNclue({}, async (n) => {
      const { stack, program, runs, requests } = n;
      succeeded(await stack.up({ program: program({ onResultMissing: "rerun" }) }));
      await putResult(n, "another text");
      const replaced = await look(stack, "--diff");
      assert.equal(replaced.exitCode, DRIFT, replaced.output);
      assert.match(
        replaced.output,
        /warning: the result of task run "scores-.*" \(.*\) was replaced; an/,
      );
      assert.deepEqual(differences(replaced), ['+ drift: "result-replaced"']);
      const accepted = succeeded(await stack.up({ args: ["--refresh"] }));
      assert.ok(did(accepted).includes("update scores"), did(accepted).join());
      assert.equal((await stack.resources())[0]?.outputs?.resultSize, "another text".length);
      assert.equal(requests("POST").length, 1);

      const [old] = await runs();
      await removeResult(n);
      const why =
        `warning: the result of task run "${old?.name}" (${old?.id}) is missing; ` +
        'a new run replaces it (onResultMissing: "rerun")';
      const seen = await look(stack);
      assert.equal(seen.exitCode, DRIFT);
      assert.ok(seen.output.includes(why), seen.output);
      assert.equal(requests("POST").length, 1);

      succeeded(await stack.refresh());
      const preview = succeeded(await stack.preview());
      assert.equal(preview.changes.replace, 1);
      assert.deepEqual(warned(preview), [why]);
      const up = succeeded(await stack.up());
      assert.deepEqual(told(up), [why]);
      const [made, ...others] = await runs();
      assert.deepEqual(others, []);
      assert.notEqual(made?.id, old?.id);
      const [resource] = await stack.resources();
      assert.equal(resource?.outputs?.resultKey, made?.resultKeys[0]);
      assert.equal(resource?.outputs?.drift, null);
      await nothingIsDifferent(stack);
    }));
});

function look(stack: TestStack, ...more: readonly string[]): Promise<Outcome> {
  return stack.cli([...DRIFT_CHECK, ...more]);
}

async function nothingIsDifferent(stack: TestStack): Promise<void> {
  succeeded(await stack.preview({ args: ["--refresh", "--expect-no-changes"] }));
}

/** The lines of `--diff` that something was added to, taken from, or changed in. */
function differences({ output }: Outcome): readonly string[] {
  const lines = output.match(/^ {4,}[+~-] \w+ *: .*$/gm) ?? [];
  return lines.map((line) => line.trim().replace(/ +:/, ":"));
}

async function resultKey({ runs }: Nclue): Promise<string> {
  return (await runs())[0]?.resultKeys[0] ?? "";
}

async function removeResult(n: Nclue): Promise<void> {
  const { buckets, bucket } = n;
  await buckets.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: await resultKey(n) }));
}

async function putResult(n: Nclue, body: string): Promise<void> {
  await n.buckets.putObject(n.bucket, await resultKey(n), body);
}
