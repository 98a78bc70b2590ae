import assert from "node:assert/strict";
import { explainFailure, FAILURES } from "../../../provider/src/domain/failures";

const page = "https://guide.ncloud-docs.com/docs/nclue-troubleshoot-message";
const useless = "another try will not help before that";

/** Each message as a person reads it: what the code means, and what to do. */
const messages: Readonly<Record<string, readonly [cause: string, remedy: string]>> = {
  COMMON_ERROR: [
    "an unknown error at the service",
    "try again, then ask NAVER Cloud's support; another try may help",
  ],
  DISK_SPACE_SHORTAGE: [
    "NCLUE's own storage is full",
    "delete features, task models and shopping intents that are not needed any more; another try may help",
  ],
  DUPLICATE_USERID: [
    "a user id occurs twice in the data file",
    `make the user ids of the file unique; ${useless}`,
  ],
  LIMIT_ERROR_MID_LENGTH: [
    "a user id is longer than 100 characters",
    `shorten the user ids of the file; ${useless}`,
  ],
  NOT_EXIST_FILE: [
    "the file is missing or empty",
    `check the path and what is stored there; ${useless}`,
  ],
  NUM_OF_LABEL_INSUFFICIENT: [
    "too few labels: 100 of 0 and 100 of 1 are needed for users of the feature",
    `add labels; ${useless}`,
  ],
  OBS_DOWNLOAD_FAILED: [
    "the input could not be fetched from Object Storage",
    "check path and file, then ask NAVER Cloud's support; another try may help",
  ],
  OBS_UPLOAD_FAILED: [
    "the result could not be written to Object Storage, which usually passes",
    "run it again; another try usually helps",
  ],
  OBS_USER_FILE_ACCESS_ERROR: [
    "Object Storage refused access to the file",
    `check the bucket and its access rights; ${useless}`,
  ],
  UNEXPECTED_FILE_TYPE: [
    "the file has a type that NCLUE cannot handle",
    `check the file's type; ${useless}`,
  ],
  UNEXPECTED_LABEL: ["a label of the answer data is neither 0 nor 1", `fix the labels; ${useless}`],
  UNEXPECTED_TXT_FORMAT: [
    "the file has a format that NCLUE cannot handle",
    `check the file's format; ${useless}`,
  ],
};

describe("explainFailure", () => {
  for (const [code, [cause, remedy]] of Object.entries(messages)) {
    it(`says what ${code} means, what to do, whether another try helps, and where to read`, () =>
      assert.deepEqual(explainFailure(code), {
        cause: `${code}: ${cause}`,
        remedy: `${remedy} (${page})`,
      }));
  }

  it("has a message under test for each code of the table", () =>
    assert.deepEqual(Object.keys(FAILURES), Object.keys(messages)));

  for (const code of ["NEW_ERROR", "constructor", "__proto__", "toString", "hasOwnProperty"]) {
    it(`passes on ${code}, which it does not know, with the page to read`, () =>
      assert.deepEqual(explainFailure(code), {
        cause: code,
        remedy: `see ${page}`,
      }));
  }

  it("says so where the service gives no reason", () =>
    assert.deepEqual(explainFailure(null), {
      cause: "the service gives no reason",
      remedy: `see ${page}`,
    }));

  it("recommends a plain re-run for a passing upload failure only", () =>
    assert.deepEqual(
      Object.entries(FAILURES)
        .filter(([, { retryHelps }]) => retryHelps === "yes")
        .map(([code]) => code),
      ["OBS_UPLOAD_FAILED"],
    ));
});
