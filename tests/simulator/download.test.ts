import assert from "node:assert/strict";
import { postJob } from "./support/requests";
import { withSimulator } from "./support/withSimulator";

const family = "profile/shopping-intents";
const pathOf = (id: string) => `/profile/shopping-intents-download/${id}`;

describe("The download of a shopping intent at the simulator", () => {
  it("is the file itself, one line a user, once the job is completed", () =>
    withSimulator(async (bench) => {
      const { simulator, client } = bench;
      const id = await postJob(bench, family);
      await simulator.advance(9_000);
      const { status, headers, text } = await client.get(pathOf(id));
      assert.equal(status, 200);
      assert.equal(headers.get("content-type"), "text/tab-separated-values");
      assert.equal(headers.get("content-disposition"), `attachment; filename="${id}.tsv"`);
      assert.equal(headers.get("content-length"), null);
      const lines = text.trimEnd().split("\n");
      assert.equal(lines.length, 120);
      assert.match(lines[0] ?? "", /^user-000001\t0\.\d+$/);
    }));

  it("is refused before that, and for an unknown id or one of another family", () =>
    withSimulator(async (bench) => {
      const { client, task } = bench;
      const early = await client.get(pathOf(await postJob(bench, family)));
      assert.deepEqual([early.status, /10114/.test(early.text)], [409, true]);
      assert.equal((await client.get(pathOf("no-such-job"))).status, 404);
      assert.equal((await client.get(pathOf(task.id))).status, 404);
    }));

  it("is a GET and nothing else, and of one job", () =>
    withSimulator(async ({ client }) => {
      for (const method of ["POST", "DELETE"]) {
        const body = method === "POST" ? "{}" : undefined;
        const reply = await client.send(method, pathOf("x"), body === undefined ? {} : { body });
        assert.equal(reply.status, 404, method);
      }
      assert.equal((await client.get("/profile/shopping-intents-download")).status, 404);
    }));

  it("announces its length when the switch says so", () =>
    withSimulator(
      async ({ simulator, client }) => {
        const { id } = simulator.seedShoppingIntent();
        await simulator.advance(9_000);
        const { headers, text } = await client.get(pathOf(id));
        assert.equal(Number(headers.get("content-length")), Buffer.byteLength(text));
      },
      { switches: { downloadLength: "announced" } },
    ));

  it("is over in the log when its client gives up midway", () =>
    withSimulator(async ({ simulator, client }) => {
      const feature = simulator.seedFeature({ userCount: 5_000_000 });
      const task = simulator.seedTask({ trainFeatureId: feature.id });
      const { id } = simulator.seedShoppingIntent({ taskId: task.id });
      await simulator.advance(9_000);
      const abort = new AbortController();
      const reply = client.get(pathOf(id), { signal: abort.signal });
      await simulator.waitForRequests((log) => log.some((entry) => entry.handled));
      abort.abort();
      await assert.rejects(reply);
      const [entry] = await simulator.waitForRequests(1);
      assert.deepEqual([entry?.status, entry?.done], [200, true]);
    }));

  it("can be cut midway, and be empty", () =>
    withSimulator(async ({ simulator, client }) => {
      const { id } = simulator.seedShoppingIntent();
      await simulator.advance(9_000);
      simulator.addFault({ answer: { kind: "truncated" } });
      await assert.rejects(client.get(pathOf(id)));
      simulator.setSwitches({ results: "empty" });
      const { status, text } = await client.get(pathOf(id));
      assert.deepEqual([status, text], [200, ""]);
    }));

  it("streams a large file, which is never whole in memory", () =>
    withSimulator(async ({ simulator, client }) => {
      const feature = simulator.seedFeature({ userCount: 250_000 });
      const task = simulator.seedTask({ trainFeatureId: feature.id });
      const { id } = simulator.seedShoppingIntent({ taskId: task.id });
      await simulator.advance(9_000);
      const { text } = await client.get(pathOf(id));
      assert.equal(text.split("\n").length, 250_001);
      assert.equal((await client.get(`/${family}/${id}`)).json.line_count, 250_000);
    }));
});
