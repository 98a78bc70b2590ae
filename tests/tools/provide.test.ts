import assert from "node:assert/strict";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { repositoryFolder } from "../../tools/folders.mjs";
import { pinnedVersion, provideAll } from "../../tools/provide.mjs";
import { enginePath, providePulumiEngine } from "../../tools/pulumiEngine.mjs";

const version = pinnedVersion(
  path.join(repositoryFolder, "tools", "engine"),
  "github.com/pulumi/pulumi/pkg/v3",
);

describe("The search for the Pulumi engine", () => {
  let folder = "";
  let log: string[] = [];

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "nclue-tools-"));
    log = [];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const inFolder = (...parts: string[]) => path.join(folder, ...parts);
  const search = (env: NodeJS.ProcessEnv) =>
    providePulumiEngine({
      env: { PATH: inFolder("path"), PULUMI_NCLUE_CACHE: inFolder("cache"), ...env },
      log: (line) => void log.push(line),
    });

  it("takes the one on the PATH before the one in the cache", async () => {
    const onPath = program(inFolder("path", "pulumi"), `echo v${version}`);
    program(inFolder("cache", `pulumi-${version}`, "bin", "pulumi"), "exit 1");
    assert.equal(await search({}), onPath);
    assert.deepEqual(log, []);
  });

  it("passes over one on the PATH that is too old, broken or of another major version", async () => {
    const cached = program(inFolder("cache", `pulumi-${version}`, "bin", "pulumi"), "exit 1");
    for (const script of ["echo v3.258.9", "echo v4.0.0", "exit 1"]) {
      program(inFolder("path", "pulumi"), script);
      assert.equal(await search({}), cached);
    }
  });

  it("takes a newer one", async () => {
    const onPath = program(inFolder("path", "pulumi"), "echo v3.1000.0");
    assert.equal(await search({}), onPath);
  });

  it("builds it from its Go module when neither has it, announced by one line", async () => {
    program(inFolder("path", "go"), `while [ "$1" != -o ]; do shift; done; echo built > "$2"`);
    const built = inFolder("cache", `pulumi-${version}`, "bin", "pulumi");
    assert.equal(await search({ PULUMI_NCLUE_SOURCES: "path,cache,build" }), built);
    assert.deepEqual(log, [
      `Building the Pulumi engine ${version} with Go: about 5 minutes, once (or install pulumi and run again), into ${built}`,
      "  done in 0 s",
    ]);
  });

  describe("for the version that PULUMI_NCLUE_ENGINE names", () => {
    it("takes that version alone", async () => {
      const cached = program(inFolder("cache", "pulumi-3.300.0", "bin", "pulumi"), "exit 1");
      const onPath = inFolder("path", "pulumi");
      for (const [found, taken] of [
        ["v3.300.1", cached],
        ["v3.299.0", cached],
        ["v3.300.0", onPath],
      ] as const) {
        program(onPath, `echo ${found}`);
        assert.equal(await search({ PULUMI_NCLUE_ENGINE: "3.300.0" }), taken);
      }
    });

    it("builds it from a go.mod that is made for it", async () => {
      const script = `echo "$1 $2" >> ${inFolder("asked")}
[ "$1" = build ] || exit 0
while [ "$1" != -o ]; do shift; done; echo built > "$2"`;
      program(inFolder("path", "go"), script);
      const env = { PULUMI_NCLUE_ENGINE: "3.300.0", PULUMI_NCLUE_SOURCES: "build" };
      const built = inFolder("cache", "pulumi-3.300.0", "bin", "pulumi");
      assert.equal(await search(env), built);
      assert.deepEqual(readFileSync(inFolder("asked"), "utf8").trim().split("\n"), [
        "mod init",
        "get github.com/pulumi/pulumi/pkg/v3/cmd/pulumi@v3.300.0",
        "build -mod=readonly",
      ]);
      assert.deepEqual(readdirSync(path.dirname(built)), [
        "pulumi",
        "pulumi-resource-pulumi-nodejs",
      ]);
    });
  });

  it("lists what would help when nothing has it, with the reason of each", async () => {
    program(inFolder("path", "pulumi"), "echo v3.100.0");
    await assert.rejects(search({ PULUMI_NCLUE_SOURCES: "path,cache,build" }), {
      name: "ToolMissing",
      message: [
        `The Pulumi engine (the pulumi command, ${version} or later) is missing. Any of these helps:`,
        `  - install pulumi ${version} or later (${inFolder("path", "pulumi")}: v3.100.0 is older than ${version})`,
        `  - put it into the cache at <cache>/pulumi-${version}/bin/pulumi (no ${inFolder("cache", `pulumi-${version}`, "bin", "pulumi")})`,
        "  - install Go (1.25 or later) with access to its module proxy (no go on the PATH)",
      ].join("\n"),
    });
  });

  it("says why a build failed", async () => {
    program(inFolder("path", "go"), "echo first; echo the last line >&2; exit 1");
    await assert.rejects(search({ PULUMI_NCLUE_SOURCES: "build" }), /\(go build: the last line\)/);
    assert.deepEqual(log.slice(1), ["  failed after 0 s"]);
  });

  it("joins the lists when more than one program is missing", async () => {
    const context = { env: { PULUMI_NCLUE_SOURCES: "path", PATH: "" }, log: () => undefined };
    await assert.rejects(
      provideAll([providePulumiEngine, providePulumiEngine], context),
      (error: Error) => error.message.match(/is missing/g)?.length === 2,
    );
  });

  it("adds our launcher of the plugin to the PATH only where the distribution has none", () => {
    const launcher = path.join(repositoryFolder, "tools", "bin");
    const engine = inFolder("pulumi", "pulumi");
    assert.ok(enginePath(engine, { PATH: "/bin" }).includes(`:${launcher}:`));
    program(inFolder("pulumi", "pulumi-resource-pulumi-nodejs"), "exit 0");
    assert.ok(!enginePath(engine, { PATH: "/bin" }).includes(launcher));
  });
});

function program(file: string, script: string): string {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}
