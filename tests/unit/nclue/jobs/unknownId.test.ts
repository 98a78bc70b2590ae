import assert from "node:assert/strict";
import { type ErrorFacts, NclueError } from "../../../../provider/src/kernel/errors";
import { isOwnFault, mayMeanUnknownId } from "../../../../provider/src/nclue/jobs/unknownId";

const text = { doing: "looking", cause: "it says no" };
const refusal = (facts: ErrorFacts) => new NclueError("refused", text, facts);

describe("a refusal of a request for one job", () => {
  const refusals: readonly (readonly [string, ErrorFacts, boolean])[] = [
    ["404 of the service", { kind: "not-found", httpStatus: 404 }, true],
    ["404 of the gateway", { kind: "not-found", httpStatus: 404, fromGateway: true }, false],
    ["400 without a code", { kind: "rejected", httpStatus: 400 }, true],
    ["400 with an unknown code", { kind: "rejected", httpStatus: 400, serviceCode: "19999" }, true],
    ["400 with a known code", { kind: "rejected", httpStatus: 400, serviceCode: "10101" }, false],
    ["400 of the gateway", { kind: "rejected", httpStatus: 400, fromGateway: true }, false],
    ["403 of the service", { kind: "denied", httpStatus: 403 }, true],
    ["401 of the service", { kind: "denied", httpStatus: 401 }, false],
    ["429", { kind: "throttled", httpStatus: 429 }, false],
    ["503", { kind: "transient", httpStatus: 503 }, false],
  ];
  for (const [what, facts, may] of refusals) {
    it(`${may ? "may" : "cannot"} mean that the service does not know it: ${what}`, () =>
      assert.equal(mayMeanUnknownId(refusal(facts)), may));
  }

  it("cannot mean that where the service was not reached, or something else failed", () => {
    assert.equal(mayMeanUnknownId(new NclueError("unreachable", text)), false);
    assert.equal(mayMeanUnknownId(new Error("no")), false);
  });
});

describe("a failure at a request for one job", () => {
  const failures: readonly (readonly [string, unknown, boolean])[] = [
    ["503 of the service", refusal({ kind: "transient", httpStatus: 503 }), true],
    ["503 of the gateway", refusal({ kind: "transient", fromGateway: true }), false],
    ["404 of the service", refusal({ kind: "not-found", httpStatus: 404 }), false],
    ["no answer", new NclueError("unreachable", text, { kind: "transient" }), false],
    ["an error of ours", new Error("no"), false],
  ];
  for (const [what, error, isIts] of failures) {
    it(`is ${isIts ? "" : "not "}the service's own: ${what}`, () =>
      assert.equal(isOwnFault(error), isIts));
  }
});
