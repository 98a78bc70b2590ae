import assert from "node:assert/strict";
import { replacingArgumentsOf } from "../../provider/src/domain/arguments";
import { families } from "../../provider/src/domain/families";
import type { FamilyName } from "../../provider/src/domain/family";
import { scenarios } from "../support/canaries/scenarios";
import type { Heard } from "../support/canaries/stage";
import { UNREACHED } from "../support/canaries/unreached";
import { placesIn, sourceFiles } from "../support/codePlaces";
import { makesMessage } from "../support/messagePlaces";
import { compiled, startRecording } from "../support/reachedCode";

// A secret value in every argument, and lives that together make the code say everything that it can
// say. Which places say something is found in the code, and V8 counts which of them were reached: a new
// message fails the last test until a life reaches it, or an exception says why no secret can be in it.

/** In each spelling that a message may have: as it is, for an address, in JSON, character by character. */
const CANARY = /canary|카나리아|%EC%B9%B4|\\uce74|U\+CE74|ca4a0000000/i;

/** Outputs that the classes mark as secret where an argument is. */
const SECRET_OUTPUTS = ["resultKey", "resultUri", "runIds", "runs"];

const RUN: readonly FamilyName[] = ["taskRun"];

const lives = Object.entries(scenarios).flatMap(([title, scenario]) =>
  (scenario.families ?? RUN).map((family) => ({ title, family })),
);

describe("a secret value in every argument", () => {
  let endRecording: Awaited<ReturnType<typeof startRecording>>;
  let lived = 0;

  before(async () => {
    endRecording = await startRecording();
  });

  for (const { title, family } of lives) {
    it(`is neither shown nor stored in clear: ${title} (${family})`, async () => {
      const heard = await live(title, family);
      assertSilent(heard);
      assertStoredSafely(family, heard);
      lived += 1;
    });
  }

  it("was there when each place that makes a message was reached", async function () {
    if (lived < lives.length) this.skip();
    const { hasRun } = await endRecording();
    const places = sourceFiles().flatMap((file) => placesIn(file, compiled(file), makesMessage));
    const unreached = places
      .filter(({ file, offset }) => !hasRun(file, offset))
      .map(({ id }) => id);
    const exceptions = Object.keys(UNREACHED);
    const isExcepted = (id: string) => exceptions.some((exception) => id.startsWith(exception));
    assert.deepEqual(
      unreached.filter((id) => !isExcepted(id)),
      [],
      "these messages need a life in tests/support/canaries that reaches them",
    );
    assert.deepEqual(
      exceptions.filter((exception) => !unreached.some((id) => id.startsWith(exception))),
      [],
      "these exceptions are of no use any more",
    );
  });
});

/** What is recorded is what was loaded after the start: required here, and not above. */
function live(title: string, family: FamilyName): Promise<Heard> {
  const { heard } =
    require("../support/canaries/stage") as typeof import("../support/canaries/stage");
  const recorded =
    require("../support/canaries/scenarios") as typeof import("../support/canaries/scenarios");
  const scenario = recorded.scenarios[title];
  assert.ok(scenario !== undefined);
  return heard(family, scenario.play, scenario.options);
}

function assertSilent({ said, secretIds }: Heard): void {
  for (const pattern of [CANARY, ...secretIds.map((id) => new RegExp(id, "i"))]) {
    const at = said.search(pattern);
    assert.ok(at < 0, `…${said.slice(Math.max(0, at - 200), at + 100)}…`);
  }
}

function assertStoredSafely(family: FamilyName, { stored }: Heard): void {
  const encrypted = [...replacingArgumentsOf(families[family]), ...SECRET_OUTPUTS];
  for (const { outputs } of stored) {
    for (const [key, value] of Object.entries(outputs)) {
      if (encrypted.includes(key)) continue;
      assert.doesNotMatch(JSON.stringify(value ?? null), CANARY, `${key} is stored in clear`);
    }
  }
}
