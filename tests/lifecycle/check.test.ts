import assert from "node:assert/strict";
import type { BucketState } from "../../provider/src/storage/objectStore";
import { storeError } from "../support/memoryStore";
import { contentOf, type LifecycleBench, UNKNOWN, withLifecycle } from "../support/withLifecycle";

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

  it("tells of a trigger that the class could not take, on the triggers", () =>
    withLifecycle(async ({ plugin, inputs }) => {
      const triggerProblem = "[0].when is a Date: use toISOString()";
      const { failures } = await plugin.check({}, inputs({}, { triggerProblem }));
      assert.deepEqual(failures, [{ property: "triggers", reason: triggerProblem }]);
    }));

  it("looks for no bucket whose name is against the rules", () =>
    withLifecycle(async ({ plugin, inputs, store }) => {
      store.states.set("X", { kind: "missing" });
      const { failures } = await plugin.check({}, inputs({ resultBucket: "X" }));
      assert.deepEqual([...new Set(properties({ failures }))], ["resultBucket"]);
      assert.deepEqual(store.looks, []);
    }));

  it("looks for a bucket whose path is only advised against", () =>
    withLifecycle(async ({ plugin, inputs, store }) => {
      const { failures } = await plugin.check({}, inputs({ resultFilePath: "/churn/" }));
      assert.deepEqual([failures, store.looks], [[], ["acme-results"]]);
      assert.match(plugin.log.texts("warn").join(), /^resultFilePath holds a leading "\/"/);
    }));

  it("looks for source data whose path is only advised against", () =>
    withLifecycle(async ({ plugin, inputsOf }) => {
      const inputs = inputsOf("feature", { sourceFilePath: "/seq/" });
      const { failures } = await plugin.of("feature").check({}, inputs);
      assert.deepEqual(failures, [
        {
          property: "sourceFilePath",
          reason: "there is no object in the directory: upload the data, or name another",
        },
      ]);
    }));

  it("says of settings that are missing no more than that", () =>
    withLifecycle(async ({ newProcess, inputs }) => {
      const without = { NCLOUD_ACCESS_KEY: "", NCLOUD_SECRET_KEY: "", NCLOUD_PROFILE: "none" };
      const { failures } = await newProcess(without).check({}, inputs({ verify: "all" }));
      assert.deepEqual(properties({ failures }), [""]);
      assert.match(
        failures[0]?.reason ?? "",
        /^reading the settings of pulumi-nclue: no profile \[none\]/,
      );
    }));

  it("takes a trigger of the option replacementTrigger for one only where it was there before, and is now", () =>
    withLifecycle(async ({ newProcess, inputs, store }) => {
      store.states.set("acme-results", { kind: "missing" });
      const replaced = async (before: string | undefined, now: string | undefined) => {
        const olds = inputs({}, { replacementTrigger: before });
        const { failures } = await newProcess().check(
          olds,
          inputs({}, { replacementTrigger: now }),
        );
        return failures.length > 0;
      };
      assert.equal(await replaced("a", "b"), true);
      assert.equal(await replaced("a", "a"), false);
      assert.equal(await replaced(undefined, "b"), false);
      assert.equal(await replaced("a", undefined), false);
      assert.equal(await replaced(undefined, undefined), false);
    }));
});

describe("what check says of a look-up", () => {
  const buckets: readonly (readonly [BucketState, string])[] = [
    [{ kind: "missing" }, "the bucket does not exist (404): create it, or name another"],
    [
      { kind: "forbidden" },
      "the bucket is forbidden (403): it exists but belongs to someone else, or these keys may not see " +
        'it. Name another, give the keys the right to it, or set verify: "off" where NCLUE may write ' +
        "although these keys may not look",
    ],
    [
      { kind: "forbidden", mayBeClock: true },
      "the bucket is forbidden, or the clock is off (403): it exists but belongs to someone else, or " +
        'these keys may not see it. Name another, give the keys the right to it, or set verify: "off" ' +
        "where NCLUE may write although these keys may not look",
    ],
    [
      { kind: "elsewhere" },
      "the bucket is in another region: NCLUE works with Korea (kr-standard) only",
    ],
  ];
  for (const [state, text] of buckets) {
    it(`of a bucket that is ${Object.entries(state).flat().join(" ")}`, () =>
      withLifecycle(async ({ plugin, inputs, store }) => {
        store.states.set("acme-results", state);
        const { failures } = await plugin.check({}, inputs(), true);
        assert.deepEqual(failures, [{ property: "resultBucket", reason: text }]);
      }));
  }

  it("of a store that cannot be reached: the preview warns that the update checks again", () =>
    withLifecycle(async ({ newProcess, inputs, store }) => {
      store.states.set("acme-results", { kind: "unreachable", cause: "HTTP 503" });
      const reason =
        "Object Storage cannot be reached (HTTP 503): check the network and " +
        "nclue:objectStorageEndpoint (NCLOUD_OBS_ENDPOINT)";
      const preview = newProcess();
      assert.deepEqual((await preview.check({}, inputs(), true)).failures, []);
      assert.deepEqual(preview.log.texts("warn"), [
        `resultBucket: ${reason}. The update checks again`,
      ]);
      const { failures } = await newProcess().check({}, inputs(), false);
      assert.deepEqual(failures, [{ property: "resultBucket", reason }]);
    }));

  it("of a bucket that the same program may make", () =>
    withLifecycle(async ({ plugin, inputs, store }) => {
      store.states.set("acme-results", { kind: "missing" });
      await plugin.check({}, inputs({}, { mayBeCreated: ["resultBucket"] }), true);
      assert.deepEqual(plugin.log.texts("warn"), [
        "resultBucket: the bucket does not exist (404), but this program may be about to create it. " +
          "The update checks again",
      ]);
    }));

  it("of a forbidden bucket that the same program names: that it is forbidden", () =>
    withLifecycle(async ({ plugin, inputs, store }) => {
      store.states.set("acme-results", { kind: "forbidden" });
      const news = inputs({}, { mayBeCreated: ["resultBucket"] });
      assert.deepEqual(properties(await plugin.check({}, news, true)), ["resultBucket"]);
    }));

  for (const [path, what] of [
    ["seq/", "there is no object in the directory"],
    ["seq", "there is no such object, and none in a directory of that name"],
  ] as const) {
    it(`of source data that is not there (${path})`, () =>
      withLifecycle(async ({ plugin, inputsOf }) => {
        const inputs = inputsOf("feature", { sourceFilePath: path });
        const { failures } = await plugin.of("feature").check({}, inputs);
        const reason = `${what}: upload the data, or name another`;
        assert.deepEqual(failures, [{ property: "sourceFilePath", reason }]);
      }));
  }

  const stores = [
    ["cannot be reached", { code: "ECONNREFUSED" }, /^Object Storage cannot be reached \(/],
    ["refuses these keys", { $metadata: { httpStatusCode: 403 } }, /^the bucket is forbidden/],
    ["has no such bucket", { $metadata: { httpStatusCode: 404 } }, /^the bucket does not exist/],
  ] as const;
  for (const [what, facts, words] of stores) {
    it(`of source data in a store that ${what}, on the bucket`, () =>
      withLifecycle(async ({ plugin, inputsOf, store }) => {
        store.listError = storeError(facts);
        const { failures } = await plugin.of("feature").check({}, inputsOf("feature"));
        assert.deepEqual(properties({ failures }), ["sourceBucket"]);
        assert.match(failures[0]?.reason ?? "", words);
      }));
  }

  for (const [argument, value] of [
    ["trainFilePath", "labels/other.tsv"],
    ["trainBucket", "acme-other"],
  ] as const) {
    it(`looks at source data again where ${argument} has changed`, () =>
      withLifecycle(async ({ plugin, inputsOf }) => {
        const olds = inputsOf("task");
        const { failures } = await plugin.of("task").check(olds, { ...olds, [argument]: value });
        assert.deepEqual(properties({ failures }), ["trainFilePath"]);
      }));
  }

  it("of a parent without a name, and without a word why it has failed", () =>
    withLifecycle(async ({ plugin, inputs, simulator }) => {
      simulator.addFault({
        match: { path: "/tasks/*" },
        times: "always",
        answer: {
          kind: "edit",
          fields: { status: "failed", fail_message: null, task_name: null },
        },
      });
      const { failures } = await plugin.check({}, inputs({ verify: "all" }));
      assert.deepEqual(failures, [
        { property: "taskId", reason: "the task has failed: name another" },
      ]);
    }));

  it("of a parent that this update has created a moment ago, and that is not visible yet: nothing", () =>
    withLifecycle(
      async ({ plugin, inputsOf, store }) => {
        await store.putObject("acme-data", "seq/2026-11/part-1.tsv", "u1\t1\n");
        const feature = inputsOf("feature", { waitFor: "submitted" });
        const { id } = await plugin.of("feature").create(feature);
        const news = inputsOf("customAttributes", { featureId: id, verify: "all" });
        const { failures } = await plugin.of("customAttributes").check({}, news);
        assert.deepEqual(failures, []);
      },
      { switches: { createdReadableAfterMs: 60_000 } },
    ));

  it("of an id that no task has", () =>
    withLifecycle(async ({ plugin, inputs }) => {
      const { failures } = await plugin.check({}, inputs({ verify: "all", taskId: "nobody" }));
      assert.deepEqual(failures, [
        { property: "taskId", reason: "no task has this id: check it in the console" },
      ]);
    }));

  for (const [what, family, args] of [
    ["a bucket", "taskRun", {}],
    ["source data", "feature", {}],
    ["a parent", "taskRun", { verify: "all", resultBucket: undefined }],
  ] as const) {
    it(`of ${what} where the engine asks to stop: nothing`, () =>
      withLifecycle(async ({ plugin, inputsOf, store }) => {
        const reason = new Error("stop");
        const stop = async () => {
          throw reason;
        };
        Object.assign(store, { lookAtBucket: stop, beforeList: stop });
        plugin.cancel.abort(reason);
        const checked = plugin.of(family).check({}, inputsOf(family, args));
        await assert.rejects(checked, (error) => error === reason);
      }));
  }
});

describe("check of the import option", () => {
  const seeded = (bench: LifecycleBench) => bench.simulator.seedTaskRun(contentOf(bench));

  for (const [id, cause] of [
    [".", "that is no id"],
    ["..", "that is no id"],
    [" run-1", "an id has no blanks before or after it"],
    ["run-1 ", "an id has no blanks before or after it"],
  ] as const) {
    it(`refuses ${JSON.stringify(id)} without a request`, () =>
      withLifecycle(async ({ plugin, inputs, requests }) => {
        const news = inputs({}, { importId: id });
        const said = `importing task run "${id.trim()}": ${cause}\nwrite the id as the service shows it`;
        assert.deepEqual((await plugin.check({}, news, true)).failures, [
          { property: "", reason: `import: ${said}` },
        ]);
        await assert.rejects(plugin.create(news), { code: "job-gone" });
        assert.deepEqual(requests(), []);
      }));
  }

  it("fails where another resource holds the job, in a preview too", () =>
    withLifecycle(async (bench) => {
      const { id } = seeded(bench);
      const news = bench.inputs({}, { importId: id, otherJobIds: [id] });
      const { failures } = await bench.plugin.check({}, news, true);
      assert.equal(failures.length, 1);
      assert.match(
        failures[0]?.reason ?? "",
        /^import: importing task run .*: another resource of this stack holds it\ntake the import opt/,
      );
    }));

  it("warns in a preview that it could not look, and fails in an update", () =>
    withLifecycle(async (bench) => {
      const { id } = seeded(bench);
      const answer = { kind: "gateway", code: 210 } as const;
      bench.simulator.addFault({ match: { path: "/task-runs/*" }, times: "always", answer });
      const news = bench.inputs({}, { importId: id });
      const preview = bench.newProcess();
      assert.deepEqual((await preview.check({}, news, true)).failures, []);
      const said = new RegExp(`^import: ${id} cannot be looked up: GET /api/v1/task-runs/${id}: `);
      assert.match(preview.log.texts("warn").join(), said);
      const { failures } = await bench.newProcess().check({}, news, false);
      assert.deepEqual(properties({ failures }), [""]);
      assert.match(failures[0]?.reason ?? "", said);
    }));

  it("looks at no job while an argument is unknown or against the rules", () =>
    withLifecycle(async (bench) => {
      const { id } = seeded(bench);
      for (const change of [{ featureId: UNKNOWN }, { resultBucket: "X" }]) {
        await bench.plugin.check({}, bench.inputs(change, { importId: id }), true);
      }
      assert.deepEqual(bench.requests(), []);
    }));

  it("tells what is wrong with the arguments that are given beside it", () =>
    withLifecycle(async (bench) => {
      const { id } = seeded(bench);
      const news = bench.inputs({ waitFor: "soon" }, { importId: id });
      assert.deepEqual(properties(await bench.plugin.check({}, news)), ["waitFor"]);
    }));

  it("advises on a path that is given beside it", () =>
    withLifecycle(async (bench) => {
      const { id } = seeded(bench);
      const news = bench.inputs({ resultFilePath: "/churn/2026-11/" }, { importId: id });
      assert.deepEqual((await bench.plugin.check({}, news)).failures, []);
      assert.match(bench.plugin.log.texts("warn").join(), /^resultFilePath holds a leading "\/"/);
    }));

  it("shows no value of a secret argument that differs, on no property", () =>
    withLifecycle(async (bench) => {
      const { id } = seeded(bench);
      const secrets = ["resultFilePath"];
      const news = bench.inputs({ resultFilePath: "secret/" }, { importId: id, secrets });
      assert.deepEqual((await bench.plugin.check({}, news)).failures, [
        {
          property: "",
          reason: "resultFilePath: differs between the service and the program",
        },
      ]);
    }));

  it("shows keywords that differ with commas between them", () =>
    withLifecycle(async ({ plugin, simulator, feature, inputsOf }) => {
      const { id } = simulator.seedCustomAttributes({
        featureId: feature.id,
        keywordSet: "running\nshoes",
        resultBucket: "acme-results",
        resultFilePath: "churn/2026-11/",
      });
      const news = inputsOf("customAttributes", {}, { importId: id });
      assert.deepEqual((await plugin.of("customAttributes").check({}, news)).failures, [
        {
          property: "keywords",
          reason: 'is "running, shoes" at the service and "running, marathon" in the program',
        },
      ]);
    }));

  it("says what was adopted", () =>
    withLifecycle(async (bench) => {
      const { id, name } = seeded(bench);
      await bench.plugin.create(bench.inputs({}, { importId: id, urn: "urn:a" }));
      const said = bench.plugin.log.texts("info").join("\n");
      assert.ok(said.startsWith(`adopted task run "${name}" (${id}`), said);
      assert.match(said, /; no new run was started$/);
    }));

  it("names address and keys where no job has the id", () =>
    withLifecycle(async ({ plugin, inputs }) => {
      const { failures } = await plugin.check({}, inputs({}, { importId: "nobody" }));
      assert.match(
        failures[0]?.reason ?? "",
        /\ncheck the id, and that address and keys are those of its account; if the task run was deleted, /,
      );
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
