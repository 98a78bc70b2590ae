import assert from "node:assert/strict";
import { succeeded } from "../support/engine";
import { did, told, withNclue } from "../support/withNclue";

describe("the resource option import", () => {
  it("says what is wrong with it in the preview already: an id that nobody has, each field that differs", () =>
    withNclue({}, async ({ stack, simulator, program, args, requests }) => {
      const nobodys = "00000000-0000-4000-8000-000000000000";
      const unknown = await stack.preview({ program: program({}, { import: nobodys }) });
      assert.equal(unknown.failed, true);
      assert.match(
        unknown.output,
        new RegExp(`importing task run ${nobodys}: there is no task run ${nobodys}: HTTP 404`),
      );
      assert.match(unknown.output, /take the import option out of the program, and a new one is/);

      const other = simulator.seedTask({ name: "other" });
      const { id, name } = simulator.seedTaskRun(seedOf(args));
      const changes = { taskId: other.id, resultFilePath: "elsewhere/", name: "another-name" };
      const differing = program(changes, { import: id });
      for (const outcome of [await stack.preview({ program: differing }), await stack.up()]) {
        assert.equal(outcome.failed, true);
        for (const [field, atService, inProgram] of [
          ["taskId", args.taskId, other.id],
          ["resultFilePath", args.resultFilePath, "elsewhere/"],
          ["name", name, "another-name"],
        ]) {
          assert.ok(
            outcome.output.includes(
              `property ${field} value {${inProgram}} has a problem: is "${atService}" at the service`,
            ),
            outcome.output,
          );
        }
        assert.doesNotMatch(outcome.output, /property (featureId|resultBucket) /);
      }
      assert.deepEqual(requests("POST"), []);
      assert.deepEqual(await stack.resources(), []);
    }));

  it("adopts the run that it names, says so, posts nothing, and changes nothing when it is removed", () =>
    withNclue({}, async ({ stack, simulator, program, args, runs, requests }) => {
      const { id, name } = simulator.seedTaskRun(seedOf(args));
      const preview = succeeded(await stack.preview({ program: program({}, { import: id }) }));
      assert.deepEqual(did(preview), ["create scores"]);
      const up = succeeded(await stack.up());
      assert.match(told(up).join("\n"), new RegExp(`^info: adopted task run "${name}" \\(${id}, `));
      const outputs = await stack.outputs();
      assert.equal(outputs.runId, id);
      assert.equal(outputs.name, name);
      assert.equal(outputs.status, "completed");
      assert.match(`${outputs.resultUri}`, /^s3:\/\//);
      succeeded(await stack.up({ args: ["--refresh", "--expect-no-changes"] }));

      succeeded(await stack.up({ program: program(), args: ["--expect-no-changes"] }));
      assert.deepEqual(
        (await runs()).map((run) => run.id),
        [id],
      );
      assert.deepEqual(requests("POST"), []);
      succeeded(await stack.destroy());
      assert.deepEqual(await runs(), []);
    }));

  it("takes what the program does not give from the run, for good, and hands it on to what replaces the run", () =>
    withNclue(
      { switches: { resultRequired: false } },
      async ({ stack, simulator, program, args }) => {
        const { id } = simulator.seedTaskRun(seedOf(args));
        const leavingOut = { resultFilePath: undefined, resultBucket: undefined };
        const of = (triggers: readonly string[], options?: { import: string }) =>
          program({ ...leavingOut, triggers } as unknown as object, options);
        const imported = { import: id };
        succeeded(await stack.up({ program: of([], imported) }));
        const [taking] = await stack.resources();
        assert.equal(taking?.outputs?.resultFilePath, args.resultFilePath);
        assert.equal(taking?.outputs?.resultBucket, args.resultBucket);
        succeeded(await stack.up({ program: of([]), args: ["--expect-no-changes"] }));

        for (const how of ["by a change", "by --replace"]) {
          const [before] = await stack.resources();
          const args = how === "by a change" ? [] : ["--replace", before?.urn ?? ""];
          const up = succeeded(await stack.up({ program: of(["2026-12"], imported), args }));
          if (how === "by a change") {
            const said = /the new run keeps what the import took .*resultBucket/;
            assert.match(told(up).join("\n"), said);
          }
          const [resource] = await stack.resources();
          assert.notEqual(resource?.id, before?.id, how);
          assert.equal(resource?.outputs?.resultFilePath, taking?.outputs?.resultFilePath, how);
          assert.match(`${resource?.outputs?.resultUri}`, /^s3:\/\//);
        }
        succeeded(await stack.up({ args: ["--expect-no-changes"] }));
      },
    ));

  it("changes nothing when it is added to the run that the resource has already, and replaces it by another", () =>
    withNclue({}, async ({ stack, simulator, program, args, runs, requests }) => {
      succeeded(await stack.up());
      const [own] = await runs();
      assert.ok(own);
      const added = { program: program({}, { import: own.id }) };
      succeeded(await stack.up({ ...added, args: ["--expect-no-changes"] }));
      assert.deepEqual(
        (await runs()).map(({ id }) => id),
        [own.id],
      );

      const second = simulator.seedTaskRun(seedOf(args, "second"));
      const other = { program: program({}, { import: second.id }) };
      const up = succeeded(await stack.up(other));
      assert.deepEqual(up.changes, { same: 1, replace: 1 });
      assert.match(
        told(up).join("\n"),
        new RegExp(
          `the import option names ${second.id} now, which replaces task run "${own.name}"`,
        ),
      );
      assert.deepEqual(
        (await runs()).map(({ id }) => id),
        [second.id],
      );
      assert.equal((await stack.outputs()).runId, second.id);
      assert.equal(requests("POST").length, 1, "the resource's first run alone");
    }));

  it("happens once: what replaces the run is paid for, whatever the option still names", () =>
    withNclue({}, async ({ stack, simulator, program, args, runs, requests }) => {
      const { id } = simulator.seedTaskRun(seedOf(args));
      const imported = { import: id };
      succeeded(await stack.up({ program: program({}, imported) }));
      succeeded(await stack.up({ program: program({ triggers: ["2026-12"] }, imported) }));
      const [urn = ""] = (await stack.resources()).map((resource) => resource.urn);
      succeeded(await stack.up({ args: ["--replace", urn] }));
      assert.equal(requests("POST").length, 2);
      const [run, ...others] = await runs();
      assert.deepEqual(others, []);
      assert.notEqual(run?.id, id);
      assert.equal((await stack.outputs()).runId, run?.id);
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
    }));
});

interface SeededFields {
  readonly taskId: string;
  readonly featureId: string;
  readonly resultBucket: string;
  readonly resultFilePath: string;
}

function seedOf(args: SeededFields, name = "made-in-the-console") {
  return { name, ...args };
}
