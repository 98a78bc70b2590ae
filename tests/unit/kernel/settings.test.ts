import assert from "node:assert/strict";
import { isNclueError } from "../../../provider/src/kernel/errors";
import { hashOfKey } from "../../../provider/src/kernel/keys";
import { parseProfiles } from "../../../provider/src/kernel/profiles";
import { resolveSettings, type Settings } from "../../../provider/src/kernel/settings";

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

  for (const [what, config] of [
    ["no profile was chosen", {}],
    ["the chosen one is not there", { "nclue:profile": "wrok" }],
  ] as const) {
    it(`name the profiles that there are where ${what}`, () =>
      assert.match(
        problemsOf(() => resolve(config, {}, { work: {}, "acme.prod": {} })),
        /the file has \[work\], \[acme\.prod\]: nclue:profile or NCLOUD_PROFILE chooses one/,
      ));
  }

  for (const [what, code, remedy] of [
    ["a folder has its name", "EISDIR", "it has to be a file, and is a folder: move it away"],
    ["its link is a loop", "ELOOP", "its link leads back to itself: put the file in its place"],
    ["the disk fails", "EIO", "check the file and the disk that it is on"],
  ] as const) {
    it(`are said to be in no file that can be read, with fitting advice, where ${what}`, () => {
      const profiles = () => {
        throw Object.assign(new Error("no"), { code });
      };
      const sources = { config: () => undefined, environment: {}, profiles };
      const message = problemsOf(() => resolveSettings(sources));
      assert.ok(message.endsWith(`configure cannot be read (${code}): ${remedy}`), message);
    });
  }

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

  const quotes = ['"', "'", "\u201c\u201d", "\u2018\u2019", "\u201e\u201c", "\u00ab\u00bb"];
  for (const [open = "", close = open] of quotes) {
    it(`are taken out of quotes: ${open}AK${close}`, () => {
      const quote = (text: string) => ` ${open}${text}${close} `;
      const pair = { accessKey: "AK", secretKey: "SK" };
      const config = { "nclue:accessKey": quote("AK"), "nclue:secretKey": quote("SK") };
      const environment = { NCLOUD_ACCESS_KEY: quote("AK"), NCLOUD_SECRET_KEY: quote("SK") };
      const profile = {
        ncloud_access_key_id: quote("AK"),
        ncloud_secret_access_key: quote("SK"),
      };
      assert.deepEqual(resolve(config).credentials(), pair);
      assert.deepEqual(resolve({}, environment).credentials(), pair);
      assert.deepEqual(resolve({}, {}, { DEFAULT: profile }).credentials(), pair);
    });
  }

  for (const [wrong, shown] of [
    ["SK\u201cWORD", "U+201C"],
    ["SK\u0000WORD", "U+0000"],
    ["SK\nWORD", "U+000A"],
    ["키WORD", "U+D0A4"],
    ["SKWORD\u200b", "U+200B"],
    ["SKWORD🔑", "U+1F511"],
  ] as const) {
    it(`are refused with a character that no header may hold, without the key: ${shown}`, () => {
      const sources = [
        () => resolve({ "nclue:accessKey": "AK", "nclue:secretKey": wrong }),
        () => resolve({}, { NCLOUD_ACCESS_KEY: wrong, NCLOUD_SECRET_KEY: "SK" }),
        () =>
          resolve(
            {},
            {},
            { DEFAULT: { ncloud_access_key_id: "AK", ncloud_secret_access_key: wrong } },
          ),
      ];
      for (const act of sources) {
        const message = problemsOf(act);
        const said =
          /(nclue:secretKey in the stack's config|NCLOUD_ACCESS_KEY in the environment|ncloud_secret_access_key in ~\/\.ncloud\/configure \[DEFAULT\])/;
        assert.match(message, said);
        assert.ok(message.includes(`holds a character that no key has (${shown}): copy`), message);
        assert.doesNotMatch(message, /WORD/);
      }
    });
  }

  const pairOf = (name: string) =>
    `ncloud_access_key_id = AK_${name}\nncloud_secret_access_key = SK_${name}\n`;
  for (const [what, text] of [
    ["a pair without a header and another one below it", `${pairOf("1")}[DEFAULT]\n${pairOf("2")}`],
    [
      "a pair without a header and half of another one",
      `${pairOf("1")}[x]\n[DEFAULT]\nncloud_access_key_id = AK_2`,
    ],
    ["two pairs in a row", pairOf("1") + pairOf("2")],
  ] as const) {
    it(`are never mixed from two pairs: ${what}`, () => {
      const message = problemsOf(() => resolve({}, {}, parseProfiles(text)));
      assert.match(message, /\[DEFAULT\] has two different values of ncloud_access_key_id/);
      assert.doesNotMatch(message, /[AS]K_/);
    });
  }

  it("are taken from a section that says the same twice, and beside one that does not", () => {
    const text = `${pairOf("1")}[DEFAULT]\n${pairOf("1")}[work]\n${pairOf("2")}${pairOf("3")}`;
    assert.equal(resolve({}, {}, parseProfiles(text)).credentials().secretKey, "SK_1");
  });

  it("are in no text that the settings turn into, and in their hash only by a digest", () => {
    const settings = resolve(configKeys);
    assert.doesNotMatch(JSON.stringify(settings), /AK_CONFIG|SK_CONFIG/);
    assert.equal(settings.keyHash, hashOfKey("AK_CONFIG"));
    assert.match(settings.keyHash, /^[0-9a-f]{12}$/);
    assert.notEqual(hashOfKey("AK_CONFIG"), hashOfKey("AK_ENV"));
  });

  const chains: readonly (readonly [string, Texts, string, string])[] = [
    [
      "both long",
      { NCLOUD_ACCESS_KEY_ID: "AK", NCLOUD_SECRET_ACCESS_KEY: "SK" },
      "AK",
      "the environment (NCLOUD_ACCESS_KEY_ID, NCLOUD_SECRET_ACCESS_KEY)",
    ],
    [
      "a long and a short one",
      { NCLOUD_ACCESS_KEY_ID: "AK", NCLOUD_SECRET_KEY: "SK" },
      "AK",
      "the environment (NCLOUD_ACCESS_KEY_ID, NCLOUD_SECRET_KEY)",
    ],
    [
      "a short and a long one",
      { NCLOUD_ACCESS_KEY: "AK", NCLOUD_SECRET_ACCESS_KEY: "SK" },
      "AK",
      "the environment (NCLOUD_ACCESS_KEY, NCLOUD_SECRET_ACCESS_KEY)",
    ],
    [
      "both names with one value",
      { NCLOUD_ACCESS_KEY_ID: "AK", NCLOUD_ACCESS_KEY: " AK ", NCLOUD_SECRET_KEY: "SK" },
      "AK",
      "the environment (NCLOUD_ACCESS_KEY_ID, NCLOUD_SECRET_KEY)",
    ],
    [
      "an empty long name beside a short one",
      { NCLOUD_ACCESS_KEY_ID: "", NCLOUD_ACCESS_KEY: "AK", NCLOUD_SECRET_KEY: "SK" },
      "AK",
      "the environment (NCLOUD_ACCESS_KEY, NCLOUD_SECRET_KEY)",
    ],
  ];
  for (const [what, environment, accessKey, source] of chains) {
    it(`come from the environment under long and short names: ${what}`, () => {
      const { credentials, keySource } = resolve({}, environment);
      assert.deepEqual(credentials(), { accessKey, secretKey: "SK" });
      assert.equal(keySource, source);
    });
  }

  for (const [long, short] of [
    ["NCLOUD_ACCESS_KEY_ID", "NCLOUD_ACCESS_KEY"],
    ["NCLOUD_SECRET_ACCESS_KEY", "NCLOUD_SECRET_KEY"],
  ] as const) {
    it(`are refused where ${long} and ${short} have two different values`, () => {
      const message = problemsOf(() =>
        resolve({}, { ...environmentKeys, [long]: "OTHER", [short]: "ONE" }),
      );
      assert.ok(message.includes(`${long} and ${short} have two different values`), message);
      assert.doesNotMatch(message, /OTHER|ONE\b/);
    });
  }

  for (const [what, environment] of [
    ["both", environmentKeys],
    ["one of them", { NCLOUD_SECRET_ACCESS_KEY: "SK" }],
  ] as const) {
    it(`of the environment beside an explicit nclue:profile are an error that says which would win: ${what}`, () =>
      assert.match(
        problemsOf(() => resolve({ "nclue:profile": "work" }, environment, profiles)),
        /keys in the environment \(NCLOUD_.*\) beside nclue:profile: the environment would win/,
      ));
  }

  it("of the stack's config win over nclue:profile and the environment", () =>
    assert.equal(
      resolve({ ...configKeys, "nclue:profile": "work" }, environmentKeys, profiles).credentials()
        .accessKey,
      "AK_CONFIG",
    ));

  it("of the environment win over NCLOUD_PROFILE, which stands there too", () =>
    assert.equal(
      resolve({}, { ...environmentKeys, NCLOUD_PROFILE: "work" }, profiles).credentials().accessKey,
      "AK_ENV",
    ));

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
      proxies: { endpoint: undefined, objectStorage: undefined },
      warnings: [],
      otherSite: undefined,
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

  const guards: readonly (readonly [keyof Settings, string, string, string, string, unknown])[] = [
    ["readOnly", "nclue:readOnly", "NCLUE_READ_ONLY", "false", "true", true],
    ["readOnly", "nclue:readOnly", "NCLUE_READ_ONLY", "true", "false", true],
    ["readOnly", "nclue:readOnly", "NCLUE_READ_ONLY", "false", "false", false],
    ["readOnly", "nclue:readOnly", "NCLUE_READ_ONLY", "true", "", true],
    ["readOnly", "nclue:readOnly", "NCLUE_READ_ONLY", "", "true", true],
    ["maxNewJobs", "nclue:maxNewJobs", "NCLUE_MAX_NEW_JOBS", "5", "2", 2],
    ["maxNewJobs", "nclue:maxNewJobs", "NCLUE_MAX_NEW_JOBS", "2", "5", 2],
    ["maxNewJobs", "nclue:maxNewJobs", "NCLUE_MAX_NEW_JOBS", "5", "0", 0],
    ["maxNewJobs", "nclue:maxNewJobs", "NCLUE_MAX_NEW_JOBS", "", "3", 3],
    ["maxNewJobs", "nclue:maxNewJobs", "NCLUE_MAX_NEW_JOBS", "3", "", 3],
  ];
  for (const [name, key, variable, inConfig, inEnvironment, counts] of guards) {
    it(`only ever tightens ${name}: ${key}="${inConfig}" and ${variable}="${inEnvironment}" make ${counts}`, () =>
      assert.deepEqual(
        resolve({ ...configKeys, [key]: inConfig }, { [variable]: inEnvironment })[name],
        counts,
      ));
  }

  it("refuses a guard that cannot be read, even where the other source gives it", () =>
    assert.match(
      problemsOf(() =>
        resolve({ ...configKeys, "nclue:readOnly": "true" }, { NCLUE_READ_ONLY: "maybe" }),
      ),
      /NCLUE_READ_ONLY\) must be true or false/,
    ));

  const plain = {
    NCLUE_ENDPOINT: "http://nclue:4010/api/v1",
    NCLOUD_OBS_ENDPOINT: "http://store.internal:7070",
  };
  for (const [what, config, environment] of [
    ["nclue:allowHttp", { "nclue:allowHttp": "true" }, {}],
    ["NCLUE_ALLOW_HTTP=true", {}, { NCLUE_ALLOW_HTTP: "true" }],
  ] as const) {
    it(`accepts plain http for both addresses with ${what}, and warns of each`, () => {
      const settings = resolve({ ...configKeys, ...config }, { ...plain, ...environment });
      assert.equal(settings.endpoint, plain.NCLUE_ENDPOINT);
      assert.equal(settings.objectStorageEndpoint, plain.NCLOUD_OBS_ENDPOINT);
      assert.deepEqual(
        settings.warnings.map((warning) => warning.slice(0, warning.indexOf(" ("))),
        [
          "requests to http://nclue:4010 are not encrypted",
          "requests to http://store.internal:7070 are not encrypted",
        ],
      );
    });
  }

  it("refuses plain http where either source says that it is not allowed", () => {
    const act = () =>
      resolve(
        { ...configKeys, "nclue:allowHttp": "false" },
        { ...plain, NCLUE_ALLOW_HTTP: "true" },
      );
    assert.match(problemsOf(act), /nclue:endpoint .*must be https.*; nclue:objectStorageEndpoint/);
  });

  it("does not warn of plain http to this machine itself, nor of https", () => {
    const environment = { NCLUE_ALLOW_HTTP: "true", NCLUE_ENDPOINT: "http://127.0.0.1:4010" };
    assert.deepEqual(resolve(configKeys, environment).warnings, []);
  });

  it("says which proxy each address is reached through, without its credentials", () =>
    assert.deepEqual(
      resolve(configKeys, {
        HTTPS_PROXY: "http://user:WORD@proxy.corp:3128",
        NO_PROXY: "object.ncloudstorage.com",
      }).proxies,
      { endpoint: "http://proxy.corp:3128 (HTTPS_PROXY)", objectStorage: undefined },
    ));

  it("refuses a malformed proxy once, without its value", () => {
    const message = problemsOf(() => resolve(configKeys, { https_proxy: "ftp://user:WORD@x" }));
    assert.ok(
      message.endsWith(
        ": https_proxy is not the address of a proxy like http://proxy.example:3128",
      ),
      message,
    );
  });

  const sites: readonly (readonly [string, Texts, Texts | undefined, RegExp | undefined])[] = [
    [
      "NCLOUD_API_GW",
      { NCLOUD_API_GW: "https://ncloud.apigw.gov-ntruss.com" },
      undefined,
      /^NCLOUD_API_GW names the government site, and NCLUE is on the public site only$/,
    ],
    [
      "NCLOUD_API_GW",
      { NCLOUD_API_GW: "https://ncloud.apigw.fin-ntruss.com/" },
      undefined,
      /financial site/,
    ],
    ["NCLOUD_API_GW", { NCLOUD_API_GW: "https://ncloud.apigw.ntruss.com" }, undefined, undefined],
    [
      "NCLUE_ENDPOINT",
      { NCLUE_ENDPOINT: "https://nclue.apigw.gov-ntruss.com/api/v1" },
      undefined,
      /^nclue:endpoint .*government/,
    ],
    [
      "a profile",
      {},
      { ncloud_api_url: "https://ncloud.apigw.gov-ntruss.com" },
      /the profile's ncloud_api_url names the government site/,
    ],
    ["a profile", {}, { site: "fin" }, /the profile's site names the financial site/],
    ["a profile", {}, { ncloud_api_url: "https://ncloud.apigw.ntruss.com" }, undefined],
    ["a profile", {}, { site: "public-gov" }, /the profile's site names the government site/],
    ["a profile", {}, { region: "KR-GOV" }, /the profile's region names the government site/],
    ["a profile", {}, { site: "gov-kr" }, /government/],
    ["a profile", {}, { site: "Financial" }, /financial/],
    ["a profile", {}, { site: "public" }, undefined],
    ["a profile", {}, { team: "fin-ops" }, undefined],
    ["a profile", {}, { site: "constructor" }, undefined],
    ["NCLOUD_SITE", { NCLOUD_SITE: "public" }, undefined, undefined],
    [
      "NCLOUD_OBS_ENDPOINT",
      { NCLOUD_OBS_ENDPOINT: "https://kr.object.gov-ncloudstorage.com" },
      undefined,
      /^nclue:objectStorageEndpoint \(NCLOUD_OBS_ENDPOINT\) names the government site/,
    ],
  ];
  for (const [what, environment, profile, said] of sites) {
    it(`${said ? "notices" : "does not take the public site for"} another site: ${what} ${JSON.stringify(profile ?? environment)}`, () => {
      const sections = profile && { DEFAULT: { ...profiles.DEFAULT, ...profile } };
      const found = resolve(profile ? {} : configKeys, environment, sections).otherSite;
      if (said === undefined) assert.equal(found, undefined);
      else assert.match(found ?? "", said);
    });
  }

  for (const [section, said] of [
    ["gov", "government"],
    ["fin", "financial"],
    ["fin-team", undefined],
    ["work", undefined],
  ] as const) {
    it(`${said ? "notices another site" : "notices no other site"} by the profile [${section}]`, () => {
      const { otherSite } = resolve({ "nclue:profile": section }, {}, { [section]: profiles.work });
      const place = `the profile [${section}] names the ${said} site, and NCLUE`;
      assert.equal(otherSite?.startsWith(place), said === undefined ? undefined : true);
    });
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
