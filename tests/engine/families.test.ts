import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as nclue from "pulumi-nclue";
import { DRIFT_CHECK, type Outcome, succeeded } from "../support/engine";
import {
  argsOf,
  BEHAVIOUR,
  type Changes,
  FACTS,
  FAMILIES,
  type FamilyName,
  LABELS,
  ownJobs,
  putSources,
  sideBySide,
} from "../support/pipelineParts";
import { did, type Nclue, told, withNclue } from "../support/withNclue";

// A feature, a task, custom attributes and a shopping intent side by side in one stack: each step is
// taken by all of them. Task runs have files of their own in this folder.

describe("a job of every family", () => {
  it("is previewed, created with what the service says of it, left alone, created again when somebody has deleted it, and deleted", () =>
    withSources(async (n) => {
      const { stack, simulator, requests } = n;
      const program = sideBySide(n);
      const preview = succeeded(await stack.preview({ program }));
      assert.deepEqual(told(preview), [
        "info: this update will start 1 new feature, 1 new task, 1 new custom attributes and 1 new shopping intent",
      ]);
      assert.deepEqual(requests(), []);

      assert.deepEqual(told(succeeded(await stack.up())), []);
      const jobs = await ownJobs(n);
      for (const { token, id, outputs = {} } of await states(n)) {
        const family = familyOf(token);
        const { path, idOutput } = FACTS[family];
        const [job, ...more] = jobs[family];
        assert.deepEqual(more, []);
        assert.equal(id, job?.id);
        const { __provider, __nclue, createdAt, completedAt, ...shown } = outputs;
        assert.match(`${createdAt} ${completedAt}`, /^\S+\+09:00 \S+\+09:00$/);
        assert.deepEqual(withoutDigests(shown), {
          ...argsOf(n)[family],
          ...(await measuresOf(n, family, job?.resultKeys[0])),
          [idOutput]: id,
          name: job?.name,
          status: "completed",
          failMessage: null,
        });
        const ofFamily = requests().filter((line) => line.includes(` /${path}`));
        const [list, post, look, ...rivals] = ofFamily;
        assert.deepEqual(
          [list, post, look],
          [`GET /${path}`, `POST /${path}`, `GET /${path}/${id}`],
        );
        // Lists of what could have written a result, for the two families that have one.
        const most = "resultKey" in outputs ? 2 : 0;
        assert.ok(rivals.length <= most && rivals.every((line) => line === `GET /${path}`));
      }

      succeeded(await stack.up({ args: ["--refresh", "--expect-no-changes"] }));
      assert.equal(requests("POST").length, FAMILIES.length);

      // Somebody deletes them all.
      for (const family of FAMILIES) simulator.deleteJob(jobs[family][0]?.id ?? "");
      assert.equal((await stack.cli(DRIFT_CHECK)).exitCode, 7);
      succeeded(await stack.refresh());
      assert.deepEqual(await stack.resources(), []);
      assert.deepEqual(succeeded(await stack.up()).changes, { create: 4, same: 1 });
      const after = await ownJobs(n);
      for (const family of FAMILIES) {
        assert.equal(after[family].length, 1);
        assert.notEqual(after[family][0]?.id, jobs[family][0]?.id);
      }
      assert.deepEqual(requests("DELETE"), []);

      succeeded(await stack.destroy());
      for (const family of FAMILIES) assert.deepEqual((await ownJobs(n))[family], []);
      assert.equal(requests("DELETE").length, FAMILIES.length);
    }));

  it("that failed is replaced by the next up; so is any by a change, --replace and a taint, the old one first where it has a given name", () =>
    withSources(async (n) => {
      const { stack, simulator } = n;
      simulator.setDefaultPlan({ outcome: "failed", failMessage: "OBS_DOWNLOAD_FAILED" });
      const program = sideBySide(n);
      const failed = await stack.up({ program, args: ["--continue-on-error"] });
      assert.equal(failed.exitCode, 1);
      for (const { token, initErrors } of await states(n)) {
        const { noun } = FACTS[familyOf(token)];
        assert.match(`${initErrors}`, new RegExp(`^${noun} ".*failed: OBS_DOWNLOAD_FAILED: `, "s"));
      }
      simulator.setDefaultPlan({ outcome: "completed" });
      await replacesAll(n, () => stack.up());
      for (const [family, jobs] of Object.entries(await ownJobs(n))) {
        assert.equal(jobs[0]?.status, "completed", family);
      }
      await replacesAll(n, () => stack.up({ program: sideBySide(n, otherInputs(n)) }));
      const urns = (await stack.resources()).map(({ urn }) => urn);
      await replacesAll(n, () => stack.up({ args: urns.flatMap((urn) => ["--replace", urn]) }));
      await taintAll(n);
      await replacesAll(n, () => stack.up());
      succeeded(await stack.preview({ args: ["--expect-no-changes"] }));

      const named = { triggers: ["one"], name: "monthly" };
      succeeded(await stack.up({ program: sideBySide(n, ofAll(named)) }));
      const next = sideBySide(n, ofAll({ ...named, triggers: ["two"] }));
      const up = succeeded(await stack.up({ program: next }));
      for (const family of FAMILIES) {
        const steps = did(up).filter((step) => step.endsWith(` ${family}`));
        const expected = ["delete-replaced", "replace", "create-replacement"];
        assert.deepEqual(
          steps.map((step) => step.split(" ")[0]),
          expected,
        );
        assert.deepEqual(
          (await ownJobs(n))[family].map(({ name }) => name),
          ["monthly"],
        );
      }
    }));

  it("is adopted by the import option, and read by get, which leaves it alone at destroy", () =>
    withSources(async (n) => {
      const { stack, requests } = n;
      const ids = seedAll(n);
      const imports = Object.fromEntries(
        FAMILIES.map((family) => [family, { import: ids[family] }]),
      );
      const program = sideBySide(n, {}, imports);
      assert.deepEqual(told(succeeded(await stack.preview({ program }))), []);
      const up = succeeded(await stack.up());
      for (const family of FAMILIES) {
        const { noun } = FACTS[family];
        assert.ok(up.output.includes(`adopted ${noun} "theirs" (${ids[family]}, `), up.output);
      }
      const alone = { program: sideBySide(n), args: ["--refresh", "--expect-no-changes"] };
      succeeded(await stack.up(alone));
      assert.deepEqual(requests("POST"), []);
      const owned = new Map((await states(n)).map(({ token, outputs }) => [token, outputs]));
      const { version, deployment } = await stack.exportState();
      await stack.importState({ version, deployment: { ...deployment, resources: [] } });

      succeeded(await stack.up({ program: reading(ids) }));
      for (const { token, external, outputs = {} } of await states(n)) {
        assert.equal(external, true);
        const { idOutput } = FACTS[familyOf(token)];
        for (const output of [idOutput, "name", "status", "createdAt", "failMessage"]) {
          assert.deepEqual(outputs[output], owned.get(token)?.[output], `${token} ${output}`);
        }
      }
      succeeded(await stack.destroy());
      assert.deepEqual(requests("DELETE"), []);
    }));

  it("with secret arguments has them in no line and, in the state, only encrypted", () =>
    withSources(async (n) => {
      const { stack, buckets, bucket, simulator } = n;
      await buckets.putObject(bucket, `${HIDDEN}.tsv`, "user-1\t1\n");
      const secrets = hiddenInputs();
      const program = sideBySide(n, secrets);
      const outcomes = [
        await stack.preview({ program, args: ["--diff"] }),
        await stack.up(),
        await stack.up({ args: ["--refresh", "--expect-no-changes", "--diff"] }),
      ];
      for (const outcome of outcomes) hides(succeeded(outcome));
      const jobs = await ownJobs(n);
      assert.match(JSON.stringify(jobs), new RegExp(HIDDEN));
      assert.doesNotMatch(JSON.stringify(await stack.exportState()), new RegExp(HIDDEN));
      simulator.setDefaultPlan({ outcome: "failed", failMessage: `no ${HIDDEN} there` });
      const failed = await stack.up({
        program: sideBySide(n, { ...secrets, task: { ...secrets.task, triggers: ["again"] } }),
      });
      assert.equal(failed.failed, true);
      hides(failed);
      assert.doesNotMatch(JSON.stringify(await stack.exportState()), new RegExp(HIDDEN));
    }));
});

const HIDDEN = "customer-4711";

function withSources(fn: (n: Nclue) => Promise<void>): Promise<void> {
  return withNclue({}, async (n) => {
    await putSources(n);
    await fn(n);
  });
}

/** Each of the jobs is another one afterwards, which was there before the old one was deleted. */
async function replacesAll(n: Nclue, replace: () => Promise<Outcome>): Promise<void> {
  const before = await ownJobs(n);
  n.simulator.clearLog();
  const up = succeeded(await replace());
  assert.deepEqual(up.changes, { replace: 4, same: 1 });
  const after = await ownJobs(n);
  for (const family of FAMILIES) {
    const { path } = FACTS[family];
    const [old, ...others] = before[family];
    const [made, ...more] = after[family];
    assert.deepEqual([...others, ...more], []);
    assert.notEqual(made?.id, old?.id);
    const changing = n.requests().filter((line) => /^(POST|DELETE) /.test(line));
    assert.deepEqual(
      changing.filter((line) => line.includes(` /${path}`)),
      [`POST /${path}`, `DELETE /${path}/${old?.id}`],
    );
  }
}

/** What `pulumi state taint` does with each. */
async function taintAll({ stack }: Nclue): Promise<void> {
  const state = await stack.exportState();
  for (const resource of state.deployment.resources ?? []) {
    if (resource.type.includes(":dynamic/nclue:")) resource.taint = true;
  }
  await stack.importState(state);
}

/** One input of each that replaces. */
function otherInputs({ args, bucket }: Nclue): Changes {
  return {
    feature: { sourceFilePath: `${BEHAVIOUR}part-2.tsv` },
    task: { testFeatureId: args.featureId, testBucket: bucket, testFilePath: LABELS },
    customAttributes: { keywords: ["running", "socks"] },
    shoppingIntent: { triggers: ["2026-11"] },
  };
}

function hiddenInputs(): Changes {
  return {
    feature: { sourceFilePath: pulumi.secret(`${HIDDEN}.tsv`) },
    task: { trainFilePath: pulumi.secret(`${HIDDEN}.tsv`) },
    customAttributes: {
      keywords: pulumi.secret([HIDDEN]),
      resultFilePath: pulumi.secret(`${HIDDEN}/`),
    },
    shoppingIntent: { triggers: [pulumi.secret(HIDDEN)] },
  };
}

function ofAll(args: Pick<nclue.JobArgs, "name" | "triggers">): Changes {
  return Object.fromEntries(FAMILIES.map((family) => [family, args]));
}

/** A job of each family with the arguments of the program, as if created in the console. */
function seedAll(n: Nclue): Readonly<Record<FamilyName, string>> {
  const { simulator, bucket, args } = n;
  const name = "theirs";
  const { feature, task, customAttributes } = argsOf(n);
  const seeds = {
    feature: simulator.seed("features", { name, ...(feature as object) }),
    task: simulator.seed("tasks", { name, ...(task as object) }),
    customAttributes: simulator.seed("profile/custom-attributes", {
      name,
      featureId: args.featureId,
      keywordSet: "marathon\nrunning",
      resultBucket: bucket,
      resultFilePath: `${customAttributes.resultFilePath}`,
    }),
    shoppingIntent: simulator.seed("profile/shopping-intents", { name, taskId: args.taskId }),
  };
  return Object.fromEntries(
    FAMILIES.map((family) => [family, seeds[family].id]),
  ) as unknown as Readonly<Record<FamilyName, string>>;
}

const reading = (ids: Readonly<Record<FamilyName, string>>) => async () => {
  nclue.Feature.get("feature", ids.feature);
  nclue.Task.get("task", ids.task);
  nclue.CustomAttributes.get("customAttributes", ids.customAttributes);
  nclue.ShoppingIntent.get("shoppingIntent", ids.shoppingIntent);
};

/** What the service measured, and the result that was found. */
async function measuresOf(n: Nclue, family: FamilyName, key = ""): Promise<object> {
  switch (family) {
    case "feature":
      return { userCount: 2, tokenCount: 4, diskUsage: 45, drift: null };
    case "task":
      return {
        testFeatureId: null,
        testBucket: null,
        testFilePath: null,
        trainFeatureName: n.feature.name,
        testFeatureName: null,
        auroc: 0.8412,
        lineCount: 120,
        diskUsage: 5_242_880,
        drift: null,
      };
    case "customAttributes":
      return {
        featureName: n.feature.name,
        lineCount: 120,
        resultKey: key,
        resultUri: `s3://${n.bucket}/${key}`,
        resultSize: Buffer.byteLength(await n.buckets.getObject(n.bucket, key)),
        drift: null,
      };
    case "shoppingIntent":
      return { taskName: n.task.name, lineCount: 120, diskUsage: 2280 };
  }
}

function withoutDigests({ sourceDigest, resultEtag, ...outputs }: Record<string, unknown>) {
  return outputs;
}

async function states({ stack }: Nclue) {
  const found = (await stack.resources()).map((resource) => ({
    ...resource,
    token: resource.type.split(":").at(-1) ?? "",
  }));
  assert.equal(found.length, FAMILIES.length);
  return found;
}

function familyOf(token: string): FamilyName {
  const family = FAMILIES.find((name) => FACTS[name].token === token);
  assert.ok(family, token);
  return family;
}

function hides({ output }: Outcome): void {
  assert.doesNotMatch(output, new RegExp(HIDDEN));
}
