import assert from "node:assert/strict";
import { automationStack } from "../support/automationStack";
import { withStack } from "../support/engine";
import { withNclue } from "../support/withNclue";

describe("two stacks at once in one process", () => {
  it("each use the keys of their own workspace", () =>
    withNclue({ plan: { inProgressMs: "never" } }, async (n) => {
      const { simulator, stack, buckets, program, runs } = n;
      const other = { accessKey: "other-access-key", secretKey: "other-secret-key" };
      simulator.addAccount({ name: buckets.accessKey, keys: [other] });
      const keys = { NCLOUD_ACCESS_KEY: other.accessKey, NCLOUD_SECRET_KEY: other.secretKey };
      const options = { env: { ...n.stack.env, ...keys }, stack: "prod" };
      await withStack(own(options), async (second) => {
        const programs = ["one/", "other/"].map((resultFilePath) =>
          program({ resultFilePath, verify: "off", waitFor: "started" }),
        );
        const stacks = await Promise.all(
          [stack, second].map((each, index) => automationStack(each, programs[index] ?? program())),
        );
        const keysOf = (method: string) =>
          simulator
            .log()
            .filter((request) => request.method === method)
            .map(({ accessKey, body }) => [
              (body as { result_file_path?: string } | null)?.result_file_path,
              accessKey,
            ]);

        await Promise.all(stacks.map((each) => each.up()));
        assert.deepEqual(
          new Map(keysOf("POST") as [string, string][]),
          new Map([
            ["one/", buckets.accessKey],
            ["other/", other.accessKey],
          ]),
        );
        for (const { id } of await runs()) await simulator.completeJob(id);
        await Promise.all(stacks.map((each) => each.destroy()));
        const used = keysOf("DELETE").map(([, accessKey]) => accessKey);
        assert.deepEqual(used.sort(), [buckets.accessKey, other.accessKey].sort());
      });
    }));
});

/** Without what belongs to the folder of another stack. */
function own({ env, stack }: { env: NodeJS.ProcessEnv; stack: string }) {
  const { PULUMI_HOME, PULUMI_BACKEND_URL, HOME, PATH, ...rest } = env;
  return { env: rest, stack };
}
