import assert from "node:assert/strict";
import { FAILURES } from "../../../provider/src/domain/failures";
import type { FaultAnswer } from "../../../simulator/src";
import { quick, type Walk, type Walker, walk } from "./walk";

/** Remedies of what the service and its gateway refuse, and of jobs that the service ends as failed. */

type Values = Record<string, unknown>;
type Switches = NonNullable<NonNullable<Walk["options"]>["switches"]>;

/** A create of this family that is refused, or fails, before something is mended, and not after it. */
function mended(
  family: "feature" | "task" | "taskRun",
  before: Values,
  after: Values,
  switches: Switches = {},
  mend: (walker: Walker) => void | Promise<void> = () => {},
): Walk {
  return walk(
    async (walker) => {
      const { advised, fine, inputsOf } = walker;
      const unchecked = { verify: "off" };
      const bad = inputsOf(family, { ...unchecked, ...before });
      await advised((plugin) => plugin.of(family).create(bad));
      await mend(walker);
      const good = inputsOf(family, { ...unchecked, ...after });
      await fine((plugin) => plugin.of(family).create(good));
    },
    { switches },
  );
}

/** What passes by itself, or is mended at the service. */
function passes(answer: FaultAnswer, match: object = { method: "POST" }): Walk {
  return walk(async ({ advised, fine, inputs, simulator }) => {
    simulator.addFault({ match, times: "always", answer });
    await advised((plugin) => plugin.create(inputs()));
    simulator.clearFaults();
    await fine((plugin) => plugin.create(inputs()));
  });
}

const put = (bucket: string, key: string, text: string) => (walker: Walker) =>
  walker.store.putObject(bucket, key, text);

/** Enough labels of both kinds. */
const LABELS = Array.from({ length: 200 }, (_, n) => `u${n}\t${n % 2}\n`).join("");
const read: Switches = { sources: "read", fileRules: "applied" };

/** A file of the family that is bad at first and good in the end. */
function file(
  family: "feature" | "task",
  bad: string | undefined,
  good: string,
  more: Switches = {},
): Walk {
  const key = family === "feature" ? "seq/2026-11/part-1.tsv" : "labels/churn.tsv";
  const mend = put("acme-data", key, good);
  const inner = mended(family, {}, {}, { ...read, ...more }, mend);
  const go = async (walker: Walker) => {
    if (bad !== undefined) await walker.store.putObject("acme-data", key, bad);
    await inner.go(walker);
  };
  return { ...inner, go };
}

/** A job that failed with this code, and the one that the next update replaces it by. */
function failed(code: string): Walk {
  return walk(async ({ advised, fine, inputs, simulator, newProcess }) => {
    simulator.queuePlans({ ...quick, outcome: "failed", failMessage: code });
    const made = await advised((plugin) => plugin.create(inputs()));
    assert.ok(made !== undefined);
    const { id, outputs } = made;
    assert.deepEqual((await newProcess().diff(id, outputs, inputs())).replaces, ["status"]);
    const inState = { id, createdAt: outputs.createdAt };
    await fine((plugin) => plugin.create(inputs({}, { inState })));
  });
}

const remedyOf = (code: string) => `domain: ${FAILURES[code]?.remedy}`;

/** A process with other settings that fails, and one with the bench's own. */
function settings(environment: (walker: Walker) => Record<string, string>): Walk {
  return walk(async (walker) => {
    const { advised, fine, inputs, newProcess } = walker;
    await advised((plugin) => plugin.create(inputs()), newProcess(environment(walker)));
    await fine((plugin) => plugin.create(inputs()));
  });
}

const gateway = (code: 100 | 200 | 210 | 300 | 400 | 410 | 430 | 500): FaultAnswer => ({
  kind: "gateway",
  code,
});
const nclue = (status: number, errorCode: string): FaultAnswer => ({
  kind: "status",
  status,
  body: { error: { errorCode, message: "no" } },
});

export const serviceWalks: Readonly<Record<string, Walk>> = {
  [remedyOf("COMMON_ERROR")]: failed("COMMON_ERROR"),
  [remedyOf("OBS_UPLOAD_FAILED")]: failed("OBS_UPLOAD_FAILED"),
  [remedyOf("OBS_DOWNLOAD_FAILED")]: failed("OBS_DOWNLOAD_FAILED"),
  [remedyOf("UNEXPECTED_FILE_TYPE")]: failed("UNEXPECTED_FILE_TYPE"),
  "domain: see …": failed("SOMETHING_ELSE"),
  [remedyOf("DISK_SPACE_SHORTAGE")]: mended(
    "feature",
    { name: "one too many" },
    {},
    { storageFullAt: 2, sources: "ignored" },
    async ({ simulator, task }) => {
      for (const { id, name } of await simulator.jobs("features")) {
        if (name === "one too many") simulator.deleteJob(id);
      }
      simulator.deleteJob(task.id);
    },
  ),
  [remedyOf("DUPLICATE_USERID")]: file("feature", "u1\ta\nu1\tb\n", "u1\ta\nu2\tb\n"),
  [remedyOf("LIMIT_ERROR_MID_LENGTH")]: file("feature", `${"u".repeat(101)}\ta\n`, "u1\ta\n"),
  [remedyOf("UNEXPECTED_TXT_FORMAT")]: file("feature", "no tabulator\n", "u1\ta\n"),
  [remedyOf("NOT_EXIST_FILE")]: file("feature", undefined, "u1\ta\n"),
  [remedyOf("UNEXPECTED_LABEL")]: file("task", LABELS.replace("\t1", "\t7"), LABELS),
  [remedyOf("NUM_OF_LABEL_INSUFFICIENT")]: file("task", "u1\t1\n", LABELS),
  [remedyOf("OBS_USER_FILE_ACCESS_ERROR")]: walk(async ({ advised, fine, inputs, store }) => {
    store.states.set("acme-results", { kind: "missing" });
    await advised((plugin) => plugin.create(inputs({ verify: "off" })));
    store.states.clear();
    await fine((plugin) => plugin.create(inputs({ verify: "off" })));
  }),
  "nclue: check that nclue:endpoint (NCLUE_ENDPOINT) is the address of NCLUE's API": passes(
    { kind: "status", status: 200, body: { page: "of something else" } },
    { method: "GET" },
  ),
  "nclue: unset it where jobs may be created and deleted": settings(() => ({
    NCLUE_READ_ONLY: "true",
  })),
  "nclue: check the network and nclue:endpoint (NCLUE_ENDPOINT), then run it again": settings(
    () => ({ NCLUE_ENDPOINT: "http://127.0.0.1:9/api/v1" }),
  ),
  "nclue: check that nclue:endpoint (NCLUE_ENDPOINT) is the address of NCLUE's API, then try again":
    passes({ kind: "garbage" }, { method: "GET" }),
  "nclue: check the keys and their rights": passes({
    kind: "status",
    status: 403,
    body: {},
  }),
  "nclue: others use the account's requests, too: try again later": passes({
    kind: "status",
    status: 429,
    body: {},
  }),
  "nclue: try again later; if it lasts, ask NAVER Cloud's support": passes(
    { kind: "status", status: 503, body: {} },
    { method: "GET" },
  ),
  "nclue: check the ids in the console, and that address and keys are of the right account": passes(
    { kind: "status", status: 404, body: {} },
  ),
  "nclue: correct what the answer names, then try again; else ask NAVER Cloud's support": mended(
    "taskRun",
    { resultFilePath: "" },
    {},
  ),
  "nclue: check that the keys belong to the account that uses NCLUE and carry NCP_VPC_NCLUE_MANAGER":
    passes(nclue(403, "10100")),
  "nclue: use a shorter name (the documented limit is 100)": mended(
    "taskRun",
    { name: "n".repeat(99) },
    { name: "n" },
    { nameLimit: 40 },
  ),
  "nclue: take the character out of the path": mended(
    "taskRun",
    { resultFilePath: "a b/" },
    { resultFilePath: "ab/" },
  ),
  "nclue: rename that source file": mended(
    "task",
    { trainFilePath: "a b.tsv" },
    { trainFilePath: "ab.tsv" },
    { sources: "ignored" },
  ),
  "nclue: check bucket and path, and upload the source file": file(
    "feature",
    undefined,
    "u1\ta\n",
    {
      checkSourceAtPost: true,
    },
  ),
  "nclue: check the task's source files": file("task", undefined, LABELS, {
    checkSourceAtPost: true,
  }),
  "nclue: take resident, passport, licence, card and phone numbers and e-mail addresses out of it":
    file("feature", "u1\tsomebody@example.com\n", "u1\ta\n"),
  "nclue: check nclue:endpoint": passes(gateway(100)),
  "nclue: check the secret key, and that the clock is right": settings(() => ({
    NCLOUD_SECRET_KEY: "another",
  })),
  "nclue: give the sub account NCP_VPC_NCLUE_MANAGER, and check that NCLUE is subscribed": passes(
    gateway(210),
  ),
  "nclue: check nclue:endpoint and the keys' rights": passes(gateway(300)),
  "nclue: wait until it is renewed, or ask NAVER Cloud for a higher one": passes(gateway(400)),
  "nclue: shorten the arguments": passes(gateway(430)),
  "nclue: try again later": passes(gateway(500), { method: "GET" }),
  "nclue: lower nclue:requestsPerSecond": walk(
    async ({ advised, fine, inputs, newProcess, simulator }) => {
      simulator.addFault({ times: "always", answer: gateway(410) });
      await advised((plugin) => plugin.create(inputs()));
      simulator.clearFaults();
      simulator.setSwitches({ rateLimit: "410", ratePerSecond: 0.5 });
      await fine(
        (plugin) => plugin.create(inputs()),
        newProcess({ NCLUE_REQUESTS_PER_SECOND: "0.5" }),
      );
    },
  ),
};
