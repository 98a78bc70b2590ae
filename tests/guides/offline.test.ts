import assert from "node:assert/strict";
import { load } from "js-yaml";
import { provideVersitygw } from "../../tools/versitygw.mjs";
import { freePort } from "../support/freePort";
import { guideJobs, isInstalled, type Walk, withWalk } from "../support/guideWalk";
import { skip } from "../support/skip";

const unset = ["NCLOUD_ACCESS_KEY", "NCLOUD_SECRET_KEY", "NCLUE_ENDPOINT", "NCLOUD_OBS_ENDPOINT"];

describe("A walk through working offline (its compose file without containers)", () => {
  before(function () {
    if (!isInstalled("curl", "--version")) skip(this, "no curl");
  });

  it("leads from a simulator alone to files, container networks, faults and tests", async () => {
    const env = { ...process.env, PULUMI_NCLUE_SOURCES: "path,cache" };
    const versitygw = await provideVersitygw({ env, log: () => undefined });
    const commands = { versitygw: `exec '${versitygw}' "$@"` };
    await withWalk("offline", { unset, commands }, async (n) => {
      const { starts, types, does, copies, opensAnotherShell, bucket } = n;
      const [alone, withFiles, s3] = [await freePort(), await freePort(), await freePort()];
      const at = (port: number) => `127.0.0.1:${port}`;
      const quick = "--run-seconds 0.2 --port";

      const introduction = await starts("npx pulumi-nclue-simulator", /^export .*\n/m, {
        "--run-seconds 20": `${quick} ${alone}`,
        "127.0.0.1:4010": at(alone),
      });
      opensAnotherShell();
      await does(lastLine(introduction));
      await types("export NCLOUD_OBS_ENDPOINT=");
      const before = `const args = ${JSON.stringify({ ...guideJobs, ...place(bucket) })};\n`;
      const after = "export const { status, resultUri } = scores;\n";
      const program = copies("ts", "index.ts", { before, after });
      const up = await does("pulumi up");
      assert.match(up.output, /warning: .* the result bucket cannot be searched/);
      const outputs = async () => JSON.parse((await does("pulumi stack output --json")).stdout);
      assert.deepEqual(await outputs(), { resultUri: null, status: "completed" });

      opensAnotherShell();
      await types("mkdir -p buckets/");
      await starts("versitygw", new RegExp(at(s3)), { "127.0.0.1:7070": at(s3) });
      const other = await starts("npx pulumi-nclue-simulator", /^export .*\n/m, {
        "--s3-endpoint http://127.0.0.1:7070": `--s3-endpoint http://${at(s3)} ${quick} ${withFiles}`,
      });
      opensAnotherShell({ PULUMI_STACK: undefined });
      await does(lastLine(other));
      await does(`export NCLOUD_OBS_ENDPOINT=http://${at(s3)}`);
      await does("pulumi stack init with-files");
      n.writes("index.ts", before + program.replace(', verify: "off"', "") + after);
      await does("pulumi up");
      const { resultUri } = await outputs();
      assert.match(resultUri, new RegExp(`^s3://${bucket}/churn/nclue_`));

      await composes(n, load(copies("yaml", "compose.yaml")) as Compose);

      opensAnotherShell();
      await types("control=", { fill: { "127.0.0.1:4010": at(withFiles) } });
      const { stdout, command } = await types("curl -s ");
      const seen = async () => JSON.parse((await does(command)).stdout);
      const [{ id }] = JSON.parse(stdout);
      await types("curl -s -X POST $control/jobs", { fill: { "<id>": id } });
      const [{ failMessage }] = await seen();
      assert.equal(failMessage, "OBS_UPLOAD_FAILED");
      await types("curl -s -X DELETE", { fill: { "<id>": id } });
      assert.deepEqual(await seen(), []);
      await types("curl -s -X POST $control/clock");

      copies("ts", "engine.mjs", { after: "console.log(runs.length, task.id);\n" });
      assert.match((await does("node engine.mjs")).stdout, /^0 \S+\n$/);
      copies("ts", "unit.mjs", { before: mocked.before, after: mocked.after });
      assert.equal((await does("node unit.mjs")).stdout, "completed s3://bucket/scores.tsv\n");
    });
  });
});

const place = (resultBucket: string) => ({ resultBucket, resultFilePath: "churn/" });

const mocked = {
  before: `import pulumi from "@pulumi/pulumi";
import nclue from "pulumi-nclue";
`,
  after: `const scores = new nclue.TaskRun("scores", { taskId: "t", featureId: "f" });
pulumi
  .all([scores.status, scores.resultUri])
  .apply(([status, uri]) => console.log(status, uri));
`,
};

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}

interface Compose {
  readonly services: Readonly<Record<"s3" | "simulator" | "program", Service>>;
}

interface Service {
  readonly command: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** The services' commands on this machine, to which the names of the network lead. */
async function composes(n: Walk, { services }: Compose): Promise<void> {
  const { folder, bucket, does, writes, opensAnotherShell } = n;
  const app = `${folder}/app`;
  await does(`mkdir -p app/buckets/${bucket} && cp index.ts Pulumi.yaml app`);
  await does("ln -s ../node_modules app/node_modules");
  const ports = { "7070": `${await freePort()}`, "4010": `${await freePort()}` };
  const here = (text: string) =>
    Object.entries(ports)
      .reduce((all, [port, free]) => all.replaceAll(`:${port}`, `:${free}`), text)
      .replaceAll("/app", app)
      .replaceAll("/buckets", `${app}/buckets`);
  writes("hosts.cjs", hosts);
  const hostsFile = { NODE_OPTIONS: `--require=${folder}/hosts.cjs` };

  opensAnotherShell();
  await n.startsOwn(`versitygw ${here(services.s3.command)}`, new RegExp(`:${ports["7070"]}`));
  opensAnotherShell(hostsFile);
  const simulator = `${here(services.simulator.command)} --run-seconds 0.2 --port ${ports["4010"]}`;
  await n.startsOwn(simulator, /^export .*\n/m);

  const { command, environment = {} } = services.program;
  const variables = Object.entries(environment).map(([name, value]) => [name, here(value)]);
  opensAnotherShell({ ...hostsFile, PULUMI_STACK: undefined, ...Object.fromEntries(variables) });
  const up = await does(`cd app; ${here(command)}`);
  assert.match(up.output, /warning: .* not encrypted/);
  const { stdout } = await does("pulumi stack output resultUri");
  assert.match(stdout, new RegExp(`^s3://${bucket}/churn/nclue_`));
}

const hosts = `const dns = require("node:dns");
const { lookup } = dns;
dns.lookup = (name, ...rest) =>
  lookup(["s3", "simulator"].includes(name) ? "127.0.0.1" : name, ...rest);
`;
