import assert from "node:assert/strict";
import { Turns } from "../../../provider/src/lifecycle/turns";

describe("Turns", () => {
  it("counts what was checked and not asked for, and new jobs that only the program knows", () => {
    const turns = new Turns(true);
    turns.check("a", true, 5);
    turns.check("held", false, 5);
    assert.equal(turns.waiting, 6);
    turns.take("a");
    assert.equal(turns.waiting, 5);
    turns.take("held");
    assert.equal(turns.waiting, 4);
    assert.deepEqual([turns.isWaiting("a"), turns.isWaiting("held")], [false, false]);
  });

  it("counts only what was checked where the engine leaves resources out", () => {
    const turns = new Turns(false);
    turns.check("a", true, 5);
    turns.check("b", true, 5);
    turns.take("a");
    assert.equal(turns.waiting, 1);
  });

  it("counts what was checked where the program has told less", () => {
    const turns = new Turns(true);
    turns.check("a", true, 0);
    turns.check("b", true, 1);
    assert.equal(turns.waiting, 2);
  });
});
