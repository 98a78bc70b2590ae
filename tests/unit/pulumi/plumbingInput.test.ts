import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { families } from "../../../provider/src/domain/families";
import { plumbingInput } from "../../../provider/src/pulumi/plumbingInput";
import { TYPE_TOKENS } from "../../../provider/src/pulumi/typeTokens";
import { isKnown, unknown } from "../../support/promised";

type State = Readonly<Record<string, { type: string; outputs: object }>>;

const urnOf = (name: string, type: string = TYPE_TOKENS.taskRun) =>
  `urn:pulumi:dev::churn::${type}::${name}`;

/** A task run of the state. */
const held = (runId: string, more: object = {}) => ({
  type: TYPE_TOKENS.taskRun,
  outputs: { runId, taskId: "task-1", createdAt: "2026-11-01T09:00:00+09:00", ...more },
});

interface Options {
  readonly state?: State | "unreadable";
  readonly args?: Readonly<Record<string, unknown>>;
  readonly options?: pulumi.CustomResourceOptions;
  readonly isPreview?: boolean;
}

/** The plumbing of the task run `scores`. */
async function plumbing({ state = {}, args = {}, options = {}, isPreview = false }: Options) {
  const calls: string[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
      call: ({ token, inputs }) => {
        calls.push(`${token} ${inputs.stackName}`);
        if (state === "unreadable") throw new Error("no state");
        return { outputs: state };
      },
    },
    "churn",
    "dev",
    isPreview,
    "acme",
  );
  const found = await plumbingInput({
    type: TYPE_TOKENS.taskRun,
    name: "scores",
    args,
    options,
    family: families.taskRun,
  });
  return { found: found as Record<string, unknown>, calls };
}

describe("the plumbing of a resource", () => {
  it("says who it is, and nothing that says nothing", async () => {
    const { found, calls } = await plumbing({});
    assert.deepEqual(found, {
      urn: urnOf("scores"),
      organization: "acme",
      project: "churn",
      stack: "dev",
      logicalName: "scores",
      dryRun: false,
      stateWasRead: true,
    });
    assert.deepEqual(calls, ["pulumi:pulumi:readStackResourceOutputs acme/churn/dev"]);
  });

  it("says that the state could not be read", async () => {
    const { found } = await plumbing({ state: "unreadable" });
    assert.equal("stateWasRead" in found, false);
  });

  it("hands on time-outs and import", async () => {
    const options = { customTimeouts: { create: "4h" }, import: "run-1" };
    const { found } = await plumbing({ options });
    assert.deepEqual([found.timeouts, found.importId], [{ create: "4h" }, "run-1"]);
  });
});

describe("what the state holds", () => {
  it("is the job's own id by its type, though other ids are among the outputs", async () => {
    const state = { [urnOf("scores")]: held("run-1", { featureId: "feature-1" }) };
    const { found } = await plumbing({ state });
    assert.deepEqual(found.inState, {
      id: "run-1",
      createdAt: "2026-11-01T09:00:00+09:00",
      importedIds: [],
    });
    assert.equal("otherJobIds" in found, false);
  });

  it("is found under an alias too, by name, by type with a parent, and by URN", async () => {
    for (const alias of ["old", { name: "old" }, urnOf("old")]) {
      const options = {
        aliases: [typeof alias === "string" && alias === "old" ? { name: alias } : alias],
      };
      const { found } = await plumbing({ state: { [urnOf("old")]: held("run-1") }, options });
      assert.equal((found.inState as { id: string }).id, "run-1");
      assert.equal(found.urn, urnOf("scores"));
      assert.equal("otherJobIds" in found, false);
    }
  });

  it("includes what was imported, in the form of each release", async () => {
    for (const __nclue of [{ importId: "run-1" }, { importedIds: ["run-1"] }]) {
      const { found } = await plumbing({
        state: { [urnOf("scores")]: held("run-2", { __nclue }) },
      });
      assert.deepEqual((found.inState as { importedIds: string[] }).importedIds, ["run-1"]);
    }
  });
});

describe("what an import has taken", () => {
  const outputs = {
    __nclue: { taken: ["resultBucket", "resultFilePath", "testBucket"] },
    resultBucket: "acme-results",
    resultFilePath: "console/",
    testBucket: null,
  };
  const state = { [urnOf("scores")]: held("run-1", outputs) };
  const takenOf = async (options: pulumi.CustomResourceOptions) =>
    Object((await plumbing({ state, options })).found.inState).taken;

  it("is handed on as far as there is anything", async () => {
    assert.deepEqual(await takenOf({}), {
      resultBucket: "acme-results",
      resultFilePath: "console/",
    });
  });

  it("is left out where the program says that the output must not be shown", async () => {
    const options = { additionalSecretOutputs: ["resultFilePath"] };
    assert.deepEqual(await takenOf(options), { resultBucket: "acme-results" });
    const both = { additionalSecretOutputs: ["resultFilePath", "resultBucket"] };
    assert.equal(await takenOf(both), undefined);
  });
});

describe("the parents whose name is secret", () => {
  const taskUrn = urnOf("churn", TYPE_TOKENS.task);
  const stateWith = (secrets: readonly string[]) => ({
    [taskUrn]: { type: TYPE_TOKENS.task, outputs: { taskId: "task-1", __nclue: { secrets } } },
  });
  const of = async (secrets: readonly string[], taskId: unknown) =>
    (await plumbing({ state: stateWith(secrets), args: { taskId, featureId: "f" } })).found
      .secretlyNamed;

  it("are those of the stack whose state says so, in whatever case an id is", async () => {
    assert.deepEqual(await of(["name"], "task-1"), ["task-1"]);
    assert.deepEqual(await of(["name"], pulumi.output("TASK-1")), ["TASK-1"]);
  });

  it("are none where another argument is secret, or the job is another's", async () => {
    assert.equal(await of(["trainFilePath"], "task-1"), undefined);
    assert.equal(await of(["name"], "task-2"), undefined);
    assert.equal(await of(["name"], unknown(pulumi)), undefined);
  });
});

describe("the jobs of other resources", () => {
  const state: State = {
    [urnOf("scores")]: held("own"),
    [urnOf("acme:index:Team$x::scores")]: held("same-logical-name"),
    [urnOf("weekly")]: held("same-name", { name: "weekly scores" }),
    [urnOf("imported")]: held("to-import"),
    [urnOf("many")]: held("unrelated"),
    [urnOf("read")]: held("read", { name: "weekly scores", __nclue: { isExternal: true } }),
    [urnOf("other", TYPE_TOKENS.task)]: {
      type: TYPE_TOKENS.task,
      outputs: { taskId: "task-1", name: "weekly scores" },
    },
  };

  it("are named where their generated names could be equal", async () => {
    assert.deepEqual((await plumbing({ state })).found.otherJobIds, ["same-logical-name"]);
  });

  it("are named where they have the given name, but for those that are only read", async () => {
    for (const name of ["weekly scores", pulumi.output("weekly scores")]) {
      const { found } = await plumbing({ state, args: { name } });
      assert.deepEqual(found.otherJobIds, ["same-logical-name", "same-name"]);
    }
  });

  it("are named where they have the given name in another case or form", async () => {
    for (const name of ["Weekly Scores ", "weekly scores".normalize("NFD").toUpperCase()]) {
      const { found } = await plumbing({ state, args: { name } });
      assert.deepEqual(found.otherJobIds, ["same-logical-name", "same-name"]);
    }
  });

  it("are all named where it may adopt by name, which a transform may set", async () => {
    const { found } = await plumbing({ state, args: { onDuplicateName: "adopt" } });
    const all = ["same-logical-name", "same-name", "to-import", "unrelated"];
    assert.deepEqual([...(found.otherJobIds as string[])].sort(), all);
  });

  it("are named where they are of the same content: a service may tell no names", async () => {
    const { found } = await plumbing({
      state: { [urnOf("a")]: held("a"), [urnOf("b")]: held("b", { taskId: "task-2" }) },
      args: { taskId: pulumi.output("TASK-1"), featureId: unknown(pulumi) },
    });
    assert.deepEqual(found.otherJobIds, ["a"]);
  });

  it("are named where one is to be imported", async () => {
    const { found } = await plumbing({ state, options: { import: "to-import" } });
    assert.deepEqual(found.otherJobIds, ["same-logical-name", "to-import"]);
  });
});

describe("secret arguments", () => {
  it("are named in order, wherever in the value the secret is", async () => {
    const args = {
      triggers: [1, { deep: [pulumi.secret("x")] }],
      taskId: pulumi.secret("task-1"),
      featureId: pulumi.output("feature-1"),
      resultBucket: "bucket",
      resultFilePath: Promise.resolve(pulumi.secret("hidden/")),
    };
    const { found } = await plumbing({ args });
    assert.deepEqual(found.secrets, ["resultFilePath", "taskId", "triggers"]);
    assert.doesNotMatch(JSON.stringify(found), /hidden/);
  });

  it("end for an object that holds itself", async () => {
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    const { found } = await plumbing({ args: { triggers: [Promise.resolve(loop)] } });
    assert.equal("secrets" in found, false);
  });
});

describe("a replacement trigger", () => {
  const withTrigger = (replacementTrigger: unknown, isPreview = false) =>
    plumbing({ isPreview, options: { replacementTrigger } as pulumi.CustomResourceOptions });
  const digestOf = async (trigger: unknown) => {
    const { replacementTrigger } = (await withTrigger(trigger)).found;
    return (replacementTrigger as { promise(): Promise<string> }).promise();
  };

  it("is digested", async () => {
    assert.match(await digestOf("2026-11"), /^[0-9a-f]{64}$/);
    assert.equal(await digestOf(pulumi.output("2026-11")), await digestOf("2026-11"));
    assert.notEqual(await digestOf("2026-12"), await digestOf("2026-11"));
  });

  it("is left out where it is secret, since its digest could be guessed", async () => {
    const { found } = await withTrigger(pulumi.secret("2026-11"));
    assert.equal("replacementTrigger" in found, false);
  });

  it("is unknown while its value is", async () => {
    const { replacementTrigger } = (await withTrigger(unknown(pulumi), true)).found;
    assert.equal(await isKnown(replacementTrigger as pulumi.Output<string>), false);
  });
});

describe("what the same program may create", () => {
  const args = { resultBucket: "bucket", resultFilePath: "churn/", taskId: "task-1" };

  it("is nothing where the program gives plain texts", async () => {
    const { found } = await plumbing({ args });
    assert.equal("mayBeCreated" in found, false);
  });

  it("is each place that comes out of a resource", async () => {
    await plumbing({});
    const bucket = new pulumi.ComponentResource("acme:index:Bucket", "bucket");
    const resultBucket = bucket.urn.apply(() => "bucket");
    const { found } = await plumbing({ args: { ...args, resultBucket } });
    assert.deepEqual(found.mayBeCreated, ["resultBucket"]);
  });

  it("is every place where the resource depends on others", async () => {
    await plumbing({});
    const dependsOn = new pulumi.ComponentResource("acme:index:Bucket", "bucket");
    const { found } = await plumbing({ args, options: { dependsOn } });
    assert.deepEqual(found.mayBeCreated, ["resultBucket", "resultFilePath"]);
  });
});
