import assert from "node:assert/strict";
import { withOtherHost } from "../support/otherHost";
import { withLifecycle } from "../support/withLifecycle";

describe("a service that redirects", () => {
  for (const status of [301, 302, 303, 307, 308]) {
    it(`is refused with its status, and the other host is asked for nothing (HTTP ${status})`, () =>
      withOtherHost(({ location, met }) =>
        withLifecycle(async ({ simulator, plugin, inputs, runs }) => {
          simulator.addFault({
            times: "always",
            answer: { kind: "status", status, headers: { location }, body: "" },
          });
          await assert.rejects(plugin.create(inputs()), {
            isNclueError: true,
            message: new RegExp(`HTTP ${status}`),
          });
          assert.deepEqual(met, []);
          assert.deepEqual(await runs(), []);
        }),
      ));
  }
});
