import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { skip } from "../support/skip";
import { noTerminalReason } from "../support/terminal";
import { type CliBench, idOf, withCli } from "../support/withCli";

const type = "pulumi-nodejs:dynamic/nclue:TaskRun";

function exportOf(ids: readonly string[], pending: readonly string[] = []): string {
  const resource = (id: string) => ({ type, id, custom: true, outputs: { runId: id } });
  return JSON.stringify({
    version: 3,
    deployment: {
      resources: [{ type: "pulumi:pulumi:Stack" }, ...ids.map(resource)],
      pending_operations: pending.map((id) => ({ type: "updating", resource: resource(id) })),
    },
  });
}

const generated = (number: number) => `churn-0123456789-${number}`;

function seedRuns({ seedFinished }: CliBench): void {
  seedFinished("churn-0123456789", { id: idOf(1) });
  for (const number of [2, 3, 4]) seedFinished(generated(number), { id: idOf(number) });
  // Given by somebody, so no orphans whatever the states say.
  for (const name of ["monthly", "churn-2026-11", "churn-0123456789-x", "Churn-0123456789"]) {
    seedFinished(name);
  }
}

describe("pulumi-nclue orphans", () => {
  it("lists runs with a generated name that no given state knows, and deletes nothing", () =>
    withCli(async (bench) => {
      seedRuns(bench);
      const [dev, prod] = ["dev.json", "prod.json"].map((name) => path.join(bench.folder, name));
      assert.ok(dev && prod);
      writeFileSync(dev, exportOf([idOf(1)]));
      writeFileSync(prod, exportOf([idOf(2)], [idOf(3)]));
      const outcome = await bench.run(["orphans", "--stack-export", dev, prod]);
      assert.equal(outcome.exitCode, 0);
      assert.equal(
        outcome.stdout,
        "NAME                FAMILY  STATUS     AGE  ID\n" +
          `churn-0123456789-4  runs    completed  30d  ${idOf(4)}\n`,
      );
      assert.equal(
        outcome.stderr,
        "\n1 job that the given states don't know. A state that was not given (another stack, project " +
          "or backend) may know them: nothing was deleted.\n" +
          'Delete the ones you do not need with "pulumi-nclue delete <id>".\n',
      );
      assert.deepEqual(bench.requests("DELETE"), []);
    }));

  it("reads what is piped in, and prints JSON", () =>
    withCli(async (bench) => {
      seedRuns(bench);
      const input = exportOf([idOf(1), idOf(2)]);
      const outcome = await bench.run(["orphans", "--json", "--stack-export", "-"], { input });
      assert.equal(outcome.exitCode, 0);
      const { states, note, orphans } = JSON.parse(outcome.stdout);
      assert.deepEqual(states, ["-"]);
      assert.match(note, /may know them: nothing was deleted$/);
      assert.deepEqual(
        orphans.map(({ runId, name }: { runId: string; name: string }) => [runId, name]).sort(),
        [
          [idOf(3), generated(3)],
          [idOf(4), generated(4)],
        ],
      );
    }));

  it("says what it waits for where nothing is piped in", function () {
    const reason = noTerminalReason();
    if (reason) skip(this, reason);
    return withCli(async (bench) => {
      const terminal = bench.open(["orphans", "--stack-export", "-"]);
      await terminal.waitForScreen((screen) => screen.includes("waiting for a state on standard"));
      terminal.type(`${exportOf([])}\r\u0004`);
      assert.equal(await terminal.ended, 0, terminal.raw);
    });
  });

  it("reads what shells and editors on Windows write, from a file and piped in", () =>
    withCli(async (bench) => {
      seedRuns(bench);
      const text = exportOf([1, 2, 3, 4].map(idOf));
      const file = path.join(bench.folder, "dev.json");
      for (const bytes of [
        Buffer.from(`\ufeff${text}`),
        Buffer.from(`\ufeff${text}`, "utf16le"),
        Buffer.from(`\ufeff${text}`, "utf16le").swap16(),
        Buffer.from(text, "utf16le"),
      ]) {
        writeFileSync(file, bytes);
        const outcome = await bench.run(["orphans", "--stack-export", file]);
        assert.equal(outcome.exitCode, 0, outcome.output);
        assert.match(outcome.stderr, /the given states know every job that has a generated name/);
      }
      const piped = { input: `\ufeff${text}` };
      const outcome = await bench.run(["orphans", "--stack-export", "-"], piped);
      assert.equal(outcome.exitCode, 0, outcome.output);
    }));

  it("says that there are none", () =>
    withCli(async (bench) => {
      seedRuns(bench);
      const input = exportOf([1, 2, 3, 4].map(idOf));
      const outcome = await bench.run(["orphans", "--stack-export", "-"], { input });
      assert.deepEqual([outcome.exitCode, outcome.stdout], [0, ""]);
      assert.match(outcome.stderr, /^the given states know every job that has a generated n/);
    }));

  it("warns of a state without a run, which may be the wrong file", () =>
    withCli(async (bench) => {
      const outcome = await bench.run(["orphans", "--stack-export", "-"], { input: exportOf([]) });
      assert.equal(outcome.exitCode, 0);
      assert.match(outcome.stderr, /^warning: - holds no resource of pulumi-nclue\n/);
    }));

  for (const [what, input, cause] of [
    ["no JSON", "resources:", "it is not JSON"],
    ["no state", '{"outputs":{}}', 'it has no "deployment"'],
  ] as const) {
    it(`ends with 1 for a file that is ${what}, before anything is asked`, () =>
      withCli(async (bench) => {
        const outcome = await bench.run(["orphans", "--stack-export", "-"], { input });
        assert.equal(outcome.exitCode, 1);
        assert.equal(
          outcome.stderr,
          `error: reading the state in -: ${cause}\n` +
            'write it with "pulumi stack export --file <file>"\n',
        );
        assert.deepEqual(bench.requests(), []);
      }));
  }

  it("ends with 1 for a file that is not there, and with 2 without a file", () =>
    withCli(async (bench) => {
      const missing = await bench.run(["orphans", "--stack-export", "nowhere.json"]);
      assert.equal(missing.exitCode, 1);
      assert.match(missing.stderr, /^error: reading the state in nowhere.json: ENOENT/);
      assert.equal((await bench.run(["orphans"])).exitCode, 2);
    }));
});
