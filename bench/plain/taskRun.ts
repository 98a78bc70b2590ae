import * as pulumi from "@pulumi/pulumi";

import crypto = require("node:crypto");

/**
 * What one writes by following Pulumi's page on dynamic providers: each resource sends its own
 * requests, polls its own run every five seconds, and sends again, with growing delays, what was
 * refused for its pace. `BENCH_SPEED` divides all times: the bench runs on a scaled clock.
 */

const provider: pulumi.dynamic.ResourceProvider = {
  async create(inputs) {
    const { runId } = await send("POST", "/task-runs", {
      task_id: inputs.taskId,
      feature_id: inputs.featureId,
      name: inputs.name,
      result_bucket: inputs.resultBucket,
      result_file_path: inputs.resultFilePath,
    });
    for (;;) {
      const run = await send("GET", `/task-runs/${runId}`);
      if (run.status === "failed") throw new Error(`task run ${runId} failed: ${run.fail_message}`);
      if (run.status === "completed") return { id: runId, outs: { ...inputs, ...outputsOf(run) } };
      await pause(5000);
    }
  },

  async diff(_id, olds, news) {
    const names = ["taskId", "featureId", "name", "resultBucket", "resultFilePath"];
    const replaces = names.filter((name) => olds[name] !== news[name]);
    return { changes: replaces.length > 0, replaces, deleteBeforeReplace: true };
  },

  async read(id, props) {
    const run = await send("GET", `/task-runs/${id}`);
    return run === undefined
      ? { id: "", props: {} }
      : { id, props: { ...props, ...outputsOf(run) } };
  },

  async delete(id) {
    await send("DELETE", `/task-runs/${id}`);
  },
};

function outputsOf(run: Record<string, unknown>) {
  const { status, line_count: lineCount = null, completed_at: completedAt = null } = run;
  return { status, lineCount, completedAt };
}

/** The answer, or `undefined` where the service knows no such run. */
// biome-ignore lint/suspicious/noExplicitAny: such a provider would not have types for the answers
async function send(method: string, path: string, body?: object): Promise<any> {
  for (let attempt = 0; ; attempt++) {
    const url = new URL((process.env.NCLUE_ENDPOINT ?? "") + path);
    const timestamp = `${Date.now()}`;
    const accessKey = process.env.NCLOUD_ACCESS_KEY ?? "";
    const signature = crypto
      .createHmac("sha256", process.env.NCLOUD_SECRET_KEY ?? "")
      .update(`${method} ${url.pathname}\n${timestamp}\n${accessKey}`)
      .digest("base64");
    const response = await fetch(url, {
      method,
      headers: {
        "content-type": "application/json",
        "x-ncp-apigw-timestamp": timestamp,
        "x-ncp-iam-access-key": accessKey,
        "x-ncp-apigw-signature-v2": signature,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.status === 404 && method !== "POST") return undefined;
    const mayPass = response.status === 429 || (response.status >= 500 && method !== "POST");
    if (mayPass) {
      // Exponential, with full jitter, at most half a minute; a create would rather wait than fail.
      await response.text();
      await pause(1000 + Math.random() * Math.min(30_000, 1000 * 2 ** attempt));
      continue;
    }
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: HTTP ${response.status} ${text}`);
    const answer = text === "" ? {} : JSON.parse(text);
    return { ...answer, runId: answer.run_id };
  }
}

function pause(ms: number): Promise<void> {
  const speed = Number(process.env.BENCH_SPEED ?? 1);
  return new Promise((resolve) => setTimeout(resolve, ms / speed));
}

export interface PlainTaskRunArgs {
  readonly taskId: string;
  readonly featureId: string;
  readonly name: string;
  readonly resultBucket: string;
  readonly resultFilePath: string;
}

export class PlainTaskRun extends pulumi.dynamic.Resource {
  declare readonly status: pulumi.Output<string>;
  declare readonly lineCount: pulumi.Output<number | null>;
  declare readonly completedAt: pulumi.Output<string | null>;

  constructor(name: string, args: PlainTaskRunArgs, options?: pulumi.CustomResourceOptions) {
    const outputs = { status: undefined, lineCount: undefined, completedAt: undefined };
    super(provider, name, { ...outputs, ...args }, options, "plain", "TaskRun");
  }
}
