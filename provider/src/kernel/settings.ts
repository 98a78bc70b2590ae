import { createHash } from "node:crypto";
import { NclueError } from "./errors";
import type { Environment } from "./ports";

export const DEFAULT_ENDPOINT = "https://nclue.apigw.ntruss.com/api/v1";
export const DEFAULT_OBJECT_STORAGE_ENDPOINT = "https://kr.object.ncloudstorage.com";
export const DEFAULT_OBJECT_STORAGE_REGION = "kr-standard";
/** The whole of one attempt: connection, request and answer. */
const REQUEST_TIMEOUT_MS = 30_000;
/** More would not be a pace any more. */
const MOST_REQUESTS_PER_SECOND = 1000;

export interface Keys {
  readonly accessKey: string;
  readonly secretKey: string;
}

export interface Settings {
  /** NCLUE's address with its base path, without a trailing slash. */
  readonly endpoint: string;
  readonly objectStorageEndpoint: string;
  readonly objectStorageRegion: string;
  readonly requestsPerSecond: number;
  /** Nothing that changes the account is sent. */
  readonly readOnly: boolean;
  /** The most runs that one update may start, or `null` for any number. */
  readonly maxNewRuns: number | null;
  readonly requestTimeoutMs: number;
  /** Where the keys came from, for messages. */
  readonly keySource: string;
  /** A short hash of the access key's id: tells keys apart in the state without naming them. */
  readonly keyHash: string;
  /** A function, so that no log line and no `JSON.stringify` ever holds the keys by accident. */
  credentials(): Keys;
}

export interface SettingSources {
  /** A value of the stack's config by its full key, `nclue:accessKey`. */
  readonly config: (key: string) => string | undefined;
  readonly environment: Environment;
  /** The parsed sections of `~/.ncloud/configure`, or `undefined` where there is no such file. */
  readonly profiles: () => Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
}

/**
 * The settings in force: stack config before environment, environment before profile.
 *
 * @throws NclueError `settings`, which lists all problems together and where each can be set.
 */
export function resolveSettings(sources: SettingSources): Settings {
  const problems: string[] = [];
  const read = reader(sources, problems);
  const keyProblems: string[] = [];
  const keys = findKeys(sources, keyProblems);
  const settings = {
    endpoint: read("endpoint", "NCLUE_ENDPOINT", DEFAULT_ENDPOINT, parseAddress),
    objectStorageEndpoint: read(
      "objectStorageEndpoint",
      "NCLOUD_OBS_ENDPOINT",
      DEFAULT_OBJECT_STORAGE_ENDPOINT,
      parseAddress,
    ),
    objectStorageRegion: read(
      "objectStorageRegion",
      "NCLOUD_OBS_REGION",
      DEFAULT_OBJECT_STORAGE_REGION,
      parseRegion,
    ),
    requestsPerSecond: read("requestsPerSecond", "NCLUE_REQUESTS_PER_SECOND", 1, parseRate),
    readOnly: read("readOnly", "NCLUE_READ_ONLY", false, parseSwitch),
    maxNewRuns: read<number | null>("maxNewRuns", "NCLUE_MAX_NEW_RUNS", null, parseCount),
  };
  if (problems.length > 0 || keys === undefined) {
    throw new NclueError(
      "settings",
      {
        doing: "reading the settings of pulumi-nclue",
        cause: [...keyProblems, ...problems].join("; "),
      },
      { problems, keyProblems },
    );
  }
  return {
    ...settings,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    keySource: keys.source,
    keyHash: hashOfKey(keys.accessKey),
    credentials: () => ({ accessKey: keys.accessKey, secretKey: keys.secretKey }),
  };
}

export function hashOfKey(accessKey: string): string {
  return createHash("sha256").update(`nclue access key ${accessKey}`).digest("hex").slice(0, 12);
}

interface FoundKeys extends Keys {
  readonly source: string;
}

const WHERE_KEYS_GO =
  "set NCLOUD_ACCESS_KEY and NCLOUD_SECRET_KEY, or nclue:accessKey and nclue:secretKey " +
  "(pulumi config set --secret), or a profile in ~/.ncloud/configure";

/** Both keys always come from one place; the first place that has either decides. */
function findKeys(sources: SettingSources, problems: string[]): FoundKeys | undefined {
  const places = [configKeys, environmentKeys, profileKeys];
  for (const place of places) {
    const { accessKey, secretKey, source, names } = place(sources, problems);
    if (accessKey === undefined && secretKey === undefined) continue;
    if (accessKey !== undefined && secretKey !== undefined) return { accessKey, secretKey, source };
    const missing = accessKey === undefined ? names[0] : names[1];
    problems.push(`half a pair of keys in ${source}: ${missing} is missing`);
    return undefined;
  }
  if (problems.length === 0) problems.push(`no keys found: ${WHERE_KEYS_GO}`);
  return undefined;
}

interface KeyPlace {
  readonly accessKey: string | undefined;
  readonly secretKey: string | undefined;
  readonly source: string;
  readonly names: readonly [string, string];
}

function configKeys({ config }: SettingSources): KeyPlace {
  return {
    accessKey: nonEmpty(config("nclue:accessKey")),
    secretKey: nonEmpty(config("nclue:secretKey")),
    source: "the stack's config (nclue:accessKey, nclue:secretKey)",
    names: ["nclue:accessKey", "nclue:secretKey"],
  };
}

function environmentKeys({ environment }: SettingSources): KeyPlace {
  return {
    accessKey: nonEmpty(environment.NCLOUD_ACCESS_KEY),
    secretKey: nonEmpty(environment.NCLOUD_SECRET_KEY),
    source: "the environment (NCLOUD_ACCESS_KEY, NCLOUD_SECRET_KEY)",
    names: ["NCLOUD_ACCESS_KEY", "NCLOUD_SECRET_KEY"],
  };
}

function profileKeys(sources: SettingSources, problems: string[]): KeyPlace {
  const chosen =
    nonEmpty(sources.config("nclue:profile")) ?? nonEmpty(sources.environment.NCLOUD_PROFILE);
  const section = chosen ?? "DEFAULT";
  const profile = readProfile(sources, section, problems);
  if (problems.length === 0 && chosen !== undefined && profile === undefined) {
    problems.push(
      `no profile [${section}] in ~/.ncloud/configure (nclue:profile, NCLOUD_PROFILE): ${WHERE_KEYS_GO}`,
    );
  }
  return {
    accessKey: nonEmpty(profile?.ncloud_access_key_id),
    secretKey: nonEmpty(profile?.ncloud_secret_access_key),
    source: `~/.ncloud/configure [${section}]`,
    names: ["ncloud_access_key_id", "ncloud_secret_access_key"],
  };
}

function readProfile({ profiles }: SettingSources, section: string, problems: string[]) {
  try {
    return profiles()?.[section];
  } catch (error) {
    const code = (error as { code?: unknown } | null)?.code ?? "unknown";
    problems.push(
      `~/.ncloud/configure cannot be read (${code}): give its owner the right to read it`,
    );
    return undefined;
  }
}

/** A parsed value, or a sentence's end that says what is wrong with it. */
type Parsed<T> = { readonly value: T } | { readonly problem: string };

function reader({ config, environment }: SettingSources, problems: string[]) {
  return <T>(
    key: string,
    variable: string,
    byDefault: T,
    parse: (text: string) => Parsed<T>,
  ): T => {
    const text = nonEmpty(config(`nclue:${key}`)) ?? nonEmpty(environment[variable]);
    if (text === undefined) return byDefault;
    const parsed = parse(text);
    if ("value" in parsed) return parsed.value;
    problems.push(`nclue:${key} (${variable}) ${parsed.problem}`);
    return byDefault;
  };
}

function parseAddress(text: string): Parsed<string> {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return { problem: "is not an address like https://host/path" };
  }
  if (url.username !== "" || url.password !== "") return { problem: "must not hold credentials" };
  if (url.search !== "" || url.hash !== "") return { problem: "must not hold a query or fragment" };
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    return { problem: "must be https:// (http:// is accepted for loopback addresses only)" };
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    return { problem: "must be https://" };
  }
  return { value: (url.origin + url.pathname).replace(/\/+$/, "") };
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
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

function nonEmpty(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === undefined || trimmed === "" ? undefined : trimmed;
}
