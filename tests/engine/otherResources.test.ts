import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import * as nclue from "pulumi-nclue";
import { succeeded } from "../support/engine";
import { type Nclue, withNclue } from "../support/withNclue";

// A user's own dynamic resource in the same plugin process: it asks a server for "begin", whose answer
// is held back, and then for "end".

const endless = { inProgressMs: "never" } as const;

describe("a user's own dynamic resource beside ours", () => {
  it("ends what it does when the engine is killed; then the plugin ends", () =>
    withTheirs(async (n, theirs) => {
      const { stack, requests } = n;
      const up = await started(n, theirs);
      up.signal("SIGKILL");
      await up.ended;
      // Both of ours are over once the plugin has noticed.
      const sent = requests().length;
      theirs.release();
      await theirs.asked("end");
      assert.equal(await stack.pluginsEnd(30_000), true);
      assert.ok(requests().length <= sent + 1);
      assert.deepEqual(requests("DELETE"), []);
    }));

  it("ends what it does after a Ctrl-C, which ends our wait", () =>
    withTheirs(async (n, theirs) => {
      const { stack } = n;
      const up = await started(n, theirs);
      up.signal("SIGINT");
      await up.waitForEvent(({ resOpFailedEvent }) => resOpFailedEvent !== undefined);
      theirs.release();
      await theirs.asked("end");
      const outcome = await up.ended;
      assert.equal(outcome.failed, true);
      const names = (await stack.resources()).map(({ urn }) => urn.split("::").at(-1));
      assert.deepEqual(names.sort(), ["mine", "scores"]);
    }));

  it("may have the id of one of our jobs: our lines stay on our row", () =>
    withTheirs(async (n, theirs) => {
      const { stack, simulator, runs } = n;
      theirs.release();
      const up = await started(n, theirs);
      const [run] = await runs();
      await simulator.completeJob(run?.id ?? "");
      succeeded(await up.ended);
      const state = await stack.exportState();
      for (const resource of state.deployment.resources ?? []) {
        if (resource.urn.endsWith("::mine")) resource.id = run?.id ?? "";
      }
      await stack.importState(state);
      simulator.setDefaultPlan({});
      succeeded(await stack.refresh());
      simulator.deleteJob(run?.id ?? "");
      const { events } = succeeded(await stack.destroy());
      for (const { diagnosticEvent } of events) {
        assert.doesNotMatch(diagnosticEvent?.urn ?? "", /::mine$/);
      }
    }));
});

/** An update in the middle of both: ours is polled, theirs has asked for something. */
async function started({ stack, simulator, args, requests }: Nclue, theirs: Theirs) {
  const program = async () => {
    new nclue.TaskRun("scores", args);
    new Mine("mine", theirs.address);
  };
  const up = await stack.start("up", { program });
  await theirs.asked("begin");
  await simulator.waitForRequests(() => requests("GET /task-runs/").length > 0);
  return up;
}

interface Theirs {
  readonly address: string;
  /** Resolves once the resource has asked for it. */
  asked(path: "begin" | "end"): Promise<void>;
  /** Lets "begin" be answered. */
  release(): void;
}

async function withTheirs(fn: (n: Nclue, theirs: Theirs) => Promise<void>): Promise<void> {
  const release = createGate();
  const asked = { begin: createGate(), end: createGate() };
  const server = http.createServer(async (request, response) => {
    const path = request.url === "/end" ? "end" : "begin";
    asked[path].open();
    if (path === "begin") await release.opened;
    response.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const theirs: Theirs = {
    address: `http://127.0.0.1:${port}`,
    asked: (path) => asked[path].opened,
    release: () => release.open(),
  };
  try {
    await withNclue({ plan: endless }, (n) => fn(n, theirs));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function createGate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

class Mine extends pulumi.dynamic.Resource {
  constructor(name: string, address: string) {
    super(provider, name, { address });
  }
}

const provider: pulumi.dynamic.ResourceProvider = {
  async create({ address }) {
    await fetch(`${address}/begin`);
    await fetch(`${address}/end`);
    return { id: "mine", outs: { address } };
  },
};
