import assert from "node:assert/strict";
import { succeeded } from "../support/engine";
import { type Nclue, told, withNclue } from "../support/withNclue";

describe("a create that is cut off", () => {
  it("after the service has made the run: the next up adopts it and says so", async () => {
    await withNclue({}, async (nclue) => {
      const { stack, runs, requests } = nclue;
      const up = await upUntilPosted(nclue);
      for (const pid of stack.pluginPids()) process.kill(pid, "SIGKILL");
      const outcome = await up.ended;
      assert.equal(outcome.failed, true);
      assert.deepEqual(await stack.resources(), []);
      const [made, ...more] = await runs();
      assert.ok(made);
      assert.deepEqual(more, []);

      const again = succeeded(await stack.up());
      assert.ok(
        told(again).join("\n").includes(`info: adopted task run "${made.name}" (${made.id}, `),
        again.output,
      );
      assert.deepEqual(
        (await runs()).map(({ id }) => id),
        [made.id],
      );
      assert.equal(requests("POST").length, 1);
      assert.equal((await stack.outputs()).runId, made.id);
      succeeded(await stack.up({ args: ["--expect-no-changes"] }));
      succeeded(await stack.destroy());
      assert.deepEqual(await runs(), []);
    });
  });

  it("with the whole engine: the next up after pulumi cancel adopts it too", async () => {
    await withNclue({}, async (nclue) => {
      const { stack, runs, requests } = nclue;
      const up = await upUntilPosted(nclue);
      const pids = stack.pluginPids();
      up.signal("SIGKILL");
      for (const pid of pids) process.kill(pid, "SIGKILL");
      assert.equal((await up.ended).signal, "SIGKILL");
      succeeded(await stack.cancel());
      const again = succeeded(await stack.up());
      assert.match(again.output, /adopted task run "scores-[0-9a-f]{10}"/);
      assert.equal((await runs()).length, 1);
      assert.equal(requests("POST").length, 1);
    });
  });

  it("before the service has got the request: the next up makes the run, once", async () => {
    await withNclue({}, async (nclue) => {
      const { stack, runs, requests } = nclue;
      const up = await upUntilPosted(nclue, "before");
      for (const pid of stack.pluginPids()) process.kill(pid, "SIGKILL");
      assert.equal((await up.ended).failed, true);
      for (const held of nclue.simulator.heldRequests()) held.drop();
      assert.deepEqual(await runs(), []);
      succeeded(await stack.up());
      assert.equal((await runs()).length, 1);
      assert.equal(requests("POST").length, 2);
    });
  });

  it("of a replacement: the next up adopts the new run, then deletes the old one", async () => {
    await withNclue({}, async (nclue) => {
      const { stack, program, runs, requests } = nclue;
      succeeded(await stack.up());
      const [before] = await runs();
      const changed = program({ resultFilePath: "churn/2/" });
      const up = await upUntilPosted(nclue, "after", { program: changed });
      for (const pid of stack.pluginPids()) process.kill(pid, "SIGKILL");
      assert.equal((await up.ended).failed, true);
      const made = (await runs()).find(({ id }) => id !== before?.id);
      assert.ok(made);

      const again = succeeded(await stack.up());
      assert.ok(again.output.includes(`adopted task run "${made.name}" (${made.id}, `));
      assert.deepEqual(
        (await runs()).map(({ id }) => id),
        [made.id],
      );
      assert.equal(requests("POST").length, 1);
      assert.deepEqual(
        (await stack.resources()).map(({ id }) => id),
        [made.id],
      );
    });
  });

  it("of a forced replacement: the next one adopts the new run, never the old one", async () => {
    await withNclue({}, async (nclue) => {
      const { stack, runs, requests } = nclue;
      succeeded(await stack.up());
      const [before] = await runs();
      const [resource] = await stack.resources();
      const args = ["--replace", resource?.urn ?? ""];
      const up = await upUntilPosted(nclue, "after", { args });
      for (const pid of stack.pluginPids()) process.kill(pid, "SIGKILL");
      assert.equal((await up.ended).failed, true);
      const made = (await runs()).find(({ id }) => id !== before?.id);
      assert.ok(made);

      const again = succeeded(await stack.up({ args }));
      assert.ok(again.output.includes(`adopted task run "${made.name}" (${made.id}, `));
      assert.deepEqual(
        (await runs()).map(({ id }) => id),
        [made.id],
      );
      assert.equal(requests("POST").length, 1);
      assert.equal((await stack.outputs()).runId, made.id);
    });
  });
});

/** Starts an update, and returns when the service has got the POST and its answer is held back. */
async function upUntilPosted(
  { stack, simulator }: Nclue,
  when: "before" | "after" = "after",
  options: Parameters<typeof stack.start>[1] = {},
) {
  simulator.clearLog();
  simulator.clearFaults();
  simulator.addFault({
    match: { method: "POST", path: "/task-runs" },
    when,
    answer: { kind: "hold" },
  });
  const up = await stack.start("up", options);
  await simulator.held();
  return up;
}
