import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { repositoryFolder } from "../../tools/folders.mjs";
import { bucketServer } from "../support/bucketServer";
import type { Outcome } from "../support/command";
import { testProxy } from "../support/testProxy";
import { tlsFront } from "../support/tlsFront";
import { type CliBench, type RunOptions, withCli } from "../support/withCli";

interface Check {
  readonly name: string;
  readonly state: string;
  readonly text: string;
  readonly remedy?: string;
}

/** The doctor in a folder whose programs have an SDK, with a Pulumi on the `PATH`. */
function doctor(bench: CliBench, args: readonly string[] = [], options: RunOptions = {}) {
  const env = { ...options.env, PATH: options.env?.PATH ?? withPulumi(bench, "v3.270.0") };
  return bench.run(["doctor", ...args], { cwd: repositoryFolder, ...options, env });
}

/** A `PATH` whose `pulumi` says that it has a version. */
function withPulumi({ folder }: CliBench, version: string): string {
  const bin = path.join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(path.join(bin, "pulumi"), `#!/bin/sh\necho ${version}\n`, { mode: 0o755 });
  return `${bin}:${process.env.PATH}`;
}

/** The rows of the table by their names, each on one line. */
function rowsOf({ stdout }: Outcome): Readonly<Record<string, string>> {
  const rows = stdout
    .replaceAll(/\n {18,}/g, " ")
    .trimEnd()
    .split("\n");
  return Object.fromEntries(rows.map((row) => [row.split(/ +/)[1], row]));
}

/** What it says of each thing, by name. */
function checksOf({ stdout }: Outcome): Readonly<Record<string, Check>> {
  const { checks } = JSON.parse(stdout) as { checks: Check[] };
  return Object.fromEntries(checks.map((check) => [check.name, check]));
}

const allOk = {
  Node: "ok",
  SDK: "ok",
  Pulumi: "ok",
  settings: "ok",
  keys: "ok",
  clock: "ok",
  API: "ok",
  bucket: "skipped",
};

function assertStates(outcome: Outcome, changes: Partial<Record<keyof typeof allOk, string>>) {
  const states = Object.values(checksOf(outcome)).map(({ name, state }) => [name, state]);
  assert.deepEqual(Object.fromEntries(states), { ...allOk, ...changes }, outcome.output);
}

describe("pulumi-nclue doctor", () => {
  it("shows what it found of everything", () =>
    withCli(async (bench) => {
      bench.seedFinished("churn-1");
      const outcome = await doctor(bench);
      assert.equal(outcome.exitCode, 0, outcome.output);
      const rows = rowsOf(outcome);
      assert.match(outcome.stdout, /^STATE +WHAT +FOUND\n/);
      assert.equal(rows.Node, `ok       Node      ${process.versions.node} (needed: >=22.17)`);
      assert.match(rows.SDK ?? "", /@pulumi\/pulumi 3\.\d+\.\d+ \(needed: >=3.*\) in \//);
      assert.match(rows.Pulumi ?? "", /v3\.270\.0 \(needed: >=3/);
      const addresses = `API ${bench.simulator.endpoint}, Object Storage http://127.0.0.1:9 (`;
      assert.ok(rows.settings?.includes(addresses));
      assert.match(rows.keys ?? "", /from the environment \(NCLOUD_ACCESS_KEY, .*\), accepted$/);
      assert.match(rows.clock ?? "", /less than a minute off the gateway's$/);
      assert.match(
        rows.API ?? "",
        /answers; at the service: 1 task run, 1 task, 1 feature, 0 custom attributes, 0 shopping intents$/,
      );
      assert.match(rows.bucket ?? "", /^skipped +bucket +name one with --bucket/);
      assert.equal(outcome.stderr, "\nNothing failed.\n");
      const { secretKey } = bench.simulator;
      assert.equal(outcome.output.includes(secretKey), false);
    }));

  it("prints JSON and ends with 0 where nothing failed", () =>
    withCli(async (bench) => {
      const outcome = await doctor(bench, ["--json"]);
      assert.equal(outcome.exitCode, 0);
      assert.equal(JSON.parse(outcome.stdout).ok, true);
      assertStates(outcome, {});
    }));

  it("ends with 1 for keys that are not accepted, and explains", () =>
    withCli(async (bench) => {
      const outcome = await doctor(bench, ["--json"], { env: { NCLOUD_SECRET_KEY: "wrong" } });
      assert.equal(outcome.exitCode, 1);
      assertStates(outcome, { keys: "failed", API: "skipped" });
      const { keys } = checksOf(outcome);
      assert.match(keys?.text ?? "", /from the environment .*HTTP 401, code 200/);
      assert.match(keys?.remedy ?? "", /check the secret key, and that the clock is right/);
    }));

  it("names every wrong setting and missing key at once", () =>
    withCli(async (bench) => {
      const outcome = await doctor(bench, ["--json"], {
        env: {
          NCLOUD_ACCESS_KEY: "",
          NCLOUD_SECRET_KEY: "",
          NCLUE_ENDPOINT: "http://example.com",
          NCLUE_REQUESTS_PER_SECOND: "-1",
        },
      });
      assert.equal(outcome.exitCode, 1);
      const skipped = { clock: "skipped", API: "skipped", bucket: "skipped" };
      assertStates(outcome, { settings: "failed", keys: "failed", ...skipped });
      const { settings, keys } = checksOf(outcome);
      assert.match(settings?.text ?? "", /NCLUE_ENDPOINT.*; .*NCLUE_REQUESTS_PER_SECOND/);
      assert.match(keys?.text ?? "", /^no keys found: set NCLOUD_ACCESS_KEY/);
      assert.match(keys?.remedy ?? "", /no stack config$/);
      assert.deepEqual(bench.requests(), []);
    }));

  it("shows proxies and the site, which need no keys, where there are none", () =>
    withCli(async (bench) => {
      const env = {
        NCLOUD_ACCESS_KEY: "",
        NCLOUD_SECRET_KEY: "",
        NCLOUD_API_GW: "https://ncloud.apigw.gov-ntruss.com",
        NCLOUD_OBS_ENDPOINT: "https://kr.object.ncloudstorage.com",
        https_proxy: "http://127.0.0.1:1",
      };
      const outcome = await doctor(bench, ["--json"], { env });
      assert.equal(outcome.exitCode, 1);
      const { settings, keys, site, proxy } = checksOf(outcome);
      assert.match(settings?.text ?? "", /through http:\/\/127\.0\.0\.1:1 \(https_proxy\)/);
      assert.deepEqual([settings?.state, keys?.state], ["ok", "failed"]);
      assert.match(site?.text ?? "", /^NCLOUD_API_GW names the government site/);
      assert.match(proxy?.text ?? "", /through https_proxy, and hang$/);
    }));

  for (const [minutes, state, exitCode, text] of [
    [3, "warning", 0, "behind the gateway's"],
    [10, "failed", 1, "behind the gateway's"],
    [-10, "failed", 1, "ahead of the gateway's"],
  ] as const) {
    it(`calls a clock that is ${-minutes} minutes off ${state}`, () =>
      withCli(
        async (bench) => {
          const outcome = await doctor(bench, ["--json"]);
          assert.equal(outcome.exitCode, exitCode);
          assertStates(outcome, { clock: state });
          assert.ok(checksOf(outcome).clock?.text.endsWith(text));
        },
        { switches: { gatewaySkewMs: minutes * 60_000 } },
      ));
  }

  it("ends with 1 where nothing listens, and says what it does not know for that", () =>
    withCli(async (bench) => {
      await bench.simulator.close();
      const outcome = await doctor(bench, ["--json"]);
      assert.equal(outcome.exitCode, 1);
      assertStates(outcome, { keys: "skipped", clock: "skipped", API: "failed" });
      assert.match(checksOf(outcome).API?.text ?? "", /ECONNREFUSED/);
    }));

  it("tells a proxy's page from the API", () =>
    withCli(async (bench) => {
      const answer = { kind: "status", status: 200, body: "<html>Sign in</html>" } as const;
      bench.simulator.addFault({ answer, times: 9 });
      const outcome = await doctor(bench, ["--json"]);
      assert.equal(outcome.exitCode, 1);
      assert.match(checksOf(outcome).API?.text ?? "", /an HTML page \(is nclue:endpoint right/);
    }));

  it("says of each address which proxy it uses", () =>
    withCli(async (bench) => {
      const store = "https://kr.object.ncloudstorage.com";
      const env = {
        NCLOUD_OBS_ENDPOINT: store,
        HTTPS_PROXY: "http://user:word@127.0.0.1:1",
        HTTP_PROXY: "http://127.0.0.1:1",
      };
      const { settings } = checksOf(await doctor(bench, ["--json"], { env }));
      assert.equal(settings?.state, "ok");
      assert.ok(
        settings?.text.startsWith(`API ${bench.simulator.endpoint}, Object Storage https:`),
      );
      assert.match(
        settings?.text ?? "",
        /Object Storage https:\S+ through http:\/\/127\.0\.0\.1:1 \(HTTPS_PROXY\) \(kr-standard\)/,
      );
      assert.doesNotMatch(settings?.text ?? "", /word|no proxy/);
      assert.match(checksOf(await doctor(bench, ["--json"])).settings?.text ?? "", /, no proxy,/);
    }));

  for (const variable of ["http_proxy", "https_proxy"]) {
    it(`warns of ${variable} without no_proxy, by which Pulumi cannot reach its engine`, () =>
      withCli(async (bench) => {
        const env = { [variable]: "http://127.0.0.1:1" };
        const warned = await doctor(bench, ["--json"], { env });
        assert.equal(warned.exitCode, 0, warned.output);
        assert.equal(checksOf(warned).proxy?.state, "warning");
        assert.match(
          checksOf(warned).proxy?.remedy ?? "",
          /NO_PROXY=127\.0\.0\.1,localhost and no_proxy=127\.0\.0\.1,localhost/,
        );
        const exempt = { ...env, no_proxy: "127.0.0.1,localhost" };
        const fine = await doctor(bench, ["--json"], { env: exempt });
        assert.equal(checksOf(fine).proxy, undefined);
      }));
  }

  it("reaches the API through a proxy and by a certificate of the network's own", () =>
    withCli(async (bench) => {
      const front = await tlsFront(Number(new URL(bench.simulator.endpoint).port), {
        names: ["nclue.test"],
      });
      const proxy = await testProxy({ port: front.port });
      const file = path.join(bench.folder, "issuer.pem");
      writeFileSync(file, front.certificate);
      const env = { NCLUE_ENDPOINT: "https://nclue.test/api/v1", HTTPS_PROXY: proxy.address };
      try {
        const unknown = await doctor(bench, ["--json"], { env });
        assert.equal(unknown.exitCode, 1);
        const { API } = checksOf(unknown);
        assert.match(API?.text ?? "", /certificate is not valid: its issuer is unknown: issuer of/);
        assert.match(API?.remedy ?? "", /NODE_EXTRA_CA_CERTS/);
        const known = { ...env, NODE_EXTRA_CA_CERTS: file };
        const outcome = await doctor(bench, ["--json"], { env: known });
        assert.equal(outcome.exitCode, 0, outcome.output);
        assertStates(outcome, {});
        assert.deepEqual(proxy.asked, ["CONNECT nclue.test:443", "CONNECT nclue.test:443"]);
      } finally {
        proxy.close();
        front.close();
      }
    }));

  it("names the proxy that asks for credentials", () =>
    withCli(async (bench) => {
      const proxy = await testProxy({ answer: { status: 407 } });
      const env = { NCLUE_ENDPOINT: "https://nclue.test/api/v1", HTTPS_PROXY: proxy.address };
      const outcome = await doctor(bench, ["--json"], { env });
      proxy.close();
      assert.equal(outcome.exitCode, 1);
      const { API } = checksOf(outcome);
      assert.match(API?.text ?? "", /the proxy http:\S+ asks for credentials \(HTTP 407\)$/);
      assert.equal(proxy.asked.length, 1);
    }));

  for (const [what, env, text] of [
    ["NCLOUD_API_GW", { NCLOUD_API_GW: "https://ncloud.apigw.gov-ntruss.com" }, "government"],
    ["a profile", { NCLOUD_ACCESS_KEY: "", NCLOUD_SECRET_KEY: "" }, "financial"],
  ] as const) {
    it(`fails where ${what} names another site than the public one`, () =>
      withCli(async (bench) => {
        const { accessKey, secretKey } = bench.simulator;
        mkdirSync(path.join(bench.folder, ".ncloud"));
        writeFileSync(
          path.join(bench.folder, ".ncloud", "configure"),
          `ncloud_access_key_id = ${accessKey}\nncloud_secret_access_key = ${secretKey}\n` +
            "ncloud_api_url = https://fin-ncloud.apigw.fin-ntruss.com\n",
        );
        const outcome = await doctor(bench, ["--json"], { env });
        assert.equal(outcome.exitCode, 1);
        const { site } = checksOf(outcome);
        assert.equal(site?.state, "failed");
        assert.ok(site?.text.endsWith(`the ${text} site, and NCLUE is on the public site only`));
      }));
  }

  it("warns of addresses that are not encrypted", () =>
    withCli(async (bench) => {
      const env = { NCLUE_ALLOW_HTTP: "true", NCLOUD_OBS_ENDPOINT: "http://store.internal:7070" };
      const { settings } = checksOf(await doctor(bench, ["--json"], { env }));
      assert.equal(settings?.state, "warning");
      assert.match(
        settings?.remedy ?? "",
        /requests to http:\/\/store\.internal:7070 are not encrypted/,
      );
    }));

  it("looks for the bucket", async () => {
    const buckets = await bucketServer();
    const bucket = `doctor-${process.pid}`;
    await buckets.createBucket(bucket);
    const { accessKey, secretKey } = buckets;
    const env = { NCLOUD_OBS_ENDPOINT: buckets.endpoint, NCLOUD_OBS_REGION: buckets.region };
    await withCli(
      async (bench) => {
        const found = await doctor(bench, ["--json", "--bucket", bucket], { env });
        assert.equal(found.exitCode, 0, found.output);
        assertStates(found, { bucket: "ok" });
        const missing = await doctor(bench, ["--bucket", `${bucket}-not`], { env });
        assert.equal(missing.exitCode, 1);
        assert.match(rowsOf(missing).bucket ?? "", /failed +bucket +doctor-\d+-not: .* \(404\)/);
        assert.equal(missing.stderr, "\none check failed.\n");
      },
      { accounts: [{ accessKey, secretKey }] },
    );
  });

  it("looks for the SDK where the program is", () =>
    withCli(async (bench) => {
      const cwd = bench.folder;
      const none = await doctor(bench, ["--json"], { cwd });
      assert.equal(none.exitCode, 1);
      assertStates(none, { SDK: "failed" });
      assert.match(checksOf(none).SDK?.text ?? "", /is not installed for programs in/);
      const sdk = path.join(cwd, "node_modules", "@pulumi", "pulumi");
      mkdirSync(sdk, { recursive: true });
      writeFileSync(path.join(sdk, "package.json"), JSON.stringify({ version: "3.100.0" }));
      const old = await doctor(bench, ["--json"], { cwd });
      assert.match(checksOf(old).SDK?.text ?? "", /3\.100\.0 \(needed: >=3\.228.*\) in /);
      assert.match(checksOf(old).SDK?.remedy ?? "", /npm i @pulumi\/pulumi@latest/);
    }));

  it("counts the jobs of all families, of lists that are longer than a page too", () =>
    withCli(async (bench) => {
      for (let n = 0; n < 101; n++) bench.simulator.seedShoppingIntent({ taskId: bench.task.id });
      const { stdout } = await doctor(bench, ["--json"]);
      const api = JSON.parse(stdout).checks.find(({ name }: Check) => name === "API");
      assert.match(api.text, /: 0 task runs, 1 task, 1 feature, 0 .*, 101 shopping intents$/);
      assert.equal(bench.requests().length, 5);
    }));

  it("does not say more of a full page than it shows", () =>
    withCli(
      async (bench) => {
        for (let n = 0; n < 101; n++) bench.simulator.seedTaskRun({ taskId: bench.task.id });
        const { stdout } = await doctor(bench, ["--json"]);
        assert.match(stdout, /at the service: 100 task runs or more, 1 task/);
      },
      { switches: { totalMeaning: "returned" } },
    ));

  it("prints each row as soon as it is known", () =>
    withCli(async (bench) => {
      const env = { PATH: withPulumi(bench, "v3.270.0") };
      bench.simulator.addFault({ nth: 2, answer: { kind: "hold" } });
      const command = bench.start(["doctor"], { cwd: repositoryFolder, env });
      await command.waitForText(/clock +less than/);
      assert.equal(command.output.includes("API  "), false);
      (await bench.simulator.held()).release();
      assert.match((await command.ended).stdout, /ok +API +answers/);
    }));

  it("says on stderr what it waits for", () =>
    withCli(async (bench) => {
      bench.simulator.addFault({ nth: 2, answer: { kind: "hold" } });
      const command = bench.start(["doctor"], { cwd: repositoryFolder });
      await command.waitForText("asking for the number of tasks\n");
      (await bench.simulator.held()).release();
      assert.equal((await command.ended).stdout.includes("asking"), false);
    }));

  it("fits 80 columns", () =>
    withCli(async (bench) => {
      const { stdout } = await doctor(bench, [], { env: { HTTPS_PROXY: "http://proxy:3128" } });
      const words = stdout.split("\n").filter((line) => !/\/\S{40}/.test(line));
      assert.deepEqual(
        words.filter((line) => line.length > 80),
        [],
      );
    }));

  for (const [version, state, exitCode] of [
    ["v3.100.0", "failed", 1],
    ["v3.999.0", "ok", 0],
  ] as const) {
    it(`calls Pulumi ${version} ${state}`, () =>
      withCli(async (bench) => {
        const env = { PATH: withPulumi(bench, version) };
        const outcome = await doctor(bench, ["--json"], { env });
        assert.equal(outcome.exitCode, exitCode);
        assertStates(outcome, { Pulumi: state });
      }));
  }

  it("warns where no Pulumi is found, which is no failure", () =>
    withCli(async (bench) => {
      const env = { PATH: path.join(bench.folder, "empty") };
      const outcome = await doctor(bench, ["--json"], { env });
      assert.equal(outcome.exitCode, 0);
      assertStates(outcome, { Pulumi: "warning" });
    }));

  it("changes nothing", () =>
    withCli(async (bench) => {
      await doctor(bench);
      assert.deepEqual(bench.requests(), [
        "GET /task-runs",
        "GET /tasks",
        "GET /features",
        "GET /profile/custom-attributes",
        "GET /profile/shopping-intents",
      ]);
    }));
});
