import assert from "node:assert/strict";
import { succeeded } from "../support/engine";
import { told, withNclue } from "../support/withNclue";

describe("the resource option import", () => {
  it("adopts the run that it names, says so, and posts nothing", async () => {
    await withNclue({}, async ({ stack, simulator, program, args, runs, requests }) => {
      const { id, name } = simulator.seedTaskRun(seedOf(args));
      const imported = program({}, { import: id });
      const preview = succeeded(await stack.preview({ program: imported }));
      assert.deepEqual(preview.steps.map(asText), ["create scores"]);
      const up = succeeded(await stack.up());
      assert.match(told(up).join("\n"), new RegExp(`^info: adopted task run "${name}" \\(${id}, `));
      assert.deepEqual(requests("POST"), []);
      assert.equal((await runs()).length, 1);
      const outputs = await stack.outputs();
      assert.equal(outputs.runId, id);
      assert.equal(outputs.name, name);
      assert.equal(outputs.status, "completed");
      assert.match(`${outputs.resultUri}`, /^s3:\/\//);
      assert.equal((await stack.preview({ args: ["--expect-no-changes"] })).failed, false);
      succeeded(await stack.refresh({ args: ["--expect-no-changes"] }));
    });
  });

  it("lists each field that differs, in the preview already", async () => {
    await withNclue({}, async ({ stack, simulator, program, args, requests }) => {
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
    });
  });

  it("takes what the program does not give from the run, for good", async () => {
    await withNclue({}, async ({ stack, simulator, program, args }) => {
      const { id } = simulator.seedTaskRun(seedOf(args));
      const leavingOut = {
        resultFilePath: undefined,
        resultBucket: undefined,
      } as unknown as object;
      succeeded(await stack.up({ program: program(leavingOut, { import: id }) }));
      const [resource] = await stack.resources();
      assert.equal(resource?.outputs?.resultFilePath, args.resultFilePath);
      assert.equal(resource?.outputs?.resultBucket, args.resultBucket);
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
      succeeded(await stack.up({ program: program(leavingOut), args: ["--expect-no-changes"] }));
    });
  });

  it("hands what it took on to the run that replaces the imported one, and says so", async () => {
    await withNclue(
      { switches: { resultRequired: false } },
      async ({ stack, simulator, program, args }) => {
        const { id } = simulator.seedTaskRun(seedOf(args));
        const leavingOut = { resultFilePath: undefined, resultBucket: undefined };
        const of = (triggers: readonly string[]) =>
          program({ ...leavingOut, triggers } as unknown as object, { import: id });
        succeeded(await stack.up({ program: of([]) }));
        const preview = succeeded(await stack.preview({ program: of(["2026-12"]) }));
        assert.match(
          told(preview).join("\n"),
          /the new run keeps what the import took .*resultBucket/,
        );
        for (const targeted of [false, true]) {
          const [before] = await stack.resources();
          succeeded(await stack.up({ args: targeted ? ["--replace", before?.urn ?? ""] : [] }));
          const [resource] = await stack.resources();
          assert.notEqual(resource?.id, before?.id);
          assert.equal(resource?.outputs?.resultFilePath, args.resultFilePath);
          assert.match(`${resource?.outputs?.resultUri}`, /^s3:\/\//);
        }
        succeeded(await stack.up({ args: ["--expect-no-changes"] }));
      },
    );
  });

  it("changes nothing when it is removed", async () => {
    await withNclue({}, async ({ stack, simulator, program, args, runs }) => {
      const { id } = simulator.seedTaskRun(seedOf(args));
      succeeded(await stack.up({ program: program({}, { import: id }) }));
      const without = { program: program(), args: ["--expect-no-changes"] };
      succeeded(await stack.preview(without));
      succeeded(await stack.up(without));
      assert.deepEqual(
        (await runs()).map((run) => run.id),
        [id],
      );
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
      succeeded(await stack.destroy());
      assert.deepEqual(await runs(), []);
    });
  });

  it("changes nothing when it is added to the run that the resource has already", async () => {
    await withNclue({}, async ({ stack, program, runs }) => {
      succeeded(await stack.up());
      const [run] = await runs();
      const added = { program: program({}, { import: run?.id ?? "" }) };
      succeeded(await stack.up({ ...added, args: ["--expect-no-changes"] }));
      assert.deepEqual(
        (await runs()).map(({ id }) => id),
        [run?.id],
      );
    });
  });

  it("replaces the resource's run when it names another one", async () => {
    await withNclue({}, async ({ stack, simulator, program, args, runs, requests }) => {
      const first = simulator.seedTaskRun(seedOf(args, "first"));
      const second = simulator.seedTaskRun(seedOf(args, "second"));
      succeeded(await stack.up({ program: program({}, { import: first.id }) }));
      const other = { program: program({}, { import: second.id }) };
      const preview = succeeded(await stack.preview(other));
      assert.deepEqual(preview.changes, { same: 1, replace: 1 });
      assert.match(
        told(preview).join("\n"),
        new RegExp(`the import option names ${second.id} now, which replaces task run "first"`),
      );
      succeeded(await stack.up(other));
      assert.deepEqual(
        (await runs()).map(({ id }) => id),
        [second.id],
      );
      assert.equal((await stack.outputs()).runId, second.id);
      assert.deepEqual(requests("POST"), []);
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
    });
  });

  it("happens once: what replaces the run is paid for, whatever the option still names", async () => {
    await withNclue({}, async ({ stack, simulator, program, args, runs, requests }) => {
      const { id } = simulator.seedTaskRun(seedOf(args));
      const imported = { import: id };
      succeeded(await stack.up({ program: program({}, imported) }));
      for (const month of ["2026-11", "2026-12"]) {
        succeeded(await stack.up({ program: program({ triggers: [month] }, imported) }));
      }
      const [urn = ""] = (await stack.resources()).map((resource) => resource.urn);
      succeeded(await stack.up({ args: ["--replace", urn] }));
      succeeded(await stack.cli(["state", "taint", "--yes", urn]));
      succeeded(await stack.up());
      assert.equal(requests("POST").length, 4);
      const [run, ...others] = await runs();
      assert.deepEqual(others, []);
      assert.notEqual(run?.id, id);
      assert.equal((await stack.outputs()).runId, run?.id);
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
    });
  });

  it("is refused for an id that nobody has, in the preview already", async () => {
    await withNclue({}, async ({ stack, program, requests }) => {
      const id = "00000000-0000-4000-8000-000000000000";
      for (const verb of ["preview", "up"] as const) {
        const outcome = await stack[verb]({ program: program({}, { import: id }) });
        assert.equal(outcome.failed, true);
        assert.match(
          outcome.output,
          new RegExp(`importing task run ${id}: there is no task run ${id}: HTTP 404`),
        );
        assert.match(outcome.output, /take the import option out of the program, and a new one is/);
      }
      assert.deepEqual(requests("POST"), []);
      assert.deepEqual(await stack.resources(), []);
    });
  });
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

function asText({ op, name }: { readonly op: string; readonly name: string }): string {
  return `${op} ${name}`;
}
