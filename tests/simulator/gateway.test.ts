import assert from "node:assert/strict";
import { createClient } from "./support/client";
import { withSimulator } from "./support/withSimulator";

const refused = { error: { errorCode: "200", message: "Authentication Failed" } };
const minuteMs = 60_000;

describe("The simulator's gateway", () => {
  it("refuses an unknown key, a wrong secret and a missing header alike", () =>
    withSimulator(async ({ simulator, client }) => {
      const { endpoint, accessKey, secretKey } = simulator;
      const strangers = [
        createClient({ endpoint, accessKey: "nobody", secretKey }),
        createClient({ endpoint, accessKey, secretKey: "wrong" }),
      ];
      for (const stranger of strangers) {
        const reply = await stranger.get("/task-runs");
        assert.deepEqual([reply.status, reply.json], [401, refused]);
      }
      for (const name of [
        "x-ncp-apigw-timestamp",
        "x-ncp-iam-access-key",
        "x-ncp-apigw-signature-v2",
      ]) {
        const reply = await client.get("/task-runs", { headers: { [name]: undefined } });
        assert.deepEqual([reply.status, reply.json], [401, refused]);
      }
    }));

  it("refuses a timestamp five minutes off in either direction, and none that is closer", () => {
    const nowMs = Date.UTC(2026, 3, 1);
    return withSimulator(
      async ({ client }) => {
        const statusAt = async (offMs: number) =>
          (await client.get("/task-runs", { timestamp: nowMs + offMs })).status;
        assert.equal(await statusAt(5 * minuteMs - 1), 200);
        assert.equal(await statusAt(1 - 5 * minuteMs), 200);
        assert.equal(await statusAt(5 * minuteMs), 401);
        assert.equal(await statusAt(-5 * minuteMs), 401);
      },
      { clock: { source: () => nowMs } },
    );
  });

  it("sends its own time in the Date header, with the skew of its switch", () => {
    const nowMs = Date.UTC(2026, 3, 1, 12, 0, 0);
    return withSimulator(
      async ({ simulator, client }) => {
        const dateOf = async (timestamp: number) =>
          (await client.get("/task-runs", { timestamp })).headers.get("date");
        assert.equal(await dateOf(nowMs), "Wed, 01 Apr 2026 12:00:00 GMT");
        simulator.setSwitches({ gatewaySkewMs: -10 * minuteMs });
        const late = await client.get("/task-runs", { timestamp: nowMs });
        assert.equal(late.status, 401);
        assert.equal(late.headers.get("date"), "Wed, 01 Apr 2026 11:50:00 GMT");
        assert.equal(await dateOf(nowMs - 10 * minuteMs), "Wed, 01 Apr 2026 11:50:00 GMT");
      },
      { clock: { source: () => nowMs } },
    );
  });

  it("stays on true time while the service's clock is moved, unless its switch ties them", () =>
    withSimulator(async ({ simulator, client }) => {
      simulator.setClock({ frozen: true });
      await simulator.advance(24 * 60 * minuteMs);
      assert.equal((await client.get("/task-runs")).status, 200);
      simulator.setSwitches({ gatewayClock: "service" });
      assert.equal((await client.get("/task-runs")).status, 401);
      const timestamp = simulator.now();
      assert.equal((await client.get("/task-runs", { timestamp })).status, 200);
    }));

  it("gives every answer an id to ask support about", () =>
    withSimulator(async ({ client }) => {
      const ids = [
        (await client.get("/task-runs")).headers.get("x-ncp-request-id"),
        (await client.get("/nowhere")).headers.get("x-ncp-request-id"),
      ];
      assert.equal(new Set(ids).size, 2);
      assert.ok(ids.every(Boolean));
    }));

  it("knows no other paths and methods than the documented ones", () =>
    withSimulator(async ({ client }) => {
      const notFound = { error: { errorCode: "300", message: "Not Found Exception" } };
      for (const [method, path] of [
        ["GET", "/nowhere"],
        ["PUT", "/task-runs/1"],
        ["PATCH", "/task-runs/1"],
        ["POST", "/task-runs/1"],
        ["DELETE", "/task-runs"],
        ["GET", "/task-runs/"],
        ["GET", "//task-runs"],
        ["GET", "/task-runs/1/2"],
        ["GET", "/toString"],
      ] as const) {
        const reply = await client.send(method, path);
        assert.deepEqual([reply.status, reply.json], [404, notFound], `${method} ${path}`);
      }
    }));

  it("takes a trailing slash for the same path when its switch says so", () =>
    withSimulator(
      async ({ client }) => assert.equal((await client.get("/task-runs/")).status, 200),
      { switches: { trailingSlash: "same" } },
    ));

  it("refuses a body that is no JSON object, and one that is too large", () =>
    withSimulator(async ({ client }) => {
      for (const body of ["", "{", "[]", "null", '"text"']) {
        const reply = await client.send("POST", "/task-runs", { body });
        assert.equal(reply.status, 400, body);
      }
      const reply = await client.post("/task-runs", { name: "x".repeat(1_000_001) });
      assert.equal(reply.status, 413);
      assert.match(reply.text, /"430"/);
    }));

  it("asks for a content type only when its switch says so", () =>
    withSimulator(async ({ simulator, client, runRequest }) => {
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      assert.equal((await client.post("/task-runs", runRequest, { headers })).status, 200);
      simulator.setSwitches({ contentTypeRequired: true });
      assert.equal((await client.post("/task-runs", runRequest, { headers })).status, 400);
    }));

  it("turns away keys without rights by the word of the gateway or of NCLUE", () =>
    withSimulator(async ({ simulator, client }) => {
      simulator.setKeyAccess(simulator.accessKey, "deniedByGateway");
      const byGateway = await client.get("/task-runs");
      assert.deepEqual(
        [byGateway.status, byGateway.json],
        [401, { error: { errorCode: "210", message: "Permission Denied" } }],
      );
      simulator.setKeyAccess(simulator.accessKey, "deniedByService");
      const byService = await client.get("/task-runs");
      assert.equal(byService.status, 401);
      assert.match(byService.text, /10100.*ACCESS_DENIED/);
      simulator.removeKey(simulator.accessKey);
      assert.deepEqual((await client.get("/task-runs")).json, refused);
    }));

  it("shows an account's jobs to all of its keys and to no other account's", () =>
    withSimulator(
      async ({ simulator, postRun }) => {
        const id = await postRun();
        const { endpoint } = simulator;
        const colleague = createClient({ endpoint, accessKey: "acme-2", secretKey: "s2" });
        const stranger = createClient({ endpoint, accessKey: "other", secretKey: "s3" });
        assert.equal((await colleague.get(`/task-runs/${id}`)).status, 200);
        assert.equal((await stranger.get(`/task-runs/${id}`)).status, 404);
        assert.equal((await stranger.delete(`/task-runs/${id}`)).status, 404);
        assert.equal((await stranger.get("/task-runs")).json.total, 0);
      },
      {
        accounts: [
          {
            name: "acme",
            keys: [
              { accessKey: "acme-1", secretKey: "s1" },
              { accessKey: "acme-2", secretKey: "s2" },
            ],
          },
          { accessKey: "other", secretKey: "s3" },
        ],
      },
    ));
});

describe("The simulator's rate limit", () => {
  let nowMs = Date.UTC(2026, 3, 1);
  const clock = { source: () => nowMs };

  it("is off unless a rate is given", () =>
    withSimulator(
      async ({ client }) => {
        for (let n = 0; n < 5; n++) {
          assert.equal((await client.get("/task-runs", { timestamp: nowMs })).status, 200);
        }
      },
      { clock },
    ));

  it("refuses calls above the rate, which then cost nothing", () =>
    withSimulator(
      async ({ client }) => {
        const call = async () => (await client.get("/task-runs", { timestamp: nowMs })).status;
        assert.equal(await call(), 200);
        nowMs += 999;
        assert.equal(await call(), 429);
        nowMs += 1;
        assert.equal(await call(), 200);
      },
      { clock, rate: 1 },
    ));

  it("answers as its switches say: code, Retry-After and burst", () =>
    withSimulator(
      async ({ simulator, client }) => {
        const call = () => client.get("/task-runs", { timestamp: nowMs });
        assert.equal((await call()).status, 200);
        assert.equal((await call()).status, 200);
        const first = await call();
        assert.deepEqual(
          [first.status, first.json, first.headers.get("retry-after")],
          [429, { error: { errorCode: "420", message: "Rate Limited" } }, null],
        );
        simulator.setSwitches({ rateLimit: "410", retryAfter: "seconds" });
        const second = await call();
        assert.deepEqual(second.json, { error: { errorCode: "410", message: "Throttle Limited" } });
        assert.equal(second.headers.get("retry-after"), "2");
        simulator.setSwitches({ retryAfter: "date" });
        const third = await call();
        assert.equal(third.headers.get("retry-after"), new Date(nowMs + 2000).toUTCString());
      },
      { clock, rate: 0.5, switches: { rateBurst: 2 } },
    ));

  it("counts per account, per key or for everyone", async () => {
    for (const [rateScope, expected] of [
      ["account", [200, 429, 200]],
      ["key", [200, 200, 200]],
      ["everyone", [200, 429, 429]],
    ] as const) {
      await withSimulator(
        async ({ simulator }) => {
          const statuses: number[] = [];
          for (const accessKey of ["acme-1", "acme-2", "other"]) {
            const client = createClient({
              endpoint: simulator.endpoint,
              accessKey,
              secretKey: "s",
            });
            statuses.push((await client.get("/tasks", { timestamp: nowMs })).status);
          }
          assert.deepEqual(statuses, expected, rateScope);
        },
        {
          clock,
          rate: 1,
          switches: { rateScope },
          accounts: [
            {
              name: "acme",
              keys: [
                { accessKey: "acme-1", secretKey: "s" },
                { accessKey: "acme-2", secretKey: "s" },
              ],
            },
            { accessKey: "other", secretKey: "s" },
          ],
        },
      );
    }
  });

  it("can hold calls back instead of refusing them", () =>
    withSimulator(
      async ({ client }) => {
        const replies = await Promise.all([1, 2, 3].map(() => client.get("/task-runs")));
        assert.deepEqual(
          replies.map((reply) => reply.status),
          [200, 200, 200],
        );
      },
      { rate: 1000, switches: { rateLimit: "delay" } },
    ));
});
