import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { readCommandLine, usage } from "../../simulator/src/commandLine";
import { createClient } from "./support/client";

const repository = path.join(__dirname, "../..");
const main = path.join(repository, "simulator/src/main.ts");

/** Runs the command; the process is killed when the test is over. */
async function withCommand(
  args: readonly string[],
  test: (command: ChildProcessWithoutNullStreams) => Promise<void>,
): Promise<void> {
  const command = spawn(process.execPath, ["-r", "ts-node/register", main, ...args], {
    cwd: repository,
  });
  try {
    await test(command);
  } finally {
    command.kill("SIGKILL");
  }
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  const [line] = await once(createInterface(stream), "line");
  return String(line);
}

async function allText(stream: NodeJS.ReadableStream): Promise<string> {
  let text = "";
  for await (const chunk of stream) text += chunk;
  return text;
}

describe("The command pulumi-nclue-simulator", () => {
  it("prints one line of JSON, serves, logs each request and ends cleanly on SIGTERM", () =>
    withCommand(
      ["--port", "0", "--json", "--durations", "0,0,0", "--rate", "1", "--switch", "rateBurst=3"],
      async (command) => {
        const target = JSON.parse(await firstLine(command.stdout));
        const client = createClient(target);
        const logged = firstLine(command.stderr);
        const posted = await client.post("/task-runs", {
          name: "run-1",
          task_id: target.taskId,
          feature_id: target.featureId,
          result_bucket: "acme-nclue",
          result_file_path: "runs/",
        });
        assert.equal(posted.status, 200, posted.text);
        assert.match(await logged, /^\d\d:\d\d:\d\d POST \/task-runs 200$/);
        const run = (await client.get(`/task-runs/${posted.json.run_id}`)).json;
        assert.equal(run.status, "completed");
        const state = await fetch(`${target.controlUrl}/state`);
        assert.equal(state.status, 200);
        command.kill("SIGTERM");
        assert.deepEqual(await once(command, "exit"), [0, null]);
      },
    )).timeout(20_000);

  it("prints what to paste into a shell, and ends cleanly on SIGINT", () =>
    withCommand(
      ["--port", "0", "--access-key", "AK", "--secret-key", "SK", "--quiet"],
      async (command) => {
        const lines = createInterface(command.stdout)[Symbol.asyncIterator]();
        let introduction = "";
        while (!introduction.includes("export")) introduction += `${(await lines.next()).value}\n`;
        assert.match(introduction, /^NCLUE simulator\n/);
        assert.match(
          introduction,
          /^export NCLOUD_ACCESS_KEY=AK NCLOUD_SECRET_KEY=SK NCLUE_ENDPOINT=http:\S+\/api\/v1$/m,
        );
        assert.match(introduction, /task +7a1d9e40-/);
        assert.match(introduction, /feature +c2f0b9d8-/);
        command.kill("SIGINT");
        assert.deepEqual(await once(command, "exit"), [0, null]);
      },
    )).timeout(20_000);

  it("listens beyond loopback when --host says so, with a warning", () =>
    withCommand(["--port", "0", "--json", "--host", "0.0.0.0"], async (command) => {
      const warning = firstLine(command.stderr);
      const { endpoint, accessKey, secretKey } = JSON.parse(await firstLine(command.stdout));
      assert.match(await warning, /^warning: listening on 0\.0\.0\.0: /);
      const client = createClient({ endpoint, accessKey, secretKey });
      assert.equal((await client.get("/tasks")).status, 200);
    })).timeout(20_000);

  it("says what to do about a host that is not this machine's", () =>
    withCommand(["--port", "0", "--host", "192.0.2.1"], async (command) => {
      const exit = once(command, "exit");
      assert.match(await allText(command.stderr), /\n--host needs a name or an address of this/);
      assert.deepEqual(await exit, [1, null]);
    })).timeout(20_000);

  it("says what is wrong with a flag, and fails", () =>
    withCommand(["--speed", "fast"], async (command) => {
      const exit = once(command, "exit");
      assert.equal(
        await allText(command.stderr),
        '--speed needs a number, not "fast"\nsee --help\n',
      );
      assert.deepEqual(await exit, [1, null]);
    })).timeout(20_000);
});

describe("The flags of pulumi-nclue-simulator", () => {
  it("are all explained by --help", () => {
    assert.equal(readCommandLine(["--help"]).help, true);
    for (const flag of usage.match(/--[a-z0-9-]+/g) ?? []) {
      const isKnown = [[flag], [flag, "1"], [flag, "1,2,3"], [flag, "nameLimit=1"]].some(
        isAccepted,
      );
      assert.ok(isKnown, flag);
    }
  });

  it("describe the simulator to start", () => {
    const { options } = readCommandLine([
      ...[
        "--port",
        "4011",
        "--host",
        "0.0.0.0",
        "--speed",
        "60",
        "--durations",
        "1,2,3.5",
        "--rate",
        "1",
      ],
      ...["--access-key", "AK", "--secret-key", "SK"],
      ...["--s3-endpoint", "http://127.0.0.1:9000", "--s3-region", "us-standard"],
      ...["--switch", "rateLimit=410", "--switch", "nameLimit=40"],
      ...["--switch", "statusMayGoBackwards=true"],
    ]);
    assert.deepEqual(options, {
      port: 4011,
      host: "0.0.0.0",
      clock: { speed: 60 },
      plan: { registeredMs: 1_000, pendingMs: 2_000, inProgressMs: 3_500 },
      rate: 1,
      accounts: [{ accessKey: "AK", secretKey: "SK" }],
      storage: { endpoint: "http://127.0.0.1:9000", region: "us-standard" },
      switches: { rateLimit: "410", nameLimit: 40, statusMayGoBackwards: true },
    });
  });

  it("split the run seconds among the stages", () => {
    assert.deepEqual(readCommandLine(["--run-seconds", "10"]).options.plan, {
      registeredMs: 1_000,
      pendingMs: 2_000,
      inProgressMs: 7_000,
    });
  });

  it("are refused when they make no sense", () => {
    for (const [args, message] of [
      [["--durations", "1,2"], /--durations needs three numbers/],
      [["--durations", "1,2,3,4"], /--durations takes no more than three/],
      [["--port", ""], /--port needs a number/],
      [["--host", ""], /--host needs a name or an address/],
      [["--rate", "-1"], /'--rate' argument is ambiguous/],
      [["--switch", "nameLimit=many"], /nameLimit needs a number/],
      [["--colour"], /Unknown option '--colour'/],
      [["surplus"], /Unexpected argument 'surplus'/],
    ] as const) {
      assert.throws(() => readCommandLine(args), message);
    }
  });
});

function isAccepted(args: readonly string[]): boolean {
  try {
    readCommandLine(args);
    return true;
  } catch {
    return false;
  }
}
