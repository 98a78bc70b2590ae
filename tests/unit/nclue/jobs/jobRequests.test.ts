import assert from "node:assert/strict";
import { families } from "../../../../provider/src/domain/families";
import type { Family } from "../../../../provider/src/domain/family";
import { JobRequests } from "../../../../provider/src/nclue/jobs/jobRequests";
import { Priority } from "../../../../provider/src/nclue/rateLimiter";
import type { ServiceRequest, Transport } from "../../../../provider/src/nclue/transport";

const { feature, taskRun } = families;
const options = { priority: Priority.read } as const;

function bench(family: Family, ...answers: readonly unknown[]) {
  const sent: ServiceRequest[] = [];
  const send = async (request: ServiceRequest) => {
    sent.push(request);
    return answers[sent.length - 1];
  };
  const requests = new JobRequests(family, { send } as Pick<Transport, "send">);
  return { requests, sent, lines: () => sent.map(({ method, path }) => `${method} ${path}`) };
}

describe("JobRequests", () => {
  it("speaks to the documented paths", async () => {
    const { requests, lines, sent } = bench(
      taskRun,
      { run_id: "1" },
      { run_id: "a/b?c" },
      { runs: [], total: 0 },
      { run_id: "1" },
    );
    await requests.post("n", { taskId: "t", featureId: "f" }, options);
    await requests.get("a/b?c", options);
    await requests.list(100, options);
    await requests.delete("1", options);
    assert.deepEqual(lines(), [
      "POST /task-runs",
      "GET /task-runs/a%2Fb%3Fc",
      "GET /task-runs?index=100&limit=100",
      "DELETE /task-runs/1",
    ]);
    assert.deepEqual(sent[0]?.body, { name: "n", task_id: "t", feature_id: "f" });
  });

  const paths = [
    "/features",
    "/tasks",
    "/task-runs",
    "/profile/custom-attributes",
    "/profile/shopping-intents",
  ];
  for (const [n, family] of Object.values(families).entries()) {
    it(`finds ${family.nouns} at ${paths[n]}`, async () => {
      const { requests, lines } = bench(family, { [`${family.stem}_id`]: "1" });
      await requests.get("1", options);
      assert.deepEqual(lines(), [`GET ${paths[n]}/1`]);
    });
  }

  const unreadable: readonly (readonly [string, (requests: JobRequests) => Promise<unknown>])[] = [
    ["a job", (requests) => requests.get("1", options)],
    ["a page", (requests) => requests.list(0, options)],
    ["a new job", (requests) => requests.post("n", {}, options)],
  ];
  for (const [what, ask] of unreadable) {
    it(`does not take just any JSON for ${what}`, async () => {
      for (const answer of [{ hello: "world" }, null, [], "text", { run_id: "1" }]) {
        await assert.rejects(ask(bench(feature, answer).requests), {
          code: "unreadable",
          message: /nclue:endpoint/,
        });
      }
    });
  }

  it("does not take another job for the one that was asked for", async () => {
    await assert.rejects(bench(taskRun, { run_id: "2" }).requests.get("1", options), {
      code: "unreadable",
      facts: {},
    });
  });

  it("takes an id in another case for the one that was asked for, and keeps the spelling that it was asked by", async () => {
    const job = await bench(taskRun, { run_id: "7A1D" }).requests.get("7a1d", options);
    assert.equal(job.id, "7a1d");
  });

  it("says of an unreadable answer to a POST that it may have taken effect", async () => {
    await assert.rejects(bench(taskRun, []).requests.post("n", {}, options), {
      facts: { mayHaveTakenEffect: true },
    });
  });

  for (const answer of [{ run_id: "1" }, {}, null, undefined, "gone", { run_id: "2" }]) {
    it(`takes ${JSON.stringify(answer)} to a DELETE for success`, () =>
      bench(taskRun, answer).requests.delete("1", options));
  }
});
