import assert from "node:assert/strict";
import { programContext, withWalk } from "../support/guideWalk";

describe("A walk through running again", () => {
  it("starts one run for each reason there is, and none for a failed one that is to stay", () =>
    withWalk("rerun", {}, async (n) => {
      const { simulator, requests, runs, copies, writes, does } = n;
      const newRun = async (command: string) => {
        const [old] = await runs();
        simulator.clearLog();
        await does(command);
        const [made, ...others] = await runs();
        assert.deepEqual(others, []);
        assert.notEqual(made?.id, old?.id);
        const deleted = old === undefined ? [] : [`DELETE /task-runs/${old.id}`];
        assert.deepEqual([requests("POST"), requests("DELETE")], [["POST /task-runs"], deleted]);
      };
      const before = programContext(n);
      writes("campaign.json", '{ "autumn": true }');
      copies("ts", "index.ts", { before });
      await newRun("pulumi up");
      writes("campaign.json", '{ "winter": true }');
      await newRun("pulumi up");

      const [urn] =
        /urn:\S+::churn-scores/.exec((await does("pulumi stack --show-urns")).output) ?? [];
      await newRun(`pulumi up --replace ${urn}`);
      await does(`pulumi state taint ${urn}`);
      await newRun("pulumi up");

      simulator.queuePlans({ outcome: "failed", failMessage: "UNEXPECTED_LABEL" });
      copies("ts", "index.ts", { before });
      await does("pulumi up", "failed");
      simulator.clearLog();
      assert.match((await does("pulumi up", "failed")).output, /UNEXPECTED_LABEL/);
      assert.deepEqual([...requests("POST"), ...requests("DELETE")], []);
    }));
});
