import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { succeeded } from "../support/engine";
import { withOtherHost } from "../support/otherHost";
import { withNclue } from "../support/withNclue";

// The keys of these tests are canaries: wherever one shows up, it has got out.

describe("keys from the environment", () => {
  it("are in no file of the stack, no log, no message and on no command line", async () => {
    await withNclue({}, async ({ stack, simulator, buckets, program }) => {
      const canaries = [buckets.accessKey, buckets.secretKey];
      const verbose = ["--logtostderr", "--logflow", "-v=9", "--debug"];
      const said: string[] = [];
      // A command line is looked at while the plugin is in the middle of its work.
      simulator.addFault({ match: { method: "POST" }, when: "after", answer: { kind: "hold" } });
      const up = await stack.start("up", { args: verbose });
      const held = await simulator.held();
      const processes = [up.pid, ...stack.pluginPids()];
      assert.ok(processes.length >= 2);
      for (const pid of processes) said.push(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
      held.release();
      const outcomes = [
        succeeded(await up.ended),
        succeeded(await stack.refresh({ args: verbose })),
        await stack.up({ program: program({ resultBucket: "no-such-bucket" }), args: verbose }),
        await stack.up({ env: { NCLUE_ENDPOINT: "http://127.0.0.1:9" }, args: ["--refresh"] }),
        await stack.cli(["stack", "export", "--show-secrets"]),
        await stack.cli(["stack", "history", "--show-secrets", "--json"]),
        succeeded(await stack.destroy({ program: program(), args: verbose })),
      ];
      said.push(...outcomes.map(({ output }) => output));
      said.push(...outcomes.map(({ events }) => JSON.stringify(events)));
      for (const text of said) assertNone(text, canaries);
      const files = filesBelow(path.join(stack.folder, "state"));
      assert.ok(files.some((file) => file.includes("/history/")));
      assert.ok(files.some((file) => file.includes("/backups/")));
      for (const file of files) assertNone(readText(file), canaries, file);
    });
  });

  it("go to no other host where the service redirects", () =>
    withOtherHost(({ location, met }) =>
      withNclue({}, async ({ stack, simulator, runs }) => {
        // tests/lifecycle/redirects has the other statuses.
        simulator.addFault({
          times: "always",
          answer: { kind: "status", status: 307, headers: { location }, body: "" },
        });
        const up = await stack.up();
        assert.equal(up.failed, true);
        assert.match(up.output, /HTTP 307/);
        assert.deepEqual(met, []);
        assert.deepEqual(await runs(), []);
      }),
    ));
});

describe("keys from the stack's config", () => {
  it("are in the files of the stack encrypted only", async () => {
    const env = { NCLOUD_ACCESS_KEY: undefined, NCLOUD_SECRET_KEY: undefined };
    await withNclue({ env }, async ({ stack, buckets }) => {
      await stack.setConfig({
        "nclue:accessKey": { secret: buckets.accessKey },
        "nclue:secretKey": { secret: buckets.secretKey },
      });
      succeeded(await stack.up());
      succeeded(await stack.refresh());
      const canaries = [buckets.accessKey, buckets.secretKey];
      const files = [
        ...filesBelow(path.join(stack.folder, "state")),
        path.join(stack.folder, "Pulumi.dev.yaml"),
      ];
      for (const file of files) assertNone(readText(file), canaries, file);
    });
  });
});

describe("the words of the service", () => {
  it("reach the terminal without control characters, and cut", async () => {
    await withNclue({}, async ({ stack, simulator }) => {
      const evil = `\u001b[2J\u001b]0;owned\u0007\r\u202e${"x".repeat(50_000)}`;
      simulator.queuePlans({ outcome: "failed", failMessage: evil });
      const failed = await stack.up();
      simulator.addFault({
        times: "always",
        answer: { kind: "status", status: 400, body: { code: evil, message: evil } },
      });
      const refused = await stack.up();
      for (const { failed: isFailed, output } of [failed, refused]) {
        assert.equal(isFailed, true);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
        assert.doesNotMatch(output, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
        assert.doesNotMatch(
          output,
          /x{3000}/,
          output.replace(/x{100,}/g, (run) => `<${run.length} x>`),
        );
      }
    });
  });
});

function assertNone(text: string, canaries: readonly string[], where = "output"): void {
  for (const canary of canaries) {
    const at = text.indexOf(canary);
    assert.ok(at < 0, `${where}: …${text.slice(Math.max(0, at - 200), at)}<here>`);
  }
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

function readText(file: string): string {
  const bytes = readFileSync(file);
  return (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
}
