import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { succeeded, withStack } from "../support/engine";
import { isInstalled, programContext, type Walk, withWalk } from "../support/guideWalk";

const options = { project: "nclue-pipeline", stack: "prod" };

describe("A walk through getting the result (without DuckDB, and without @pulumi/command's plugin)", () => {
  it("has the same file on the command lines, in Python, in the program and in another stack", () =>
    withWalk("get-the-result", options, async (n) => {
      const { buckets, bucket, runs, requests, writes, types, does, passes, copies } = n;
      const before = programContext(n);
      const scores = 'const scores = new nclue.TaskRun("scores", args);\n';
      writes("index.ts", `${before}${scores}export const result = scores.requireResult().uri;`);
      await does("pulumi up");
      const [run] = await runs();
      const [key = ""] = run?.resultKeys ?? [];
      const uri = `s3://${bucket}/${key}`;
      const content = await buckets.getObject(bucket, key);
      const [firstLine = ""] = content.split("\n");
      const read = (file: string) => readFileSync(path.join(n.folder, file), "utf8");

      const fill = { "<job>": run?.name ?? "" };
      await types("npx pulumi-nclue download <job> -o scores.tsv", { fill });
      assert.equal(read("scores.tsv"), content);
      assert.match((await types("npx pulumi-nclue download", { fill })).stdout, /^(.*\n){3}$/);
      await does("rm scores.tsv");
      await withAws(n, async () => assert.equal(read("scores.tsv"), content));
      await inPython(n, firstLine);
      passes("INSTALL httpfs", "DuckDB and its extension would come from the network");

      standInForCommand(n.folder);
      copies("ts", "index.ts", { before });
      writes("load.sh", '#!/bin/sh\necho "$RESULT" > loaded.txt\n');
      await does("chmod +x load.sh && pulumi up");
      assert.equal(read("loaded.txt"), `${uri}\n`);

      copies("ts", "index.ts", { before });
      await does("pulumi up");
      const reading = copies("ts", "reading.ts");
      await readsInAnotherStack(n, reading, uri);

      copies("ts", "index.ts", { before });
      await does("pulumi up");
      assert.equal((await n.stack.outputs()).firstLine, firstLine);
      assert.deepEqual(requests("POST"), ["POST /task-runs"]);
    }));
});

async function withAws({ types, passes }: Walk, then: () => Promise<void> | void): Promise<void> {
  const isThere = isInstalled("aws", "--version");
  for (const command of ["export AWS_ACCESS", "export AWS_REQUEST", "aws s3 cp"]) {
    if (isThere) await types(command);
    else passes(command, "there is no AWS command line");
  }
  if (isThere) await then();
}

/** pandas is large, and all that is asked of it is to read lines: a few lines stand in for it. */
async function inPython(n: Walk, firstLine: string): Promise<void> {
  const { copies, passes, writes, types } = n;
  if (!isInstalled("python", "-c", "import boto3")) {
    passes("import os", "there is no Python with boto3");
    passes("RESULT=", "there is no Python with boto3");
    return;
  }
  copies("python", "scores.py");
  if (!isInstalled("python", "-c", "import pandas")) writes("pandas.py", pandas);
  const { stdout } = await types("RESULT=");
  for (const column of firstLine.split("\t")) assert.ok(stdout.includes(column), stdout);
}

const pandas = `class read_csv:
    def __init__(self, body, sep, header, dtype):
        assert header is None and dtype is str
        self.rows = [line.split(sep) for line in body.read().decode().splitlines()]
    def head(self):
        return self.rows[:5]
`;

/** Its plugin would be downloaded: a dynamic resource stands in for it, with its arguments. */
function standInForCommand(folder: string): void {
  const place = path.join(folder, "node_modules", "@pulumi", "command.js");
  writeFileSync(
    place,
    `const pulumi = require("@pulumi/pulumi");
const provider = {
  async create({ create, environment }) {
    const { execFileSync } = require("node:child_process");
    execFileSync("sh", ["-c", create], { env: { ...process.env, ...environment } });
    return { id: "command", outs: {} };
  },
};
class Command extends pulumi.dynamic.Resource {
  constructor(name, args) { super(provider, name, args); }
}
exports.local = { Command };
`,
  );
}

async function readsInAnotherStack(n: Walk, text: string, uri: string): Promise<void> {
  const { stack, writes } = n;
  writes("index.ts", text);
  const backendUrl = stack.env.PULUMI_BACKEND_URL ?? "";
  await withStack({ backendUrl, project: "reader", program: n.program }, async (reader) => {
    succeeded(await reader.up());
    assert.equal((await reader.outputs()).uri, uri);
  });
}
