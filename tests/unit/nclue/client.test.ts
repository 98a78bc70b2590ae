import assert from "node:assert/strict";
import { NclueClient } from "../../../provider/src/nclue/client";
import { PartLooks } from "../../../provider/src/nclue/partLooks";
import { Priority } from "../../../provider/src/nclue/rateLimiter";
import type { ServiceRequest, Transport } from "../../../provider/src/nclue/transport";

const options = { priority: Priority.read } as const;

function bench(...answers: readonly unknown[]) {
  const requests: ServiceRequest[] = [];
  const send = async (request: ServiceRequest) => {
    requests.push(request);
    return answers[requests.length - 1];
  };
  const client = new NclueClient({ send } as unknown as Transport);
  return { client, lines: () => requests.map(({ method, path }) => `${method} ${path}`) };
}

describe("NclueClient", () => {
  it("speaks to the documented paths", async () => {
    const { client, lines } = bench(
      { run_id: "1" },
      { run_id: "a/b?c" },
      { runs: [] },
      { run_id: "1" },
      { task_id: "t" },
      { feature_id: "f" },
    );
    await client.createTaskRun({ name: "n", taskId: "t", featureId: "f" }, options);
    await client.getTaskRun("a/b?c", options);
    await client.listTaskRuns(100, options);
    await client.deleteTaskRun("1", options);
    await client.getTask("t", options);
    await client.getFeature("f", options);
    assert.deepEqual(lines(), [
      "POST /task-runs",
      "GET /task-runs/a%2Fb%3Fc",
      "GET /task-runs?index=100&limit=100",
      "DELETE /task-runs/1",
      "GET /tasks/t",
      "GET /features/f",
    ]);
  });

  const unreadable: readonly (readonly [string, (client: NclueClient) => Promise<unknown>])[] = [
    ["a run", (client) => client.getTaskRun("1", options)],
    ["a page", (client) => client.listTaskRuns(0, options)],
    ["a task", (client) => client.getTask("1", options)],
  ];
  for (const [what, ask] of unreadable) {
    it(`does not take just any JSON for ${what}`, async () => {
      const { client } = bench({ hello: "world" });
      await assert.rejects(ask(client), { code: "unreadable", message: /nclue:endpoint/ });
    });
  }

  it("does not take another run for the one that was asked for", async () => {
    await assert.rejects(bench({ run_id: "2" }).client.getTaskRun("1", options), {
      code: "unreadable",
    });
  });

  it("says of an unreadable answer to a POST that it may have taken effect", async () => {
    const request = { name: "n", taskId: "t", featureId: "f" };
    await assert.rejects(bench([]).client.createTaskRun(request, options), {
      facts: { mayHaveTakenEffect: true },
    });
  });
});

describe("PartLooks", () => {
  it("looks once at a part that many resources name, and again after a failure", async () => {
    const { signal } = new AbortController();
    const { client, lines } = bench(null, { task_id: "t" }, { feature_id: "t" });
    const looks = new PartLooks(client);
    const look = (family: "task" | "feature") => looks.look(family, "t", false, signal);
    await assert.rejects(look("task"));
    await Promise.all([look("task"), look("task")]);
    await look("feature");
    assert.deepEqual(lines(), ["GET /tasks/t", "GET /tasks/t", "GET /features/t"]);
  });

  it("keeps a failure in a preview, which is one moment", async () => {
    const { signal } = new AbortController();
    const { client, lines } = bench(null, { task_id: "t" });
    const looks = new PartLooks(client);
    for (let n = 0; n < 3; n++) await assert.rejects(looks.look("task", "t", true, signal));
    assert.deepEqual(lines(), ["GET /tasks/t"]);
  });
});
