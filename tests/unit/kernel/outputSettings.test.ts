import assert from "node:assert/strict";
import { isNclueError } from "../../../provider/src/kernel/errors";
import {
  type OutputSettings,
  progressMode,
  readOutputSettings,
} from "../../../provider/src/kernel/outputSettings";
import type { Environment } from "../../../provider/src/kernel/ports";

describe("readOutputSettings", () => {
  const cases: readonly [Environment, OutputSettings][] = [
    [{}, { progress: undefined, isDebug: false }],
    [
      { NCLUE_PROGRESS: "", NCLUE_LOG: "" },
      { progress: undefined, isDebug: false },
    ],
    [{ NCLUE_PROGRESS: "live" }, { progress: "live", isDebug: false }],
    [{ NCLUE_PROGRESS: "lines" }, { progress: "lines", isDebug: false }],
    [
      { NCLUE_PROGRESS: "off", NCLUE_LOG: "debug" },
      { progress: "off", isDebug: true },
    ],
  ];
  for (const [environment, expected] of cases) {
    it(`reads ${JSON.stringify(environment)}`, () => {
      assert.deepEqual(readOutputSettings(environment), expected);
    });
  }

  it("refuses every other value in one sentence", () => {
    const bad = [
      [{ NCLUE_PROGRESS: "foo" }, "NCLUE_PROGRESS must be live, lines or off"],
      [{ NCLUE_PROGRESS: "LIVE" }, "NCLUE_PROGRESS must be live, lines or off"],
      [{ NCLUE_LOG: "trace" }, "NCLUE_LOG must be debug or unset"],
      [
        { NCLUE_PROGRESS: "1", NCLUE_LOG: "1" },
        "NCLUE_PROGRESS must be live, lines or off; NCLUE_LOG must be debug or unset",
      ],
    ] as const;
    for (const [environment, problem] of bad) {
      assert.throws(
        () => readOutputSettings(environment),
        (error) => {
          assert.ok(isNclueError(error, "settings"));
          assert.equal(error.message, `reading the settings of pulumi-nclue: ${problem}`);
          return true;
        },
      );
    }
  });
});

describe("progressMode", () => {
  const mode = (environment: Environment, canDraw: boolean) =>
    progressMode(readOutputSettings(environment), environment, canDraw);

  it("is live where a screen can be drawn over, and lines elsewhere", () => {
    assert.equal(mode({}, true), "live");
    assert.equal(mode({}, false), "lines");
  });

  it("is lines in a pipeline, whatever its screen", () => {
    for (const CI of ["true", "1", "yes"]) assert.equal(mode({ CI }, true), "lines");
    for (const CI of ["", "0", "false"]) assert.equal(mode({ CI }, true), "live");
  });

  it("is what NCLUE_PROGRESS says, whatever the screen", () => {
    for (const wanted of ["live", "lines", "off"] as const) {
      const environment = { NCLUE_PROGRESS: wanted, CI: "true" };
      for (const canDraw of [true, false]) assert.equal(mode(environment, canDraw), wanted);
    }
  });
});
