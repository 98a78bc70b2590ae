import assert from "node:assert/strict";
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { type Outcome, succeeded, type TestStack } from "../support/engine";
import { did, type Nclue, told, warned, withNclue } from "../support/withNclue";

// What a scheduled check says, to the letter; the guide's own steps are in guides.test.ts.

const checkCommand = "refresh --preview-only --expect-no-changes --non-interactive".split(" ");
const [NO_DRIFT, DRIFT] = [0, 7];

describe("a check for drift", () => {
  it("says of a missing result that this alone is different, and writes nothing", () =>
    withNclue({}, async (n) => {
      const { stack } = n;
      succeeded(await stack.up());
      const before = await stack.resources();
      await removeResult(n);
      for (const _ of [1, 2]) {
        const seen = await look(stack);
        assert.equal(seen.exitCode, DRIFT, seen.output);
        assert.match(seen.output, /TaskRun scores update .* is missing; an update accepts that/);
        assert.match(seen.output, /error: no changes were expected for refresh but changes were/);
      }
      assert.deepEqual(differences(await look(stack, "--diff")), ['+ drift: "result-missing"']);
      assert.deepEqual(await stack.resources(), before);
    }));

  it("says of a replaced result that this alone is different, whatever onResultMissing says", () =>
    withNclue({}, async (n) => {
      const { stack, program, requests } = n;
      const stubborn = program({ onResultMissing: "rerun" });
      succeeded(await stack.up({ program: stubborn }));
      await putResult(n, "another text");
      const seen = await look(stack, "--diff");
      assert.equal(seen.exitCode, DRIFT);
      assert.match(
        seen.output,
        /warning: the result of task run "scores-.*" \(.*\) was replaced; an/,
      );
      assert.deepEqual(differences(seen), ['+ drift: "result-replaced"']);

      const up = succeeded(await stack.up({ args: ["--refresh"] }));
      assert.ok(did(up).includes("update scores"), did(up).join());
      assert.equal((await stack.resources())[0]?.outputs?.resultSize, "another text".length);
      assert.equal(requests("POST").length, 1);
      await nothingIsDifferent(stack);
    }));

  it("finds none any more where the very object is back, although a refresh has noted it", () =>
    withNclue({}, async (n) => {
      const { stack, buckets, bucket } = n;
      succeeded(await stack.up());
      const body = await buckets.getObject(bucket, await resultKey(n));
      await removeResult(n);
      succeeded(await stack.refresh());
      assert.equal((await stack.resources())[0]?.outputs?.drift, "result-missing");
      assert.equal((await look(stack)).exitCode, DRIFT);
      await putResult(n, body);
      assert.equal((await look(stack)).exitCode, NO_DRIFT);
      succeeded(await stack.refresh());
      assert.equal((await stack.resources())[0]?.outputs?.drift, null);
      await nothingIsDifferent(stack);
    }));

  it("accepts a missing result in one go with up --refresh", () =>
    withNclue({}, async (n) => {
      const { stack, requests } = n;
      succeeded(await stack.up());
      await removeResult(n);
      succeeded(await stack.up({ args: ["--refresh"] }));
      const [resource] = await stack.resources();
      const { resultKey: key, resultUri, resultSize, resultEtag, drift } = resource?.outputs ?? {};
      assert.deepEqual(
        [key, resultUri, resultSize, resultEtag, drift],
        [null, null, null, null, null],
      );
      assert.equal(requests("POST").length, 1);
      succeeded(await stack.preview({ args: ["--expect-no-changes"] }));
      assert.equal((await stack.up({ args: ["--expect-no-changes"] })).failed, false);
    }));

  it("creates the run of a missing result again (rerun), says why, and is empty after", () =>
    withNclue({}, async (n) => {
      const { stack, program, runs, requests } = n;
      succeeded(await stack.up({ program: program({ onResultMissing: "rerun" }) }));
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

  it("takes a store that cannot be reached for no drift, and warns", () =>
    withNclue({}, async (n) => {
      const { stack } = n;
      succeeded(await stack.up());
      const before = await stack.resources();
      await removeResult(n);
      const env = { NCLOUD_OBS_ENDPOINT: "http://127.0.0.1:1" };
      const seen = await stack.cli(checkCommand, { env });
      assert.equal(seen.exitCode, NO_DRIFT, seen.output);
      const said = /warning: the result object cannot be compared with the state \(.*ECONNREFUSED/;
      assert.match(seen.output, said);
      const refresh = succeeded(await stack.refresh({ env, args: ["--expect-no-changes"] }));
      assert.match(told(refresh).join(), said);
      assert.deepEqual(outputsOf(await stack.resources()), outputsOf(before));
      assert.equal((await look(stack)).exitCode, DRIFT);
    }));

  it("of a finished run finds none, however often, and asks only to read", () =>
    withNclue({}, async ({ stack, simulator, requests }) => {
      succeeded(await stack.up());
      simulator.clearLog();
      for (const _ of [1, 2, 3]) {
        const seen = await look(stack);
        assert.equal(seen.exitCode, NO_DRIFT, seen.output);
        assert.doesNotMatch(seen.output, /warning|Diagnostics/);
      }
      assert.deepEqual(requests(), requests("GET"));
    }));

  it("finds none in a run that makes progress as its waitFor lets it, up to its result", () =>
    withNclue({ clock: { frozen: true }, plan: { pendingMs: 1000 } }, async (n) => {
      const { stack, simulator, program, runs } = n;
      simulator.setDefaultPlan({ registeredMs: 1000, inProgressMs: 1000 });
      succeeded(await stack.up({ program: program({ waitFor: "submitted" }) }));
      for (const status of ["registered", "pending", "in_progress", "completed"]) {
        assert.equal((await runs())[0]?.status, status);
        const seen = await look(stack);
        assert.equal(seen.exitCode, NO_DRIFT, `${status}: ${seen.output}`);
        await simulator.advance(1000);
      }
      succeeded(await stack.refresh({ args: ["--expect-no-changes"] }));
      assert.equal((await stack.resources())[0]?.outputs?.resultKey, await resultKey(n));
    }));
});

function look(stack: TestStack, ...more: readonly string[]): Promise<Outcome> {
  return stack.cli([...checkCommand, ...more]);
}

async function nothingIsDifferent(stack: TestStack): Promise<void> {
  succeeded(await stack.preview({ args: ["--expect-no-changes"] }));
  for (const _ of [1, 2]) {
    const seen = await look(stack);
    assert.equal(seen.exitCode, NO_DRIFT, seen.output);
  }
}

/** The lines of `--diff` that something was added to, taken from, or changed in. */
function differences({ output }: Outcome): readonly string[] {
  const lines = output.match(/^ {4,}[+~-] \w+ *: .*$/gm) ?? [];
  return lines.map((line) => line.trim().replace(/ +:/, ":"));
}

function outputsOf(resources: Awaited<ReturnType<TestStack["resources"]>>) {
  return resources.map(({ outputs }) => outputs);
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
