import assert from "node:assert/strict";
import { NclueError } from "../../../provider/src/kernel/errors";
import { RunPages } from "../../../provider/src/nclue/runPages";
import { fakeList, type ListRules } from "../../support/fakeList";

const options = { priority: 1 } as const;

async function walk(rules: ListRules) {
  const list = fakeList(rules);
  const pages = new RunPages(list.client);
  const walkOnce = async () => {
    const ids: string[] = [];
    for await (const runs of pages.walk(options)) ids.push(...runs.map(({ runId }) => runId));
    return ids;
  };
  return { list, walkOnce };
}

const counts = [0, 1, 99, 100, 101, 200, 201, 350];

describe("RunPages", () => {
  for (const index of ["position", "page"] as const) {
    for (const total of ["all", "returned", "missing"] as const) {
      for (const pastEnd of ["empty", "refused"] as const) {
        it(`finds each run once: index is a ${index}, total is ${total}, past the end is ${pastEnd}`, async () => {
          for (const count of counts) {
            const { walkOnce } = await walk({ count, index, total, pastEnd });
            for (let times = 1; times <= 2; times++) {
              const ids = await walkOnce();
              assert.equal(ids.length, count, `${count} runs, walk ${times}`);
              assert.equal(new Set(ids).size, count);
            }
          }
        });
      }
    }
  }

  it("asks once where everything is on the first page", async () => {
    const { list, walkOnce } = await walk({ count: 40, index: "position", total: "all" });
    await walkOnce();
    assert.deepEqual(list.asked, [0]);
  });

  it("asks no more than it needs once it knows what index means", async () => {
    for (const [index, first, second] of [
      ["position", [0, 100, 200], [0, 100, 200]],
      ["page", [0, 100, 1, 2], [0, 1, 2]],
    ] as const) {
      const { list, walkOnce } = await walk({ count: 250, index, total: "all" });
      await walkOnce();
      assert.deepEqual(list.asked.splice(0), first);
      await walkOnce();
      assert.deepEqual(list.asked, second);
    }
  });

  it("goes on where the account grows past a first page that was just full", async () => {
    for (const index of ["position", "page"] as const) {
      const rules = { count: 100, index, total: "returned" } as const;
      const { list, walkOnce } = await walk(rules);
      assert.equal((await walkOnce()).length, 100);
      list.grow(1);
      assert.equal((await walkOnce()).length, 101, index);
    }
  });

  it("proves nothing about a run where there are more than it reads", async () => {
    for (const [count, isWhole] of [
      [19_950, true],
      [20_101, false],
    ] as const) {
      const { client } = fakeList({ count, index: "position", total: "all" });
      const steps = new RunPages(client).walk(options);
      let step = await steps.next();
      while (step.done !== true) step = await steps.next();
      assert.equal(step.value, isWhole, `${count} runs`);
    }
  });

  it("ends where the list shrinks while it is read", async () => {
    for (const index of ["position", "page"] as const) {
      const { list, walkOnce } = await walk({ count: 350, index, total: "all", shrinkBy: 60 });
      const ids = await walkOnce();
      assert.equal(new Set(ids).size, ids.length);
      assert.ok(list.asked.length < 12);
    }
  });

  it("ends where a list never ends", async () => {
    const { list, walkOnce } = await walk({ count: 1e9, index: "position", total: "returned" });
    assert.equal((await walkOnce()).length, 20_000);
    assert.ok(list.asked.length < 210);
  });

  it("passes on a refusal of the first page, and one by the gateway", async () => {
    const refused = new NclueError("refused", { doing: "", cause: "no" }, { kind: "denied" });
    const { list, walkOnce } = await walk({ count: 350, index: "position", total: "all" });
    list.failFrom(100, refused);
    await assert.rejects(walkOnce(), refused);
    list.failFrom(0, refused);
    await assert.rejects(walkOnce(), refused);
  });
});
