import assert from "node:assert/strict";
import { isNclueError } from "../../../provider/src/kernel/errors";
import { hashOfKey, resolveSettings, type Settings } from "../../../provider/src/kernel/settings";

type Texts = Readonly<Record<string, string>>;

function resolve(
  config: Texts = {},
  environment: Texts = {},
  profiles?: Readonly<Record<string, Texts>>,
): Settings {
  return resolveSettings({ config: (key) => config[key], environment, profiles: () => profiles });
}

const configKeys = { "nclue:accessKey": "AK_CONFIG", "nclue:secretKey": "SK_CONFIG" };
const environmentKeys = { NCLOUD_ACCESS_KEY: "AK_ENV", NCLOUD_SECRET_KEY: "SK_ENV" };
const profiles = {
  DEFAULT: { ncloud_access_key_id: "AK_DEFAULT", ncloud_secret_access_key: "SK_DEFAULT" },
  work: { ncloud_access_key_id: "AK_WORK", ncloud_secret_access_key: "SK_WORK" },
};

function problemsOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    assert.ok(isNclueError(error, "settings"));
    return error.message;
  }
  return assert.fail("nothing was wrong");
}

describe("resolveSettings: the keys", () => {
  it("come from the stack's config before all else", () => {
    const { credentials, keySource } = resolve(configKeys, environmentKeys, profiles);
    assert.deepEqual(credentials(), { accessKey: "AK_CONFIG", secretKey: "SK_CONFIG" });
    assert.match(keySource, /stack's config/);
  });

  it("come from the environment before the profile", () => {
    const { credentials, keySource } = resolve({}, environmentKeys, profiles);
    assert.deepEqual(credentials(), { accessKey: "AK_ENV", secretKey: "SK_ENV" });
    assert.match(keySource, /environment/);
  });

  const sections: readonly (readonly [string, Texts, Texts, string])[] = [
    ["DEFAULT where none is named", {}, {}, "AK_DEFAULT"],
    ["the one that the environment names", {}, { NCLOUD_PROFILE: "work" }, "AK_WORK"],
    ["the one that the config names", { "nclue:profile": "work" }, {}, "AK_WORK"],
    [
      "the one of the config, if both name one",
      { "nclue:profile": "work" },
      { NCLOUD_PROFILE: "DEFAULT" },
      "AK_WORK",
    ],
  ];
  for (const [what, config, environment, accessKey] of sections) {
    it(`come from a profile last: ${what}`, () =>
      assert.equal(resolve(config, environment, profiles).credentials().accessKey, accessKey));
  }

  const halves: readonly (readonly [string, () => unknown, RegExp])[] = [
    [
      "config",
      () => resolve({ "nclue:accessKey": "AK" }, environmentKeys),
      /half a pair .*stack's config.*: nclue:secretKey is missing/,
    ],
    [
      "environment",
      () => resolve({}, { NCLOUD_SECRET_KEY: "SK_HALF" }, profiles),
      /half a pair .*environment.*: NCLOUD_ACCESS_KEY is missing/,
    ],
    [
      "profile",
      () => resolve({}, {}, { DEFAULT: { ncloud_access_key_id: "AK" } }),
      /half a pair .*\[DEFAULT\]: ncloud_secret_access_key is missing/,
    ],
  ];
  for (const [place, act, message] of halves) {
    it(`are never mixed: half a pair in the ${place} is an error that names the other half`, () =>
      assert.match(problemsOf(act), message));
  }

  it("may be missing altogether: an error that says where they go", () =>
    assert.match(
      problemsOf(() => resolve()),
      /no keys found: set NCLOUD_ACCESS_KEY and NCLOUD_SECRET_KEY, or nclue:accessKey .*profile/,
    ));

  it("are said to be unreadable where the file is there and cannot be read", () => {
    const unreadable = () => {
      throw Object.assign(new Error("no"), { code: "EACCES" });
    };
    const config = (key: string) => ({ "nclue:profile": "work" })[key];
    assert.equal(
      problemsOf(() => resolveSettings({ config, environment: {}, profiles: unreadable })),
      "reading the settings of pulumi-nclue: ~/.ncloud/configure cannot be read (EACCES): " +
        "give its owner the right to read it",
    );
  });

  for (const section of ["absent", "constructor", "__proto__"]) {
    it(`are not looked for in a profile [${section}] that is not there`, () =>
      assert.match(
        problemsOf(() => resolve({ "nclue:profile": section }, {}, profiles)),
        /no (profile \[|keys found)/,
      ));
  }

  it("count blank values as none", () =>
    assert.equal(
      resolve({ "nclue:accessKey": " ", "nclue:secretKey": "" }, environmentKeys).credentials()
        .accessKey,
      "AK_ENV",
    ));

  it("are in no text that the settings turn into, and in their hash only by a digest", () => {
    const settings = resolve(configKeys);
    assert.doesNotMatch(JSON.stringify(settings), /AK_CONFIG|SK_CONFIG/);
    assert.equal(settings.keyHash, hashOfKey("AK_CONFIG"));
    assert.match(settings.keyHash, /^[0-9a-f]{12}$/);
    assert.notEqual(hashOfKey("AK_CONFIG"), hashOfKey("AK_ENV"));
  });

  it("are not repeated by the message about half a pair", () =>
    assert.doesNotMatch(
      problemsOf(() => resolve({}, { NCLOUD_SECRET_KEY: "SK_HALF" })),
      /SK_HALF/,
    ));
});

describe("resolveSettings: everything else", () => {
  it("has the documented defaults", () => {
    const { credentials, keyHash, keySource, ...rest } = resolve(configKeys);
    assert.deepEqual(rest, {
      endpoint: "https://nclue.apigw.ntruss.com/api/v1",
      objectStorageEndpoint: "https://kr.object.ncloudstorage.com",
      objectStorageRegion: "kr-standard",
      requestsPerSecond: 1,
      readOnly: false,
      maxNewJobs: null,
      requestTimeoutMs: 30_000,
    });
  });

  const pairs: readonly (readonly [keyof Settings, string, string, string, string, unknown])[] = [
    [
      "endpoint",
      "nclue:endpoint",
      "NCLUE_ENDPOINT",
      "https://a.example/api/v1/",
      "https://b.example",
      "https://a.example/api/v1",
    ],
    [
      "objectStorageEndpoint",
      "nclue:objectStorageEndpoint",
      "NCLOUD_OBS_ENDPOINT",
      "http://127.0.0.1:7070",
      "https://b.example",
      "http://127.0.0.1:7070",
    ],
    [
      "objectStorageRegion",
      "nclue:objectStorageRegion",
      "NCLOUD_OBS_REGION",
      "jp-standard",
      "sg-standard",
      "jp-standard",
    ],
    ["requestsPerSecond", "nclue:requestsPerSecond", "NCLUE_REQUESTS_PER_SECOND", "0.5", "2", 0.5],
    ["readOnly", "nclue:readOnly", "NCLUE_READ_ONLY", "true", "false", true],
    ["maxNewJobs", "nclue:maxNewJobs", "NCLUE_MAX_NEW_JOBS", "0", "5", 0],
  ];
  for (const [name, key, variable, inConfig, inEnvironment, wins] of pairs) {
    it(`takes ${name} from ${key} before ${variable}`, () => {
      const both = resolve({ ...configKeys, [key]: inConfig }, { [variable]: inEnvironment });
      assert.deepEqual(both[name], wins);
      const alone = resolve(configKeys, { [variable]: inConfig });
      assert.deepEqual(alone[name], wins);
    });
  }

  const malformed: readonly (readonly [string, string, RegExp])[] = [
    ["NCLUE_ENDPOINT", "not an address", /NCLUE_ENDPOINT\) is not an address/],
    ["NCLUE_ENDPOINT", "http://nclue.example/api/v1", /must be https:\/\/ .*loopback/],
    ["NCLUE_ENDPOINT", "http://127.0.0.1.example.com", /must be https/],
    ["NCLUE_ENDPOINT", "http://localhost.example.com", /must be https/],
    ["NCLUE_ENDPOINT", "ftp://nclue.example", /must be https/],
    ["NCLUE_ENDPOINT", "https://user:word@nclue.example", /must not hold credentials/],
    ["NCLUE_ENDPOINT", "https://nclue.example/?a=b", /must not hold a query/],
    ["NCLOUD_OBS_ENDPOINT", "http://10.0.0.1", /NCLOUD_OBS_ENDPOINT\) must be https/],
    ["NCLOUD_OBS_REGION", "Korea!", /is not a region/],
    ["NCLUE_REQUESTS_PER_SECOND", "0", /must be a number above 0/],
    ["NCLUE_REQUESTS_PER_SECOND", "-1", /must be a number above 0/],
    ["NCLUE_REQUESTS_PER_SECOND", "Infinity", /up to 1000/],
    ["NCLUE_REQUESTS_PER_SECOND", "fast", /must be a number/],
    ["NCLUE_READ_ONLY", "maybe", /must be true or false/],
    ["NCLUE_MAX_NEW_JOBS", "-1", /must be a whole number/],
    ["NCLUE_MAX_NEW_JOBS", "1.5", /must be a whole number/],
  ];
  for (const [variable, value, message] of malformed) {
    it(`refuses ${variable}=${value}`, () =>
      assert.match(
        problemsOf(() => resolve(configKeys, { [variable]: value })),
        message,
      ));
  }

  for (const address of [
    "http://localhost:4010/api/v1",
    "http://127.0.0.1:4010",
    "http://127.8.9.10",
    "http://[::1]:4010",
  ]) {
    it(`accepts plain http for the loopback address ${address}`, () =>
      assert.equal(resolve(configKeys, { NCLUE_ENDPOINT: address }).endpoint, address));
  }

  for (const [text, value] of [
    ["TRUE", true],
    ["1", true],
    ["on", true],
    ["yes", true],
    ["False", false],
    ["0", false],
    ["off", false],
    ["no", false],
  ] as const) {
    it(`reads readOnly ${text} as ${value}`, () =>
      assert.equal(resolve(configKeys, { NCLUE_READ_ONLY: text }).readOnly, value));
  }

  it("tells all problems at once, each with both places where it can be set", () => {
    const message = problemsOf(() =>
      resolve(
        { "nclue:accessKey": "AK" },
        { NCLUE_ENDPOINT: "x", NCLUE_READ_ONLY: "x", NCLUE_MAX_NEW_JOBS: "x" },
      ),
    );
    for (const part of [
      "half a pair",
      "nclue:endpoint (NCLUE_ENDPOINT)",
      "nclue:readOnly (NCLUE_READ_ONLY)",
      "nclue:maxNewJobs (NCLUE_MAX_NEW_JOBS)",
    ]) {
      assert.ok(message.includes(part), `${part}: ${message}`);
    }
  });
});
