import assert from "node:assert/strict";
import type { BucketState } from "../../provider/src/storage/objectStore";
import { UNKNOWN, withLifecycle } from "../support/withLifecycle";

/** Whatever a failure's text is, it belongs to these properties. */
const properties = ({ failures }: { failures: readonly { property: string }[] }) =>
  failures.map(({ property }) => property);

describe("check", () => {
  it("finds nothing wrong with what is fine, and takes out what only check needs", () =>
    withLifecycle(async ({ plugin, inputs }) => {
      const news = inputs({}, { dryRun: true, mayBeCreated: ["resultBucket"] });
      const { inputs: checked, failures } = await plugin.check({}, news);
      assert.deepEqual(failures, []);
      assert.deepEqual(checked, inputs());
      assert.equal(plugin.ctx.update.isPreview, true);
    }));

  it("gives a preview and its update the same inputs", () =>
    withLifecycle(async ({ newProcess, inputs }) => {
      const preview = await newProcess().check({}, inputs({}, { dryRun: true }));
      const update = await newProcess().check({}, inputs({}, { dryRun: false }));
      assert.deepEqual(preview, update);
    }));

  it("tells all problems of all arguments at once, each on its own property", () =>
    withLifecycle(async ({ plugin, inputs, requests }) => {
      const checked = await plugin.check(
        {},
        inputs(
          { taskId: "", resultBucket: "X", waitFor: "soon", verify: "maybe" },
          { timeouts: { create: "never" } },
        ),
      );
      assert.deepEqual(properties(checked), [
        "taskId",
        "resultBucket",
        "resultBucket",
        "waitFor",
        "verify",
        "",
      ]);
      assert.match(checked.failures.at(-1)?.reason ?? "", /^customTimeouts: create must be/);
      assert.deepEqual(requests(), []);
    }));

  it("names no property where the argument is secret: the engine would print its value", () =>
    withLifecycle(async ({ plugin, inputs, store }) => {
      const secrets = ["resultBucket", "resultFilePath"];
      store.states.set("acme-secret", { kind: "missing" });
      const broken = inputs(
        { resultBucket: "acme-secret", resultFilePath: "a&secret" },
        { secrets },
      );
      const { failures } = await plugin.check({}, broken);
      assert.deepEqual(properties({ failures }), ["", ""]);
      for (const { reason } of failures) {
        assert.match(reason, /^result(Bucket|FilePath): /);
        assert.doesNotMatch(reason, /secret/);
      }
    }));

  it("skips what is unknown", () =>
    withLifecycle(async ({ plugin, inputs, store }) => {
      const unknown = Object.fromEntries(
        ["name", "taskId", "featureId", "resultBucket", "resultFilePath", "triggers", "verify"].map(
          (name) => [name, UNKNOWN],
        ),
      );
      assert.deepEqual((await plugin.check({}, inputs(unknown), true)).failures, []);
      assert.deepEqual(store.looks, []);
    }));

  it("leaves alone what has not changed: a bucket deleted since, a rule that came later", () =>
    withLifecycle(async ({ plugin, inputs, store }) => {
      store.states.set("acme-results", { kind: "missing" });
      const olds = inputs({ resultFilePath: "a&b", name: "" });
      const { failures } = await plugin.check(olds, { ...olds, onFailure: "fail" });
      assert.deepEqual(failures, []);
      assert.deepEqual(store.looks, []);
    }));

  const states: readonly (readonly [BucketState["kind"], RegExp, "fails" | "warns"])[] = [
    ["missing", /does not exist \(404\)/, "fails"],
    ["forbidden", /forbidden \(403\).*verify: "off"/, "fails"],
    ["elsewhere", /another region/, "fails"],
    ["unreachable", /Object Storage cannot be reached/, "warns"],
  ];
  for (const [kind, words, inPreview] of states) {
    const state = (kind === "unreachable" ? { kind, cause: "HTTP 503" } : { kind }) as BucketState;
    it(`a bucket that is ${kind} ${inPreview} in a preview, and fails in an update`, () =>
      withLifecycle(async ({ newProcess, inputs, store }) => {
        store.states.set("acme-results", state);
        const preview = newProcess();
        const { failures } = await preview.check({}, inputs(), true);
        const told =
          inPreview === "fails" ? failures.map(({ reason }) => reason) : preview.log.texts("warn");
        assert.equal(failures.length, inPreview === "fails" ? 1 : 0);
        assert.match(told[0] ?? "", words);
        const checked = await newProcess().check({}, inputs(), false);
        assert.deepEqual(properties(checked), ["resultBucket"]);
        assert.match(checked.failures[0]?.reason ?? "", words);
      }));
  }

  it("a missing bucket that the same program may make only warns in a preview", () =>
    withLifecycle(async ({ newProcess, inputs, store }) => {
      store.states.set("acme-results", { kind: "missing" });
      const news = inputs({}, { mayBeCreated: ["resultBucket"] });
      const preview = newProcess();
      assert.deepEqual((await preview.check({}, news, true)).failures, []);
      assert.match(preview.log.texts("warn")[0] ?? "", /does not exist/);
      assert.deepEqual(properties(await newProcess().check({}, news, false)), ["resultBucket"]);
    }));

  it("missing credentials only warn in a preview, and fail in an update", () =>
    withLifecycle(async ({ newProcess, inputs }) => {
      const without = { NCLOUD_ACCESS_KEY: "", NCLOUD_SECRET_KEY: "", NCLOUD_PROFILE: "none" };
      const preview = newProcess(without);
      assert.deepEqual((await preview.check({}, inputs(), true)).failures, []);
      assert.match(preview.log.texts("warn")[0] ?? "", /no profile \[none\]/);
      const { failures } = await newProcess(without).check({}, inputs(), false);
      assert.match(failures[0]?.reason ?? "", /no profile \[none\]/);
    }));

  it("looks once at a bucket that many resources name", () =>
    withLifecycle(async ({ plugin, inputs, store }) => {
      await Promise.all([1, 2, 3].map(() => plugin.check({}, inputs(), true)));
      await plugin.check({}, inputs(), true);
      assert.deepEqual(store.looks, ["acme-results"]);
    }));

  it('looks at nothing under verify "off"', () =>
    withLifecycle(async ({ plugin, inputs, store, requests }) => {
      store.states.set("acme-results", { kind: "missing" });
      assert.deepEqual((await plugin.check({}, inputs({ verify: "off" }))).failures, []);
      assert.deepEqual([...store.looks, ...requests()], []);
    }));

  it('looks at task and feature under verify "all", once each', () =>
    withLifecycle(async ({ plugin, inputs, requests }) => {
      const news = inputs({ verify: "all" });
      await Promise.all([plugin.check({}, news), plugin.check({}, news)]);
      assert.deepEqual([...requests()].sort(), ["GET /features/*", "GET /tasks/*"]);
    }));

  it('looks at nothing of a job that is unchanged, even under verify "all"', () =>
    withLifecycle(async ({ plugin, newProcess, inputs, simulator, task, feature }) => {
      const news = inputs({ verify: "all" });
      const { id, outputs } = await plugin.create(news);
      simulator.deleteJob(task.id);
      simulator.deleteJob(feature.id);
      simulator.clearLog();
      const { failures, inputs: checked } = await newProcess().check(news, news);
      assert.deepEqual(failures, []);
      assert.equal((await newProcess().diff(id, outputs, checked)).changes, false);
      assert.deepEqual(simulator.log(), []);
      assert.deepEqual(await newProcess().read(id, outputs), { id, outputs });
    }));

  it('tells of a task that is not there and a feature that has failed under verify "all"', () =>
    withLifecycle(async ({ plugin, inputs, simulator }) => {
      const feature = simulator.seedFeature({ name: "young", plan: { outcome: "failed" } });
      const { failures } = await plugin.check(
        {},
        inputs({ verify: "all", taskId: "no-such-task", featureId: feature.id }),
      );
      assert.deepEqual(properties({ failures }), ["taskId", "featureId"]);
      assert.match(failures[0]?.reason ?? "", /no task has this id/);
      assert.match(failures[1]?.reason ?? "", /"young" has failed \(COMMON_ERROR\): name another/);
    }));

  it("does not take a gateway's 404 for a missing task", () =>
    withLifecycle(async ({ plugin, inputs, simulator }) => {
      simulator.addFault({
        match: { path: "/tasks/*" },
        times: "always",
        answer: { kind: "status", status: 404, body: { error: { errorCode: "300" } } },
      });
      assert.deepEqual((await plugin.check({}, inputs({ verify: "all" }), true)).failures, []);
      assert.match(plugin.log.texts("warn")[0] ?? "", /taskId.*cannot be looked up/);
    }));

  it("shows foreign words in a failure without control characters, and cut", () =>
    withLifecycle(async ({ plugin, inputs, simulator }) => {
      simulator.addFault({
        match: { path: "/tasks/*" },
        answer: {
          kind: "edit",
          fields: {
            status: "failed",
            fail_message: `\u001b[2J${"x".repeat(9000)}`,
            task_name: "\u0007",
          },
        },
      });
      const { failures } = await plugin.check({}, inputs({ verify: "all" }));
      assert.equal(failures.length, 1);
      const { reason = "" } = failures[0] ?? {};
      assert.doesNotMatch(reason, /[^\P{Cc}\n]/u);
      assert.ok(reason.length < 2100, String(reason.length));
    }));
});

describe("create, right before its POST", () => {
  it("looks again, and sends nothing where something is missing", () =>
    withLifecycle(async ({ plugin, inputs, store, requests }) => {
      store.states.set("acme-results", { kind: "missing" });
      await assert.rejects(plugin.create(inputs()), {
        code: "not-usable",
        message: /resultBucket: the bucket does not exist(.|\n)*nothing was sent/,
      });
      assert.deepEqual(requests(), []);
    }));

  it("sees a bucket that was made between its check and its create", () =>
    withLifecycle(async ({ plugin, inputs, store }) => {
      store.states.set("acme-results", { kind: "missing" });
      assert.equal((await plugin.check({}, inputs())).failures.length, 1);
      store.states.delete("acme-results");
      assert.equal((await plugin.create(inputs())).problem, undefined);
      assert.deepEqual(store.looks, ["acme-results", "acme-results"]);
    }));
});
