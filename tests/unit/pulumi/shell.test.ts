import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import vm from "node:vm";
import * as entry from "../../../provider/src/plugin/entry";
import { shells } from "../../../provider/src/pulumi/shell";
import { TYPE_TOKENS } from "../../../provider/src/pulumi/typeTokens";

const VERBS = ["configure", "check", "diff", "create", "read", "update", "delete"];

type Verb = (...args: unknown[]) => unknown;

/** The shell as the SDK evaluates it, with this `require`. */
function evaluate(text: string, require: (id: string) => unknown): Record<string, Verb> {
  const exports: { handler?: () => Record<string, Verb> } = {};
  const resolve = () => {
    throw Object.assign(new Error("not found"), { code: "MODULE_NOT_FOUND" });
  };
  const scope = {
    exports,
    require: Object.assign(require, { resolve }),
    module: { paths: ["/program/node_modules"] },
    process: { cwd: () => "/program" },
    Error,
    Object,
  };
  vm.runInNewContext(text, scope);
  return exports.handler?.() ?? assert.fail("no handler");
}

for (const [family, text] of Object.entries(shells)) {
  describe(`the shell of ${family}`, () => {
    it("is smaller than 2 kB", () => assert.ok(Buffer.byteLength(text) < 2048));

    it("requires the plugin's entry by the package's name, and nothing else", () => {
      const required = [...text.matchAll(/require(?:\.resolve)?\("([^"]+)"/g)].map(([, id]) => id);
      assert.deepEqual([...new Set(required)], ["pulumi-nclue/plugin"]);
    });

    it("has the methods that old states call, and no other", () =>
      assert.deepEqual(Object.keys(evaluate(text, () => ({}))), VERBS));

    it("hands every call on as it is", () => {
      const calls: unknown[][] = [];
      const verbs = Object.fromEntries(
        VERBS.map((verb) => [verb, (...args: unknown[]) => calls.push([verb, ...args])]),
      );
      const shell = evaluate(text, () => ({ [family]: verbs }));
      for (const verb of VERBS) shell[verb]?.("a", { b: 1 });
      assert.deepEqual(
        calls,
        VERBS.map((verb) => [verb, "a", { b: 1 }]),
      );
    });

    it("says what to type where the package cannot be found, without a stack", () => {
      const shell = evaluate(text, () => {
        throw Object.assign(new Error("Cannot find module"), { code: "MODULE_NOT_FOUND" });
      });
      assert.throws(
        () => shell.check?.({}, {}),
        (error: Error) => {
          assert.match(error.message, /pulumi-nclue .*cannot be loaded from \/program/);
          assert.match(error.message, /npm ci.*pnpm add pulumi-nclue/);
          assert.doesNotMatch(`${error}: ${error.stack}`, /\n|at /);
          return true;
        },
      );
    });

    it("passes on what goes wrong inside of the package", () => {
      const shell = evaluate(text, () => {
        throw new SyntaxError("broken");
      });
      assert.throws(() => shell.check?.({}, {}), /broken/);
    });
  });
}

describe("what is written into every state", () => {
  it("keeps its type tokens", () =>
    assert.deepEqual(TYPE_TOKENS, {
      feature: "pulumi-nodejs:dynamic/nclue:Feature",
      task: "pulumi-nodejs:dynamic/nclue:Task",
      taskRun: "pulumi-nodejs:dynamic/nclue:TaskRun",
      customAttributes: "pulumi-nodejs:dynamic/nclue:CustomAttributes",
      shoppingIntent: "pulumi-nodejs:dynamic/nclue:ShoppingIntent",
      taskRunCompletion: "pulumi-nodejs:dynamic/nclue:TaskRunCompletion",
    }));

  it("keeps the path that the shell requires", () => {
    const { exports } = JSON.parse(
      readFileSync(path.join(__dirname, "../../../provider/package.json"), "utf8"),
    );
    assert.equal(exports["./plugin"].default, "./dist/plugin/entry.js");
  });

  it("keeps the names of the plugin's entry", () => {
    const verbs: Readonly<Record<string, object>> = { ...entry };
    for (const name of Object.keys(shells)) {
      assert.deepEqual(Object.keys(verbs[name] ?? {}), VERBS, name);
    }
  });
});
