import assert from "node:assert/strict";
import { withLifecycle } from "../support/withLifecycle";

const plan = { registeredMs: 0, pendingMs: 0, inProgressMs: 60_000 };

describe("a service that leaves out where a result goes", () => {
  for (const omittedFields of ["result_bucket", "result_file_path,result_bucket"]) {
    for (const [one, other] of [
      ["a/", "a/nclue"],
      ["a/", "a/"],
    ] as const) {
      it(`does not make one object the result of two runs (${one} and ${other}, without ${omittedFields})`, () =>
        withLifecycle(
          async ({ plugin, inputs }) => {
            const paths = [one, other].map((resultFilePath, n) =>
              inputs({ resultFilePath }, { urn: `urn:${n}`, logicalName: `run-${n}` }),
            );
            const ended = await Promise.all(paths.map((program) => plugin.create(program)));
            const keys = ended.flatMap(({ outputs }) => outputs.resultKey ?? []);
            assert.equal(new Set(keys).size, keys.length, keys.join());
          },
          { plan, switches: { omittedFields, resultDelayMs: 3000 } },
        ));
    }
  }
});

describe("a name that is taken", () => {
  for (const status of [400, 409, 422]) {
    for (const errorCode of ["10102", 10102, "DUPLICATE_NAME", "DuplicateName"]) {
      it(`leads to the job that has it, by HTTP ${status} with the code ${errorCode}`, () =>
        withLifecycle(
          async (bench) => {
            const body = { error: { errorCode, message: "no" } };
            const answer = { kind: "status", status, body } as const;
            bench.simulator.addFault({ match: { method: "POST" }, when: "after", answer });
            const program = bench.inputs({ name: "weekly", onDuplicateName: "adopt" });
            const { id, problem } = await bench.plugin.create(program);
            assert.equal(problem, undefined);
            assert.deepEqual(
              (await bench.runs()).map((run) => run.id),
              [id],
            );
          },
          { plan },
        ));
    }
  }
});
