import assert from "node:assert/strict";
import { families } from "../../../../provider/src/domain/families";
import { NclueError } from "../../../../provider/src/kernel/errors";
import { Jobs } from "../../../../provider/src/nclue/jobs/jobs";
import { ListShape } from "../../../../provider/src/nclue/jobs/listShape";
import { Priority } from "../../../../provider/src/nclue/rateLimiter";
import type { SendOptions, ServiceRequest } from "../../../../provider/src/nclue/transport";
import { FakeClock } from "../../../support/fakeClock";

const { signal } = new AbortController();

/** A service with runs that a test changes as it likes; answers may fail or lag behind. */
function bench(count = 3) {
  const clock = new FakeClock();
  const runs = new Map(Array.from({ length: count }, (_, n) => [`run-${n}`, `name-${n}`]));
  const lines: string[] = [];
  const priorities: Priority[] = [];
  const world = {
    isLagging: false,
    /** Set, requests fail with it. */
    failure: undefined as Error | undefined,
    onList: () => {},
  };
  const shown = ([run_id, run_name]: readonly [string, string]) => ({
    run_id,
    run_name,
    status: "pending",
  });
  const notFound = () =>
    new NclueError("refused", { doing: "GET", cause: "404" }, { kind: "not-found" });
  const send = async ({ method, path, body }: ServiceRequest, { priority }: SendOptions) => {
    lines.push(`${method} ${path}`);
    priorities.push(typeof priority === "function" ? priority() : priority);
    if (world.failure !== undefined) throw world.failure;
    const id = path.split("/")[2] ?? "";
    if (method === "POST") {
      const { name } = body as { name: string };
      if (!world.isLagging) runs.set(`new-${name}`, name);
      return { run_id: `new-${name}`, run_name: name };
    }
    if (method === "DELETE") {
      if (!world.isLagging) runs.delete(id);
      return {};
    }
    if (id !== "") {
      const name = runs.get(id);
      if (name === undefined) throw notFound();
      return shown([id, name]);
    }
    const index = Number(new URL(path, "http://nclue").searchParams.get("index"));
    const page = [...runs].slice(index, index + 100).map(shown);
    const total = runs.size;
    world.onList();
    return { runs: page, total };
  };
  const jobs = new Jobs(families.taskRun, { send }, clock, new ListShape());
  const observe = (id: string, newerThanMs = clock.monotonicMs()) =>
    clock.runUntil(jobs.observe(id, { dueMs: 0, newerThanMs, priority: Priority.read, signal }));
  return { clock, jobs, runs, lines, priorities, world, observe };
}

const names = (jobs: readonly { readonly name: string | null }[]) => jobs.map(({ name }) => name);

describe("Jobs.known", () => {
  it("reads the list once, for all who ask", async () => {
    const { jobs, lines, clock } = bench();
    const [first] = await Promise.all([jobs.known(signal), jobs.known(signal)]);
    await clock.advance(60_000);
    assert.deepEqual(await jobs.known(signal), first);
    assert.deepEqual(names(first), ["name-0", "name-1", "name-2"]);
    assert.deepEqual(lines, ["GET /task-runs?index=0&limit=100"]);
  });

  it("knows without another request what this process has created and deleted", async () => {
    const { jobs, lines, world } = bench();
    await jobs.known(signal);
    world.isLagging = true;
    await jobs.create("mine", { taskId: "t" }, signal);
    await jobs.delete("run-1", signal);
    assert.deepEqual(names(await jobs.known(signal)), ["name-0", "name-2", "mine"]);
    assert.deepEqual(names(jobs.seen()), ["name-0", "name-2", "mine"]);
    assert.equal(lines.filter((line) => line.startsWith("GET")).length, 1);
  });

  it("reads again after a read that failed", async () => {
    const { jobs, world } = bench();
    world.failure = new Error("broken");
    await assert.rejects(jobs.known(signal), /broken/);
    world.failure = undefined;
    assert.equal((await jobs.known(signal)).length, 3);
  });

  it("is an error where it is not clear which jobs are the newest and the list moves: one may be ours", async () => {
    const { jobs, runs, world } = bench(250);
    world.onList = () => void runs.delete([...runs.keys()][0] ?? "");
    await assert.rejects(jobs.known(signal), {
      code: "unreadable",
      message:
        "reading which task runs exist: the list of task runs changes while it is read, holds " +
        "entries without an id, or holds more than are ever read, so it may be incomplete\n" +
        "try again later, or delete jobs that are not needed",
    });
    world.onList = () => {};
    await jobs.known(signal);
  });
});

describe("Jobs.reread", () => {
  it("reads the newest jobs again, and knows the others still", async () => {
    const { jobs, runs, clock } = bench();
    await jobs.known(signal);
    runs.set("run-9", "name-9");
    runs.delete("run-0");
    await clock.advance(1);
    const known = names(await jobs.reread(signal));
    assert.ok(known.includes("name-9") && known.includes("name-0"));
  });
});

describe("Jobs.create", () => {
  it("sends the request, and takes the new job for registered", async () => {
    const { jobs, lines, priorities } = bench();
    const job = await jobs.create("mine", { taskId: "t", featureId: "f" }, signal);
    assert.deepEqual([job.id, job.name, job.status], ["new-mine", "mine", "registered"]);
    assert.deepEqual([lines, priorities], [["POST /task-runs"], [Priority.write]]);
  });

  it("knows for two minutes that the job may not be visible yet", async () => {
    const { jobs, clock, observe, world } = bench();
    world.isLagging = true;
    const { id } = await jobs.create("mine", {}, signal);
    await clock.advance(1);
    assert.equal((await observe(id)).kind, "missing");
    assert.ok(jobs.mayStillAppear(id));
    await clock.advance(2 * 60_000);
    assert.ok(!jobs.mayStillAppear(id));
    assert.ok(!jobs.mayStillAppear("run-1"));
  });

  it("remembers nothing of a request that failed", async () => {
    const { jobs, world } = bench();
    world.failure = new Error("broken");
    await assert.rejects(jobs.create("mine", {}, signal), /broken/);
    assert.deepEqual(jobs.seen(), []);
  });
});

describe("Jobs.delete", () => {
  it("deletes, and answers no later read from memory", async () => {
    const { jobs, lines, observe, clock } = bench();
    await observe("run-1");
    await jobs.delete("run-1", signal);
    assert.equal((await observe("run-1", clock.monotonicMs() - 60_000)).kind, "missing");
    assert.deepEqual(lines, [
      "GET /task-runs/run-1",
      "DELETE /task-runs/run-1",
      "GET /task-runs/run-1",
    ]);
  });

  it("hides the job from every reader, though the list still shows it", async () => {
    const { jobs, world } = bench();
    world.isLagging = true;
    await jobs.delete("run-1", signal);
    assert.deepEqual(names((await jobs.list(signal)).jobs), ["name-0", "name-2"]);
    assert.deepEqual(names((await jobs.listSome(signal)).jobs), ["name-0", "name-2"]);
    assert.equal(await jobs.isListed("run-1", signal), "absent");
    assert.deepEqual(await jobs.search(({ id }) => id === "run-1", signal), { kind: "absent" });
    assert.deepEqual(names(await jobs.known(signal)), ["name-0", "name-2"]);
  });

  it("keeps the job where the request failed", async () => {
    const { jobs, world, observe } = bench();
    await observe("run-1");
    world.failure = new Error("broken");
    await assert.rejects(jobs.delete("run-1", signal), /broken/);
    assert.deepEqual(names(jobs.seen()), ["name-1"]);
  });

  it("forgets a job that somebody else has deleted for certain", async () => {
    const { jobs, observe } = bench();
    await observe("run-1");
    jobs.noteGone("run-1");
    assert.deepEqual(jobs.seen(), []);
  });
});

describe("Jobs.isListed", () => {
  it("reads the whole list, which proves absence for a minute", async () => {
    const { jobs, lines, clock, runs } = bench(150);
    assert.equal(await jobs.isListed("run-150", signal), "absent");
    const requests = lines.length;
    await clock.advance(60_000);
    assert.equal(await jobs.isListed("run-151", signal), "absent");
    assert.equal(lines.length, requests);
    runs.set("run-151", "name-151");
    await clock.advance(1);
    assert.equal(await jobs.isListed("run-151", signal), "listed");
  });

  it("reads once for questions that come together", async () => {
    const { jobs, lines } = bench(150);
    const ids = ["run-200", "run-201", "run-202"];
    const answers = await Promise.all(ids.map((id) => jobs.isListed(id, signal)));
    assert.deepEqual(answers, ["absent", "absent", "absent"]);
    assert.deepEqual(
      lines.map((line) => line.match(/index=(\d+)/)?.[1]),
      ["0", "100", "99"],
    );
  });

  it("reads again where an older read shows the job, which may have been deleted since", async () => {
    const { jobs, lines, clock, runs } = bench();
    await jobs.isListed("run-7", signal);
    runs.delete("run-1");
    await clock.advance(1);
    assert.equal(await jobs.isListed("run-1", signal), "absent");
    assert.equal(lines.length, 2);
  });

  it("reads again after a job was created, which an older read cannot know", async () => {
    const { jobs, clock } = bench();
    assert.equal(await jobs.isListed("new-mine", signal), "absent");
    await clock.advance(1);
    await jobs.create("mine", {}, signal);
    assert.equal(await jobs.isListed("new-mine", signal), "listed");
  });

  it("reads again for a job that was seen since", async () => {
    const { jobs, clock, runs, observe } = bench();
    assert.equal(await jobs.isListed("run-9", signal), "absent");
    runs.set("run-9", "name-9");
    await observe("run-9");
    await clock.advance(1);
    assert.equal(await jobs.isListed("run-9", signal), "listed");
  });

  it("compares ids without case", async () => {
    assert.equal(await bench().jobs.isListed("RUN-1", signal), "listed");
  });

  it("is unproven where the list could not be read in full", async () => {
    const { jobs, runs, world } = bench(250);
    world.onList = () => void runs.delete([...runs.keys()][0] ?? "");
    assert.equal(await jobs.isListed("other", signal), "unproven");
  });

  it("forgets a read that failed", async () => {
    const { jobs, world } = bench();
    world.failure = new Error("broken");
    await assert.rejects(jobs.isListed("run-1", signal), /broken/);
    world.failure = undefined;
    assert.equal(await jobs.isListed("run-1", signal), "listed");
  });
});

describe("Jobs.lookUp", () => {
  it("is what the service says now, and shares requests with others", async () => {
    const { jobs, clock, runs, lines, observe } = bench();
    await observe("run-1");
    runs.set("run-1", "renamed");
    await clock.advance(1);
    const found = ["run-1", "run-2"].map((id) => jobs.lookUp(id, signal));
    const [first] = await clock.runUntil(Promise.all(found));
    assert.equal(first?.kind === "seen" && first.job.name, "renamed");
    assert.deepEqual(lines, ["GET /task-runs/run-1", "GET /task-runs?index=0&limit=100"]);
  });

  it("says missing where the service does not know the job", async () => {
    const { jobs, clock } = bench();
    assert.equal((await clock.runUntil(jobs.lookUp("run-9", signal))).kind, "missing");
  });
});

describe("Jobs.count", () => {
  it("costs one request", async () => {
    const { jobs, lines } = bench(150);
    assert.deepEqual(await jobs.count(signal, 1), { count: 150, isExact: true });
    assert.equal(lines.length, 1);
  });
});

describe("Jobs.list", () => {
  it("is all jobs as they are now", async () => {
    const { jobs, runs, clock } = bench(150);
    assert.equal((await jobs.list(signal)).jobs.length, 150);
    runs.set("run-150", "name-150");
    await clock.advance(1);
    const { jobs: all, isWhole } = await jobs.list(signal);
    assert.deepEqual([all.length, isWhole], [151, true]);
  });

  it("answers later reads that may be as old", async () => {
    const { jobs, lines, observe } = bench();
    await jobs.list(signal);
    assert.equal((await observe("run-1", 0)).kind, "seen");
    assert.equal(lines.length, 1);
  });
});
