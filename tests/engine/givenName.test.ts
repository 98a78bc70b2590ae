import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as nclue from "pulumi-nclue";
import { type Outcome, succeeded } from "../support/engine";
import { told, withNclue } from "../support/withNclue";

describe("a given name", () => {
  it("is used as it is, and is free again for the new run of a failed one", () =>
    withNclue({}, async ({ stack, simulator, program, runs }) => {
      simulator.queuePlans({ outcome: "failed", failMessage: "OBS_UPLOAD_FAILED" });
      const failed = await stack.up({ program: program({ name: "Monthly scores 11" }) });
      assert.equal(failed.failed, true);
      const [before] = await runs();
      const again = succeeded(await stack.up());
      assert.deepEqual(opsOf(again), ["delete-replaced", "replace", "create-replacement"]);
      const [after, ...more] = await runs();
      assert.deepEqual(more, []);
      assert.notEqual(after?.id, before?.id);
      assert.equal(after?.status, "completed");
      assert.equal(after?.name, "Monthly scores 11", "at the service");
      const outputs = await stack.outputs();
      assert.equal(outputs.runId, after?.id);
      assert.equal(outputs.name, "Monthly scores 11", "in the outputs");
    }));

  it("that is taken is an error with the run's id, status and date, and the ways out; adopt takes that run over", () =>
    withNclue({}, async (nclue) => {
      const { stack, program, runs, requests, args } = nclue;
      const { id } = nclue.simulator.seedTaskRun({ name: "monthly", ...args });
      const up = await stack.up({ program: program({ name: "monthly" }) });
      assert.equal(up.failed, true);
      const error = told(up).join("\n");
      assert.match(error, /creating task run "monthly": the name belongs to task run "monthly"/);
      assert.match(error, new RegExp(`\\(${id}, completed, created \\d{4}-\\d\\d-\\d\\dT[^)]*\\)`));
      assert.match(error, /use another name/);
      assert.ok(error.includes(`import: "${id}"`));
      assert.match(error, /onDuplicateName: "adopt"/);
      assert.match(error, /delete the run/);
      assert.deepEqual(
        (await runs()).map((run) => run.id),
        [id],
      );
      assert.deepEqual(await stack.resources(), []);

      const adopting = program({ name: "monthly", onDuplicateName: "adopt" });
      const adopted = succeeded(await stack.up({ program: adopting }));
      assert.match(
        told(adopted).join("\n"),
        new RegExp(`info: adopted task run "monthly" \\(${id}, `),
      );
      assert.equal((await stack.outputs()).runId, id);
      assert.deepEqual(requests("POST"), []);
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
      succeeded(await stack.destroy());
      assert.deepEqual(await runs(), []);
    }));

  it("makes the old run go first in a replacement, for only one can have the name, unless it is another or has no value", () =>
    withNclue({}, async ({ stack, program, runs, requests }) => {
      const oldFirst = ["delete-replaced", "replace", "create-replacement"];
      const newFirst = ["create-replacement", "replace", "delete-replaced"];
      succeeded(await stack.up({ program: program({ name: "monthly" }) }));
      const [before] = await runs();
      const changed = program({ name: "monthly", resultFilePath: "two/" });
      const up = succeeded(await stack.up({ program: changed }));
      assert.deepEqual(opsOf(up), oldFirst);
      const [after, ...more] = await runs();
      assert.deepEqual(more, []);
      assert.equal(after?.name, "monthly");
      assert.deepEqual(
        requests().filter((line) => !line.startsWith("GET")),
        ["POST /task-runs", `DELETE /task-runs/${before?.id}`, "POST /task-runs"],
      );
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));

      // Asked for: deleteBeforeReplace: false, and another name.
      const november = program({ name: "november" }, { deleteBeforeReplace: false });
      assert.deepEqual(opsOf(succeeded(await stack.up({ program: november }))), newFirst);
      assert.deepEqual(
        (await runs()).map(({ name }) => name),
        ["november"],
      );

      const ofOutput = async (name: string | undefined, resultFilePath: string) => {
        const output = pulumi.output(name) as pulumi.Output<string>;
        return opsOf(
          succeeded(await stack.up({ program: program({ name: output, resultFilePath }) })),
        );
      };
      assert.deepEqual(await ofOutput("november", "three/"), oldFirst, "a name from an output");
      for (const path of ["four/", "five/"]) {
        assert.deepEqual(await ofOutput(undefined, path), newFirst, "an output without a value");
      }
    }));

  const another = {
    "spelled in another case, where the service tells none apart": (args: nclue.TaskRunArgs) => {
      new nclue.TaskRun("second", { ...args, name: "weekly", onDuplicateName: "adopt" });
    },
    "from a transform": (args: nclue.TaskRunArgs) => {
      const naming: pulumi.ResourceTransform = ({ props, opts }) => ({
        props: { ...props, name: "Weekly" },
        opts,
      });
      const options = { transforms: [naming] };
      new nclue.TaskRun("second", { ...args, onDuplicateName: "adopt" }, options);
    },
  };

  it("of a run that another resource of the stack holds is not taken over by adopt, however it is given, nor with --target", () =>
    withNclue({}, async ({ stack, args, runs, requests, simulator }) => {
      simulator.setSwitches({ nameCase: "insensitive" });
      const first = async () => {
        new nclue.TaskRun("first", { ...args, name: "Weekly" });
      };
      succeeded(await stack.up({ program: first }));
      const [owned] = await stack.resources();
      const assertLeftAlone = async (how: string) => {
        assert.deepEqual(
          (await stack.resources()).map(({ urn }) => urn),
          [owned?.urn],
          how,
        );
        assert.deepEqual(requests("DELETE"), [], how);
        assert.deepEqual(
          (await runs()).map(({ id }) => id),
          [owned?.id],
          how,
        );
      };

      const both = async () => {
        await first();
        new nclue.TaskRun("second", { ...args, name: "Weekly", onDuplicateName: "adopt" });
      };
      const target = ["--target", owned?.urn.replace(/first$/, "second") ?? ""];
      const targeted = await stack.up({ program: both, args: target });
      assert.equal(targeted.failed, true);
      assert.match(targeted.output, NOT_ADOPTED);
      await stack.destroy({ args: target });
      await assertLeftAlone("with --target");

      for (const [how, second] of Object.entries(another)) {
        const program = async () => {
          second(args);
          await first();
        };
        const up = await stack.up({ program });
        assert.equal(up.failed, true, how);
        assert.match(up.output, NOT_ADOPTED, how);
        await assertLeftAlone(how);
      }
    }));

  it("of two resources of one program is an error for the second, and never a shared run", () =>
    withNclue({}, async ({ stack, args, runs, requests }) => {
      const up = await stack.up({
        program: async () => {
          new nclue.TaskRun("first", { ...args, name: "monthly" });
          new nclue.TaskRun("second", { ...args, name: "monthly" });
        },
      });
      assert.equal(up.failed, true);
      assert.match(up.output, /another resource of this program has the same name/);
      assert.equal(requests("POST").length, 1);
      assert.equal((await runs()).length, 1);
      assert.equal((await stack.resources()).length, 1);
    }));
});

const NOT_ADOPTED = /not adopted: another resource of this stack holds it/;

function opsOf({ steps }: Outcome): readonly string[] {
  return steps.map(({ op }) => op);
}
