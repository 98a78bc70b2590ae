import { createHash } from "node:crypto";
import type { Environment } from "./ports";
import { DEFAULT_PROFILE, doubledNames, type Profile, type Profiles } from "./profiles";

export interface Keys {
  readonly accessKey: string;
  readonly secretKey: string;
}

export interface FoundKeys extends Keys {
  /** Where they came from, for messages. */
  readonly source: string;
  /** The profile that they came from, and its name. */
  readonly profile?: Profile | undefined;
  readonly section?: string | undefined;
}

export interface KeySources {
  /** A value of the stack's config by its full key, `nclue:accessKey`. */
  readonly config: (key: string) => string | undefined;
  readonly environment: Environment;
  /** The parsed sections of `~/.ncloud/configure`, or `undefined` where there is no such file. */
  readonly profiles: () => Profiles | undefined;
}

/** The long names are those of NAVER Cloud's own SDKs, and come first. */
const ACCESS_KEY_NAMES = ["NCLOUD_ACCESS_KEY_ID", "NCLOUD_ACCESS_KEY"] as const;
const SECRET_KEY_NAMES = ["NCLOUD_SECRET_ACCESS_KEY", "NCLOUD_SECRET_KEY"] as const;

const WHERE_KEYS_GO =
  "set NCLOUD_ACCESS_KEY and NCLOUD_SECRET_KEY, or nclue:accessKey and nclue:secretKey " +
  "(pulumi config set --secret), or a profile in ~/.ncloud/configure";

/**
 * Stack config before environment, environment before profile. Both keys always come from one source;
 * the first source that has either decides.
 *
 * @param problems filled with what is wrong, where the keys are not found
 */
export function findKeys(sources: KeySources, problems: string[]): FoundKeys | undefined {
  for (const read of [configKeys, environmentKeys, profileKeys]) {
    const { accessKey, secretKey, source, names, profile, section } = read(sources, problems);
    if (problems.length > 0) return undefined;
    if (accessKey === undefined && secretKey === undefined) continue;
    if (accessKey !== undefined && secretKey !== undefined) {
      problems.push(...impossible(names[0], accessKey, source));
      problems.push(...impossible(names[1], secretKey, source));
      if (problems.length > 0) return undefined;
      return { accessKey, secretKey, source, profile, section };
    }
    const missing = accessKey === undefined ? names[0] : names[1];
    problems.push(`half a pair of keys in ${source}: ${missing} is missing`);
    return undefined;
  }
  problems.push(`no keys found: ${WHERE_KEYS_GO}${profilesThereAre(sources)}`);
  return undefined;
}

/** Without the key: the character alone says what has come with it. */
function impossible(name: string, key: string, source: string): readonly string[] {
  const wrong = /[^\x20-\x7e]/u.exec(key)?.[0].codePointAt(0);
  if (wrong === undefined) return [];
  const shown = `U+${wrong.toString(16).toUpperCase().padStart(4, "0")}`;
  return [
    `${name} in ${source} holds a character that no key has (${shown}): copy the key again from the console`,
  ];
}

export function hashOfKey(accessKey: string): string {
  return createHash("sha256").update(`nclue access key ${accessKey}`).digest("hex").slice(0, 12);
}

interface KeySource {
  readonly accessKey: string | undefined;
  readonly secretKey: string | undefined;
  readonly source: string;
  readonly names: readonly [string, string];
  readonly profile?: Profile | undefined;
  readonly section?: string | undefined;
}

function configKeys({ config }: KeySources): KeySource {
  return {
    accessKey: keyOf(config("nclue:accessKey")),
    secretKey: keyOf(config("nclue:secretKey")),
    source: "the stack's config (nclue:accessKey, nclue:secretKey)",
    names: ["nclue:accessKey", "nclue:secretKey"],
  };
}

function environmentKeys({ config, environment }: KeySources, problems: string[]): KeySource {
  const access = firstOf(environment, ACCESS_KEY_NAMES, problems);
  const secret = firstOf(environment, SECRET_KEY_NAMES, problems);
  const names: readonly [string, string] = [
    access?.name ?? "NCLOUD_ACCESS_KEY",
    secret?.name ?? "NCLOUD_SECRET_KEY",
  ];
  const found = [access, secret].flatMap((one) => one?.name ?? []).join(", ");
  if (found !== "" && nonEmpty(config("nclue:profile")) !== undefined) {
    problems.push(
      `keys in the environment (${found}) beside nclue:profile: the environment would win; ` +
        "unset the variables, or take nclue:profile out of the stack's config",
    );
  }
  const source = `the environment (${names.join(", ")})`;
  return { accessKey: access?.value, secretKey: secret?.value, source, names };
}

function firstOf(environment: Environment, names: readonly string[], problems: string[]) {
  const found = names.flatMap((name) => {
    const value = keyOf(environment[name]);
    return value === undefined ? [] : [{ name, value }];
  });
  if (new Set(found.map(({ value }) => value)).size > 1) {
    problems.push(`${names.join(" and ")} have two different values: unset one of them`);
  }
  return found[0];
}

function profileKeys(sources: KeySources, problems: string[]): KeySource {
  const chosen =
    nonEmpty(sources.config("nclue:profile")) ?? nonEmpty(sources.environment.NCLOUD_PROFILE);
  const section = chosen ?? DEFAULT_PROFILE;
  const profile = readProfile(sources, section, problems);
  if (problems.length === 0 && chosen !== undefined && profile === undefined) {
    problems.push(
      `no profile [${section}] in ~/.ncloud/configure (nclue:profile, NCLOUD_PROFILE): ${WHERE_KEYS_GO}` +
        profilesThereAre(sources),
    );
  }
  const source = `~/.ncloud/configure [${section}]`;
  const names = ["ncloud_access_key_id", "ncloud_secret_access_key"] as const;
  const doubled =
    profile === undefined ? [] : names.filter((name) => doubledNames(profile).has(name));
  if (doubled.length > 0) problems.push(describeDoubled(doubled, source, section));
  return {
    accessKey: keyOf(profile?.ncloud_access_key_id),
    secretKey: keyOf(profile?.ncloud_secret_access_key),
    source,
    names,
    profile,
    section,
  };
}

function describeDoubled(names: readonly string[], source: string, section: string): string {
  const also = section === DEFAULT_PROFILE ? ", and so do those before the first section" : "";
  return (
    `${source} has two different values of ${names.join(" and ")} (all lines below this name ` +
    `belong to it${also}): leave one pair, or give the other a name of its own`
  );
}

function readProfile({ profiles }: KeySources, section: string, problems: string[]) {
  try {
    const found = profiles();
    return found !== undefined && Object.hasOwn(found, section) ? found[section] : undefined;
  } catch (error) {
    const code = (error as { code?: unknown } | null)?.code ?? "unknown";
    problems.push(`~/.ncloud/configure cannot be read (${code}): ${remedyFor(code)}`);
    return undefined;
  }
}

function remedyFor(code: unknown): string {
  switch (code) {
    case "EACCES":
    case "EPERM":
      return "give its owner the right to read it";
    case "EISDIR":
      return "it has to be a file, and is a folder: move it away";
    case "ELOOP":
      return "its link leads back to itself: put the file in its place";
    default:
      return "check the file and the disk that it is on";
  }
}

/** Most often the one that was meant is there, under another name. */
function profilesThereAre({ profiles }: KeySources): string {
  const names = Object.keys(profiles() ?? {});
  if (names.length === 0) return "";
  const list = names.map((name) => `[${name}]`).join(", ");
  return ` (the file has ${list}: nclue:profile or NCLOUD_PROFILE chooses one)`;
}

export function nonEmpty(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === undefined || trimmed === "" ? undefined : trimmed;
}

/** A key without the quotes that an editor, a chat or an env file has put around it. */
function keyOf(text: string | undefined): string | undefined {
  const quoted = /^["'\u2018-\u201f\u00ab\u00bb](.*)["'\u2018-\u201f\u00ab\u00bb]$/su.exec(
    text?.trim() ?? "",
  );
  return nonEmpty(quoted?.[1] ?? text);
}
