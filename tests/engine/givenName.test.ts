import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as nclue from "pulumi-nclue";
import { succeeded } from "../support/engine";
import { type Nclue, told, withNclue } from "../support/withNclue";

describe("a given name", () => {
  it("is used as it is, at the service and in the outputs", async () => {
    await withNclue({}, async ({ stack, program, runs }) => {
      const named = program({ name: "Monthly scores 11" });
      succeeded(await stack.up({ program: named }));
      assert.deepEqual(
        (await runs()).map(({ name }) => name),
        ["Monthly scores 11"],
      );
      assert.equal((await stack.outputs()).name, "Monthly scores 11");
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
    });
  });

  it("that is taken is an error with the run's id, status and date, and the ways out", async () => {
    await withNclue({}, async (nclue) => {
      const { stack, program, runs } = nclue;
      const { id } = seedNamesake(nclue);
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
    });
  });

  it('is taken over with onDuplicateName "adopt", where the run does the same work', async () => {
    await withNclue({}, async (nclue) => {
      const { stack, program, runs, requests } = nclue;
      const { id } = seedNamesake(nclue);
      const adopting = program({ name: "monthly", onDuplicateName: "adopt" });
      const up = succeeded(await stack.up({ program: adopting }));
      assert.match(told(up).join("\n"), new RegExp(`info: adopted task run "monthly" \\(${id}, `));
      assert.equal((await stack.outputs()).runId, id);
      assert.deepEqual(requests("POST"), []);
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
      succeeded(await stack.destroy());
      assert.deepEqual(await runs(), []);
    });
  });

  it("makes the old run go first in a replacement, for only one can have the name", async () => {
    await withNclue({}, async ({ stack, program, runs, requests }) => {
      succeeded(await stack.up({ program: program({ name: "monthly" }) }));
      const [before] = await runs();
      const changed = program({ name: "monthly", resultFilePath: "churn/2/" });
      const up = succeeded(await stack.up({ program: changed }));
      assert.deepEqual(
        up.steps.map(({ op }) => op),
        ["delete-replaced", "replace", "create-replacement"],
      );
      const [after, ...more] = await runs();
      assert.deepEqual(more, []);
      assert.equal(after?.name, "monthly");
      assert.deepEqual(
        requests().filter((line) => !line.startsWith("GET")),
        ["POST /task-runs", `DELETE /task-runs/${before?.id}`, "POST /task-runs"],
      );
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
    });
  });

  it("is given to the new run first where the user asks for deleteBeforeReplace: false and another name", async () => {
    await withNclue({}, async ({ stack, program, runs }) => {
      const options = { deleteBeforeReplace: false };
      succeeded(await stack.up({ program: program({ name: "october" }, options) }));
      const up = await stack.up({ program: program({ name: "november" }, options) });
      assert.deepEqual(
        succeeded(up).steps.map(({ op }) => op),
        ["create-replacement", "replace", "delete-replaced"],
      );
      assert.deepEqual(
        (await runs()).map(({ name }) => name),
        ["november"],
      );
    });
  });

  it("makes the old run go first where it comes from an output, unless that has no value", async () => {
    await withNclue({}, async ({ stack, program }) => {
      const order = async (name: string | undefined, path: string) => {
        const changes = {
          name: pulumi.output(name) as pulumi.Output<string>,
          resultFilePath: path,
        };
        return succeeded(await stack.up({ program: program(changes) })).steps.map(({ op }) => op);
      };
      await order("monthly", "one/");
      assert.deepEqual(await order("monthly", "two/"), [
        "delete-replaced",
        "replace",
        "create-replacement",
      ]);
      for (const path of ["three/", "four/"]) {
        assert.deepEqual(await order(undefined, path), [
          "create-replacement",
          "replace",
          "delete-replaced",
        ]);
      }
    });
  });

  it("of a run that another resource of the stack holds is not taken over by adopt", async () => {
    await withNclue({}, async ({ stack, args, runs, requests }) => {
      const weekly = { ...args, name: "weekly" };
      const owner = async () => {
        new nclue.TaskRun("first", weekly);
      };
      succeeded(await stack.up({ program: owner }));
      const [run] = await runs();
      const both = async () => {
        new nclue.TaskRun("first", weekly);
        new nclue.TaskRun("second", { ...weekly, onDuplicateName: "adopt" });
      };
      const up = await stack.up({ program: both });
      assert.equal(up.failed, true);
      assert.match(up.output, /not adopted: another resource of this stack holds it/);
      const second = (await stack.resources()).filter(({ urn }) => urn.endsWith("::second"));
      assert.deepEqual(second, []);
      assert.deepEqual(requests("DELETE"), []);
      assert.deepEqual(
        (await runs()).map(({ id }) => id),
        [run?.id],
      );
    });
  });

  it("of a run that another resource holds is not taken over by adopt with --target, and destroy --target leaves the run", async () => {
    await withNclue({}, async ({ stack, args, runs, requests }) => {
      const weekly = { ...args, name: "weekly" };
      const first = async () => {
        new nclue.TaskRun("first", weekly);
      };
      succeeded(await stack.up({ program: first }));
      const owned = (await stack.resources()).find(({ urn }) => urn.endsWith("::first"));
      const second = owned?.urn.replace(/first$/, "second") ?? "";
      const both = async () => {
        await first();
        new nclue.TaskRun("second", { ...weekly, onDuplicateName: "adopt" });
      };
      const target = ["--target", second];
      const up = await stack.up({ program: both, args: target });
      assert.equal(up.failed, true);
      assert.match(up.output, /not adopted: another resource of this stack holds it/);
      await stack.destroy({ program: both, args: target });
      assert.deepEqual(requests("DELETE"), []);
      assert.deepEqual(
        (await runs()).map(({ id }) => id),
        [owned?.id],
      );
      assert.deepEqual(
        (await stack.resources()).map(({ urn }) => urn),
        [owned?.urn],
      );
    });
  });

  const another = {
    "is spelled in another case, where the service tells none apart": (args: nclue.TaskRunArgs) => {
      new nclue.TaskRun("second", { ...args, name: "weekly", onDuplicateName: "adopt" });
    },
    "comes from a transform": (args: nclue.TaskRunArgs) => {
      const naming: pulumi.ResourceTransform = ({ props, opts }) => ({
        props: { ...props, name: "Weekly" },
        opts,
      });
      const options = { transforms: [naming] };
      new nclue.TaskRun("second", { ...args, onDuplicateName: "adopt" }, options);
    },
  };
  for (const [how, second] of Object.entries(another)) {
    it(`of a run that another resource holds is not taken over by adopt where it ${how}`, async () => {
      await withNclue({}, async ({ stack, args, runs, simulator }) => {
        simulator.setSwitches({ nameCase: "insensitive" });
        const first = async () => {
          new nclue.TaskRun("first", { ...args, name: "Weekly" });
        };
        succeeded(await stack.up({ program: first }));
        const [run] = await runs();
        const both = async () => {
          second(args);
          await first();
        };
        const up = await stack.up({ program: both });
        assert.equal(up.failed, true);
        assert.match(up.output, /not adopted: another resource of this stack holds it/);
        const urns = (await stack.resources()).map(({ urn }) => urn);
        assert.ok(urns.every((urn) => !urn.endsWith("::second")));
        assert.deepEqual(
          (await runs()).map(({ id }) => id),
          [run?.id],
        );
      });
    });
  }

  it("is free again for the new run of a failed one", async () => {
    await withNclue({}, async ({ stack, simulator, program, runs }) => {
      simulator.queuePlans({ outcome: "failed", failMessage: "OBS_UPLOAD_FAILED" });
      const failed = await stack.up({ program: program({ name: "monthly" }) });
      assert.equal(failed.failed, true);
      const [before] = await runs();
      const again = succeeded(await stack.up());
      assert.deepEqual(
        again.steps.map(({ op }) => op),
        ["delete-replaced", "replace", "create-replacement"],
      );
      const [after, ...more] = await runs();
      assert.deepEqual(more, []);
      assert.notEqual(after?.id, before?.id);
      assert.equal(after?.status, "completed");
      assert.equal((await stack.outputs()).runId, after?.id);
    });
  });

  it("of two resources of one program is an error for the second, and never a shared run", async () => {
    await withNclue({}, async ({ stack, args, runs, requests }) => {
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
    });
  });
});

function seedNamesake({ simulator, args }: Nclue, changes: { resultFilePath?: string } = {}) {
  return simulator.seedTaskRun({ name: "monthly", ...args, ...changes });
}
