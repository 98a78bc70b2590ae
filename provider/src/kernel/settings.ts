import { NclueError } from "./errors";
import { findKeys, hashOfKey, type KeySources, type Keys, nonEmpty } from "./keys";
import { isLoopback } from "./loopback";
import { type NamedProfile, otherSite } from "./otherSite";
import type { Environment } from "./ports";
import { nameOfProxy, proxyFor } from "./proxies";

export const DEFAULT_ENDPOINT = "https://nclue.apigw.ntruss.com/api/v1";
export const DEFAULT_OBJECT_STORAGE_ENDPOINT = "https://kr.object.ncloudstorage.com";
export const DEFAULT_OBJECT_STORAGE_REGION = "kr-standard";
/** The whole of one attempt: connection, request and answer. */
const SERVICE_TIMEOUT_MS = 30_000;
/** More would not be a pace any more. */
const MOST_REQUESTS_PER_SECOND = 1000;

export interface Settings {
  /** NCLUE's address with its base path, without a trailing slash. */
  readonly endpoint: string;
  readonly objectStorageEndpoint: string;
  readonly objectStorageRegion: string;
  /** The proxy that each address is reached through, for messages: `http://proxy:3128 (HTTPS_PROXY)`. */
  readonly proxies: {
    readonly endpoint: string | undefined;
    readonly objectStorage: string | undefined;
  };
  readonly requestsPerSecond: number;
  /** Nothing that changes the account is sent. */
  readonly readOnly: boolean;
  /** The most jobs that one update may start, or `null` for any number. */
  readonly maxNewJobs: number | null;
  readonly requestTimeoutMs: number;
  /** What is risky about the settings, for the person who runs an update: a sentence each. */
  readonly warnings: readonly string[];
  /** A sentence about what names another site of NAVER Cloud than the public one. */
  readonly otherSite: string | undefined;
  /** Where the keys came from, for messages. */
  readonly keySource: string;
  /** A short hash of the access key's id: tells keys apart in the state without naming them. */
  readonly keyHash: string;
  /** A function, so that no log line and no `JSON.stringify` ever holds the keys by accident. */
  credentials(): Keys;
}

/**
 * The settings in force: stack config before environment, environment before profile. Guards only
 * ever tighten: where both give one, the stricter counts.
 *
 * @throws NclueError `settings`, which lists all problems together and where each can be set.
 */
export function resolveSettings(sources: KeySources): Settings {
  const keyProblems: string[] = [];
  const keys = findKeys(sources, keyProblems);
  const { problems, ...settings } = settingsWithoutKeys(sources, keys);
  if (problems.length > 0 || keys === undefined) {
    const cause = [...keyProblems, ...problems].join("; ");
    const text = { doing: "reading the settings of pulumi-nclue", cause };
    throw new NclueError("settings", text, { problems, keyProblems });
  }
  return {
    ...settings,
    keySource: keys.source,
    keyHash: hashOfKey(keys.accessKey),
    credentials: () => ({ accessKey: keys.accessKey, secretKey: keys.secretKey }),
  };
}

/** What is known where no usable keys are found, with a default in place of what is wrong. */
export type SettingsWithoutKeys = Omit<Settings, "keySource" | "keyHash" | "credentials"> & {
  readonly problems: readonly string[];
};

/** @param profile the one that the keys came from */
export function settingsWithoutKeys(
  sources: KeySources,
  profile: NamedProfile = {},
): SettingsWithoutKeys {
  const problems: string[] = [];
  const settings = readSettings(sources, problems);
  return {
    ...settings,
    requestTimeoutMs: SERVICE_TIMEOUT_MS,
    warnings: warningsOf(settings),
    otherSite: otherSite(settings, sources.environment, profile),
    problems,
  };
}

function readSettings(sources: KeySources, problems: string[]) {
  const { first, all } = readers(sources, problems);
  const allowsHttp = all("allowHttp", "NCLUE_ALLOW_HTTP", parseSwitch);
  const parseAddress = addressParser(allowsHttp.length > 0 && allowsHttp.every(Boolean));
  const endpoint = first("endpoint", "NCLUE_ENDPOINT", parseAddress) ?? DEFAULT_ENDPOINT;
  const objectStorageEndpoint =
    first("objectStorageEndpoint", "NCLOUD_OBS_ENDPOINT", parseAddress) ??
    DEFAULT_OBJECT_STORAGE_ENDPOINT;
  const caps = all("maxNewJobs", "NCLUE_MAX_NEW_JOBS", parseCount);
  return {
    endpoint,
    objectStorageEndpoint,
    objectStorageRegion:
      first("objectStorageRegion", "NCLOUD_OBS_REGION", parseRegion) ??
      DEFAULT_OBJECT_STORAGE_REGION,
    proxies: {
      endpoint: proxyName(endpoint, sources.environment, problems),
      objectStorage: proxyName(objectStorageEndpoint, sources.environment, problems),
    },
    // A pace is no guard: the config knows the account better than the machine does.
    requestsPerSecond: first("requestsPerSecond", "NCLUE_REQUESTS_PER_SECOND", parseRate) ?? 1,
    readOnly: all("readOnly", "NCLUE_READ_ONLY", parseSwitch).some(Boolean),
    maxNewJobs: caps.length === 0 ? null : Math.min(...caps),
  };
}

function warningsOf({ endpoint, objectStorageEndpoint }: ReturnType<typeof readSettings>) {
  return [endpoint, objectStorageEndpoint]
    .map((address) => new URL(address))
    .filter(({ protocol, hostname }) => protocol === "http:" && !isLoopback(hostname))
    .map(
      ({ origin }) =>
        `requests to ${origin} are not encrypted (nclue:allowHttp, NCLUE_ALLOW_HTTP): ` +
        "use it inside a private network only",
    );
}

function proxyName(address: string, environment: Environment, problems: string[]) {
  try {
    const proxy = proxyFor(address, environment);
    return proxy && `${nameOfProxy(proxy)} (${proxy.variable})`;
  } catch (error) {
    const problem = (error as Error).message;
    if (!problems.includes(problem)) problems.push(problem);
    return undefined;
  }
}

/** A parsed value, or a sentence's end that says what is wrong with it. */
type Parsed<T> = { readonly value: T } | { readonly problem: string };

function readers({ config, environment }: KeySources, problems: string[]) {
  type Parse<T> = (text: string) => Parsed<T>;
  const parseAll = <T>(key: string, variable: string, texts: readonly string[], parse: Parse<T>) =>
    texts.flatMap((text) => {
      const parsed = parse(text);
      if ("value" in parsed) return [parsed.value];
      problems.push(`nclue:${key} (${variable}) ${parsed.problem}`);
      return [];
    });
  const textsOf = (key: string, variable: string) =>
    [config(`nclue:${key}`), environment[variable]].flatMap((text) => nonEmpty(text) ?? []);
  return {
    /** The config's value, or else the environment's. */
    first: <T>(key: string, variable: string, parse: Parse<T>): T | undefined =>
      parseAll(key, variable, textsOf(key, variable).slice(0, 1), parse)[0],
    /** What both say. */
    all: <T>(key: string, variable: string, parse: Parse<T>): readonly T[] =>
      parseAll(key, variable, textsOf(key, variable), parse),
  };
}

function addressParser(allowHttp: boolean) {
  return (text: string): Parsed<string> => {
    if (!URL.canParse(text)) return { problem: "is not an address like https://host/path" };
    const url = new URL(text);
    if (url.username !== "" || url.password !== "") return { problem: "must not hold credentials" };
    if (url.search !== "" || url.hash !== "") {
      return { problem: "must not hold a query or fragment" };
    }
    if (url.protocol === "http:" && !allowHttp && !isLoopback(url.hostname)) {
      return {
        problem:
          "must be https:// (http:// is accepted for loopback addresses, and for others " +
          "with nclue:allowHttp or NCLUE_ALLOW_HTTP=true)",
      };
    }
    if (url.protocol !== "https:" && url.protocol !== "http:") {
      return { problem: "must be https://" };
    }
    return { value: (url.origin + url.pathname).replace(/\/+$/, "") };
  };
}

function parseRegion(text: string): Parsed<string> {
  return /^[a-z0-9-]{1,64}$/.test(text)
    ? { value: text }
    : { problem: "is not a region like kr-standard" };
}

function parseRate(text: string): Parsed<number> {
  const rate = Number(text);
  return rate > 0 && rate <= MOST_REQUESTS_PER_SECOND
    ? { value: rate }
    : { problem: `must be a number above 0 and up to ${MOST_REQUESTS_PER_SECOND}` };
}

function parseSwitch(text: string): Parsed<boolean> {
  if (/^(true|1|yes|on)$/i.test(text)) return { value: true };
  if (/^(false|0|no|off)$/i.test(text)) return { value: false };
  return { problem: "must be true or false" };
}

function parseCount(text: string): Parsed<number> {
  return /^\d{1,9}$/.test(text) ? { value: Number(text) } : { problem: "must be a whole number" };
}
