import assert from "node:assert/strict";
import {
  isNclueError,
  messageOf,
  NclueError,
  whileDoing,
} from "../../../provider/src/kernel/errors";

const gone = new NclueError(
  "job-gone",
  { doing: "reading task run 1", cause: "somebody deleted it", remedy: "make it again" },
  { jobIds: ["1"] },
);

describe("NclueError", () => {
  it("tells what was done and why it failed, and what to do on a line of its own", () =>
    assert.equal(gone.message, "reading task run 1: somebody deleted it\nmake it again"));

  it("tells several things a line each, between the cause and what to do", () => {
    const details = ["run a failed", "run b\nfailed\u001b[2J"];
    const text = { doing: "waiting", cause: "2 runs failed", details, remedy: "make them again" };
    assert.equal(
      new NclueError("job-failed", text).message,
      "waiting: 2 runs failed\n- run a failed\n- run b failed [2J\nmake them again",
    );
  });

  it("tells the cause alone where nothing was being done", () =>
    assert.equal(new NclueError("cancelled", { doing: "", cause: "stopped" }).message, "stopped"));

  it("is recognised by its code, even where another copy of the package made it", () => {
    const copy = { isNclueError: true, code: "job-gone" };
    assert.ok(isNclueError(copy));
    assert.ok(isNclueError(copy, "refused", "job-gone"));
    assert.ok(!isNclueError(copy, "refused"));
  });

  for (const other of [null, undefined, "job-gone", 7, new Error("job-gone"), {}]) {
    it(`does not take ${String(other)} for one`, () => assert.ok(!isNclueError(other)));
  }

  it("keeps code, facts, cause and remedy when told as part of a larger action", () => {
    const told = whileDoing("deleting task run 1", gone);
    assert.equal(told.message, "deleting task run 1: somebody deleted it\nmake it again");
    assert.equal(told.code, "job-gone");
    assert.deepEqual(told.facts, { jobIds: ["1"] });
  });

  it("makes an error of ours of anything else", () => {
    assert.equal(whileDoing("reading", new Error("boom")).message, "reading: boom");
    assert.equal(whileDoing("reading", "boom").code, "unexpected");
    assert.equal(messageOf(new TypeError("")), "TypeError");
  });

  it("shows nothing that would move a terminal's cursor, however it got in, and stays short", () => {
    const hostile = `\u001b[2J${"x".repeat(100_000)}`;
    const { message } = new NclueError("refused", {
      doing: hostile,
      cause: hostile,
      remedy: hostile,
    });
    assert.doesNotMatch(message, /[^\P{Cc}\n]/u);
    assert.equal(message.split("\n").length, 2);
    assert.ok(message.length < 6000, String(message.length));
  });
});
