import assert from "node:assert/strict";
import { Remembered } from "../../../provider/src/kernel/remembered";
import { FakeClock } from "../../support/fakeClock";

function bench({ answerMs = 0 } = {}) {
  const clock = new FakeClock();
  const remembered = new Remembered<number>(clock);
  let asked = 0;
  const ask = async () => {
    asked += 1;
    const answer = asked;
    if (answerMs > 0) await clock.sleep(answerMs);
    return answer;
  };
  return { clock, remembered, ask, asked: () => asked };
}

describe("Remembered", () => {
  it("serves all who ask at the same time with one request", async () => {
    const { remembered, ask, asked } = bench();
    const answers = await Promise.all([1, 2, 3].map(() => remembered.get(0, ask)));
    assert.deepEqual([answers, asked()], [[1, 1, 1], 1]);
  });

  it("serves those who may take an answer of its age, and asks again for others", async () => {
    const { clock, remembered, ask } = bench();
    await clock.advance(1000);
    assert.equal(await remembered.get(0, ask), 1);
    await clock.advance(500);
    assert.equal(await remembered.get(1000, ask), 1);
    assert.equal(await remembered.get(Number.NEGATIVE_INFINITY, ask), 1);
    assert.equal(await remembered.get(1001, ask), 2);
  });

  it("counts the age from when it was asked, not from when it was answered", async () => {
    const { clock, remembered, ask } = bench({ answerMs: 1000 });
    const first = remembered.get(0, ask);
    await clock.advance(500);
    const second = remembered.get(500, ask);
    assert.deepEqual(await clock.runUntil(Promise.all([first, second])), [1, 2]);
    assert.equal(await remembered.get(500, ask), 2);
  });

  it("does not remember a failure, and passes it on to all who share it", async () => {
    const { remembered, ask } = bench();
    const broken = async () => {
      throw new Error("broken");
    };
    const failing = [1, 2].map(() => remembered.get(0, broken));
    await Promise.all(failing.map((one) => assert.rejects(one, /broken/)));
    assert.equal(await remembered.get(0, ask), 1);
  });

  it("keeps a newer answer where an older request fails late", async () => {
    const { clock, remembered, ask } = bench();
    const slow = async () => {
      await clock.sleep(1000);
      throw new Error("broken");
    };
    const failing = assert.rejects(clock.runUntil(remembered.get(0, slow)), /broken/);
    await clock.advance(1);
    assert.equal(await remembered.get(1, ask), 1);
    await failing;
    assert.equal(await remembered.get(1, ask), 1);
  });

  it("forgets where it is asked to", async () => {
    const { remembered, ask } = bench();
    await remembered.get(0, ask);
    remembered.forget();
    assert.equal(await remembered.get(0, ask), 2);
  });
});
