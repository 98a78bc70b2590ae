import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { skip } from "../support/skip";
import type { Reply } from "./support/client";
import {
  assertEchoes,
  assertRefused,
  assertStatusWord,
  assertSuccessWord,
  assertTexts,
  assertTimestamps,
} from "./support/contractChecks";
import { contractFamilies } from "./support/contractFamilies";
import { type ContractTarget, findContractTarget } from "./support/contractTarget";

/*
 * What the API guide promises, and nothing more: where it is silent or contradicts itself (bodies of
 * NCLUE's errors, codes from 10110 up, list order, the meaning of index and total) no test here asks.
 * It can be pointed at the service itself, or at another stand-in; see support/contractTarget.ts.
 */
describe("The NCLUE contract", function () {
  this.timeout(60_000);
  let target: ContractTarget;

  before(async () => {
    target = await findContractTarget();
  });
  after(() => target.stop());

  describe("signatures", () => {
    it("lets a signed request in", async () => {
      assert.equal((await target.client.get("/task-runs?index=0&limit=1")).status, 200);
    });

    it("refuses a wrong secret with the gateway's error", async () => {
      const reply = await target.withSecret("wrong").get("/task-runs");
      assert.equal(reply.status, 401);
      const { error } = reply.json as { error: { errorCode: unknown; message: unknown } };
      assert.equal(String(error.errorCode), "200");
      assert.equal(typeof error.message, "string");
    });

    it("refuses a timestamp that is more than five minutes old", async () => {
      const timestamp = Date.now() - 10 * 60_000;
      assertRefused(await target.client.get("/task-runs", { timestamp }));
    });

    it("takes header names in any case", async () => {
      const timestamp = Date.now();
      const reply = await target.client.get("/task-runs", {
        timestamp,
        headers: {
          "x-ncp-apigw-timestamp": undefined,
          "X-NCP-APIGW-TIMESTAMP": String(timestamp),
        },
      });
      assert.equal(reply.status, 200);
    });
  });

  for (const { path, list, stem, request, parentNames, counts, pathRule } of contractFamilies) {
    const idField = `${stem}_id`;

    describe(`the list of ${path}`, () => {
      it("begins at index 0 with 20 items when nothing is asked", async () => {
        const { status, json } = await target.client.get(path);
        assert.equal(status, 200);
        assert.deepEqual([json.index, json.limit], [0, 20]);
        assert.ok(Number.isInteger(json.total));
        assert.ok((json[list] as unknown[]).length <= 20);
      });

      it("holds no more items than the limit, each as GET shows it", async () => {
        const { json } = await target.client.get(`${path}?index=0&limit=1`);
        const items = json[list] as Record<string, unknown>[];
        assert.ok(items.length <= 1);
        for (const item of items) {
          const { json: shown } = await target.client.get(`${path}/${item[idField]}`);
          assert.equal(shown[idField], item[idField]);
          assert.deepEqual(Object.keys(shown).sort(), Object.keys(item).sort());
        }
      });
    });

    describe(`a job of ${path}`, () => {
      /** A hundred characters, the longest name there may be. */
      const name = `contract-${randomUUID()}-`.padEnd(100, "x");
      let sent: Readonly<Record<string, string>>;
      let posted: Reply;

      before(async function () {
        sent = request(target) ?? skip(this, "the environment names nothing to build it on");
        posted = await target.client.post(path, { name, ...sent });
        assert.equal(posted.status, 200, posted.text);
      });

      it("is answered on POST with id, names and time, but without a status", () => {
        const { json } = posted;
        assertTexts(json, [idField, ...parentNames]);
        assertTimestamps(json, ["created_at"]);
        assert.equal(json[`${stem}_name`], name);
        assertEchoes(json, sent);
        assert.ok(!("status" in json));
        assert.ok(!("name" in json));
      });

      it("is shown by GET with one of the five statuses, and with all that it will have", async () => {
        const { status, json } = await target.client.get(`${path}/${posted.json[idField]}`);
        assert.equal(status, 200);
        for (const [field, value] of Object.entries(posted.json)) {
          assert.deepEqual(json[field], value, field);
        }
        assertStatusWord(json.status);
        if (["completed", "complete"].includes(String(json.status))) {
          for (const field of counts) assert.ok(Number.isInteger(json[field]), field);
        }
      });

      it("is in the list", async () => {
        const { json } = await target.client.get(`${path}?index=0&limit=100`);
        const jobs = json[list] as Record<string, unknown>[];
        // A full page may hide it behind others, as no order is promised.
        if (jobs.length < 100) {
          assert.ok(jobs.some((job) => job[idField] === posted.json[idField]));
        }
      });

      it("cannot share a name", async () => {
        const reply = await target.client.post(path, { name, ...sent });
        assert.equal(reply.status, 409);
        assert.match(reply.text, /10102/);
      });

      it("cannot have a name of more than a hundred characters", async () => {
        const reply = await target.client.post(path, { ...sent, name: `${name}x` });
        assert.equal(reply.status, 422);
        assert.match(reply.text, /10101/);
      });

      if (pathRule) {
        const [field, code] = pathRule;
        it("cannot have a refused character in a path", async () => {
          const changes = { name: randomUUID(), [field]: "contract/a|b" };
          const reply = await target.client.post(path, { ...sent, ...changes });
          assert.equal(reply.status, 422);
          assert.ok(reply.text.includes(String(code)), reply.text);
        });
      }

      it("cannot be created without a name or a required field, or on an unknown parent", async () => {
        const changes: Record<string, string | undefined>[] = [{ name: "" }, { name: undefined }];
        for (const field of Object.keys(sent)) {
          changes.push({ [field]: undefined });
          if (field.endsWith("_id")) changes.push({ [field]: randomUUID() });
        }
        for (const change of changes) {
          const body = { ...sent, name: randomUUID(), ...change };
          assertRefused(await target.client.post(path, body));
        }
      });

      it("answers a DELETE with the id alone, or refuses it while it is at work", async () => {
        const itemPath = `${path}/${posted.json[idField]}`;
        const reply = await target.client.delete(itemPath);
        if (reply.status === 200) {
          assert.deepEqual(reply.json, { [idField]: posted.json[idField] });
        } else {
          assertRefused(reply);
          const { status } = (await target.client.get(itemPath)).json;
          assert.ok(["pending", "in_progress"].includes(String(status)), String(status));
        }
      });

      it("is not shown by an unknown id", async () => {
        assertRefused(await target.client.get(`${path}/${randomUUID()}`));
      });

      it("has no update", async () => {
        const body = JSON.stringify({ name, ...sent });
        for (const method of ["PUT", "PATCH"]) {
          assertRefused(
            await target.client.send(method, `${path}/${posted.json[idField]}`, { body }),
          );
        }
      });
    });
  }

  describe("completed jobs", () => {
    it("show a feature with its source", async function () {
      if (target.featureId === undefined) skip(this, "NCLUE_CONTRACT_FEATURE names no feature");
      const { status, json } = await target.client.get(`/features/${target.featureId}`);
      assert.equal(status, 200);
      assert.equal(json.feature_id, target.featureId);
      assertSuccessWord(json.status);
      assertTexts(json, ["feature_name", "source_bucket", "source_file_path"]);
      assertTimestamps(json, ["created_at", "completed_at"]);
      for (const field of ["user_count", "token_count", "disk_usage"]) {
        assert.ok(Number.isInteger(json[field]), field);
      }
    });

    it("show a task with the feature it was trained on and its quality", async function () {
      if (target.taskId === undefined) skip(this, "NCLUE_CONTRACT_TASK names no task");
      const { status, json } = await target.client.get(`/tasks/${target.taskId}`);
      assert.equal(status, 200);
      assert.equal(json.task_id, target.taskId);
      assertSuccessWord(json.status);
      assertTexts(json, ["task_name", "train_feature_id", "train_bucket", "train_file_path"]);
      assertTimestamps(json, ["created_at", "completed_at"]);
      assert.equal(typeof json.AUROC, "string");
      assert.ok(Number(json.AUROC) >= 0 && Number(json.AUROC) <= 1);
    });
  });

  describe("an unfinished feature", () => {
    it("is no parent yet for a task, a task run or custom attributes", async function () {
      const [features, ...dependents] = contractFamilies;
      const source = features?.request(target);
      if (source === undefined) skip(this, "NCLUE_CONTRACT_SOURCE names no behaviour file");
      const name = `contract-${randomUUID()}`;
      const posted = await target.client.post("/features", { name, ...source });
      const id = String(posted.json.feature_id);
      for (const { path, request } of dependents) {
        const body = request({ ...target, featureId: id });
        if (body === undefined || !Object.values(body).includes(id)) continue;
        assertRefused(await target.client.post(path, { name, ...body }));
      }
      await target.client.delete(`/features/${id}`);
    });
  });

  describe("the download of a shopping intent", () => {
    it("is the file itself, named after the job", async function () {
      const id = target.intentId ?? skip(this, "NCLUE_CONTRACT_INTENT names no shopping intent");
      const reply = await target.client.get(`/profile/shopping-intents-download/${id}`);
      assert.equal(reply.status, 200);
      assert.doesNotMatch(String(reply.headers.get("content-type")), /json/);
      assert.ok(String(reply.headers.get("content-disposition")).includes(`${id}.tsv`));
      assert.match(reply.text, /^[^\t\n]+\t[^\n]+\n/);
    });

    it("is refused for an unknown id", async () => {
      const path = `/profile/shopping-intents-download/${randomUUID()}`;
      assertRefused(await target.client.get(path));
    });
  });
});
