import assert from "node:assert/strict";
import { load } from "js-yaml";
import { withChannel } from "../support/channel";
import { isInstalled, programContext, withWalk } from "../support/guideWalk";
import { mailServer } from "../support/mailServer";
import { skip } from "../support/skip";

// The steps' scripts are run as a runner runs them: with their variables, in bash.

describe("A walk through telling people (on no runner, and to no real Slack)", () => {
  before(function () {
    for (const command of ["curl", "jq"]) {
      if (!isInstalled(command, "--version")) skip(this, `no ${command}`);
    }
  });

  it("tells a channel, a mailing list, and a hook in the program what became of the runs", () =>
    withChannel(async (webhook, posted) => {
      const mail = await mailServer();
      const commands = { "apt-get": "echo jq is here", npm: "echo no registry; exit 1" };
      await withWalk("telling-people", { commands }, async (n) => {
        const { writes, types, does, copies, simulator, runs, bucket } = n;
        const failed = { outcome: "failed", failMessage: "COMMON_ERROR" } as const;
        // Of another path: two runs of one path within a second could have written the same object.
        const args = { ...n.args, resultFilePath: "mondays/" };
        simulator.seedTaskRun({ name: "monday", ...args, plan: failed });
        writes("index.ts", `${programContext(n)}export const { resultUri } = ${run}`);
        await does("pulumi up");
        assert.match((await types("pulumi stack output --json")).stdout, /"resultUri": "s3:/);
        const listed = JSON.parse((await types("npx pulumi-nclue runs")).stdout);
        const [{ name, resultUri }] = listed.runs;
        const lines = [`${name}: completed ${resultUri}`, "monday: failed COMMON_ERROR"];
        const message = `${lines.join("\n")}\n`;

        await does(copies("sh", "message.sh"));
        assert.equal((await does("cat message.txt")).stdout, message);

        await does(`export SLACK_WEBHOOK=${webhook} RESULT=failure PAGE=https://ci.test/7`);
        const [step] = load(copies("yaml", "step.yml")) as { run: string; env: object }[];
        assert.deepEqual(Object.keys(step?.env ?? {}).sort(), ["PAGE", "RESULT", "SLACK_WEBHOOK"]);
        await does(step?.run ?? "");
        assert.equal(textOf(posted[0]), `NCLUE: failure\n${message}https://ci.test/7`);

        await does("export CI_PIPELINE_URL=https://ci.test/8");
        const { tell } = load(copies("yaml", "gitlab.yml")) as { tell: { script: string[] } };
        for (const line of tell.script) await does(line);
        assert.equal(textOf(posted[1]), `NCLUE\n${message}https://ci.test/8`);

        writes("mail.pem", mail.certificate);
        await does(`export SMTP_URL=${mail.address} SMTP_USER=nclue SMTP_PASSWORD=secret`);
        await does(`export CURL_CA_BUNDLE=${n.folder}/mail.pem`);
        await does(copies("sh", "mail.sh"));
        const [header = "", body] = mail.received[0]?.split("\n\n") ?? [];
        assert.match(header, /^From: .*\nTo: .*\nSubject: NCLUE: failure$/);
        assert.equal(body, message);

        copies("ts", "index.ts", { before: programContext(n).replace("churn/", "hooked/") });
        await does("pulumi up");
        await does("pulumi up");
        const [key] = (await runs()).at(-1)?.resultKeys ?? [];
        assert.deepEqual(posted.slice(2).map(textOf), [`scores: completed, s3://${bucket}/${key}`]);
      }).finally(() => mail.close());
    }).then(() => undefined));
});

const run = 'new nclue.TaskRun("churn-scores", args);';

function textOf(posted: string | undefined): string {
  return JSON.parse(posted ?? "").text;
}
