import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

export type Profile = Readonly<Record<string, string>>;
export type Profiles = Readonly<Record<string, Profile>>;

/** The section of keys that stand before any section: NAVER Cloud's SDKs write no header. */
export const DEFAULT_PROFILE = "DEFAULT";

/**
 * The sections of `~/.ncloud/configure`, the file that NAVER Cloud's own tools keep keys in.
 *
 * @returns `undefined` where there is no such file, or no home folder
 * @throws the system's error where the file is there and cannot be read
 */
export function readProfiles(home = homeFolder()): Profiles | undefined {
  if (home === undefined || home === "") return undefined;
  try {
    return parseProfiles(decode(readFileSync(join(home, ".ncloud", "configure"))));
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

/**
 * Sections of `name = value` lines. Names of sections are taken as they are, dots included. A `#` or
 * `;` begins a comment at the beginning of a line, after white space or after the closing quote; elsewhere
 * it is part of the value. Quotes around a value are taken off.
 */
export function parseProfiles(text: string): Profiles {
  const profiles: Record<string, Record<string, string>> = Object.create(null);
  let section = DEFAULT_PROFILE;
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (/^\s*([#;]|$)/.test(line)) continue;
    const header = /^\s*\[([^\]]*)\]\s*([#;].*)?$/.exec(line);
    if (header !== null) {
      section = (header[1] ?? "").trim();
      profiles[section] ??= Object.create(null);
      continue;
    }
    const [, name, value] = /^\s*([^=:]*?)\s*[=:](.*)$/.exec(line) ?? [];
    if (name === undefined || name === "" || value === undefined) continue;
    const profile = profiles[section] ?? (Object.create(null) as Record<string, string>);
    profiles[section] = profile;
    setValue(profile, name.toLowerCase(), readValue(value));
  }
  return profiles;
}

/** The names that a profile has two different values of. */
export function doubledNames(profile: Profile): ReadonlySet<string> {
  return doubled.get(profile) ?? new Set();
}

const doubled = new WeakMap<Profile, Set<string>>();

function setValue(profile: Record<string, string>, name: string, value: string): void {
  const before = profile[name];
  if (before !== undefined && before !== value) {
    doubled.set(profile, new Set([...doubledNames(profile), name]));
  }
  profile[name] = value;
}

function readValue(text: string): string {
  const quoted = /^\s*(["'])(.*?)\1\s*(?:[#;].*)?$/.exec(text);
  if (quoted !== null) return quoted[2] ?? "";
  return text.replace(/\s[#;].*$/, "").trim();
}

/** Editors on Windows write UTF-16, or put a byte order mark before UTF-8. */
export function decode(bytes: Buffer): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

function encodingOf(bytes: Buffer): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  // Without a mark: every second byte of an ASCII letter is zero.
  if (second === 0 && first !== 0) return "utf-16le";
  return first === 0 && second !== 0 ? "utf-16be" : "utf-8";
}

function homeFolder(): string | undefined {
  try {
    return homedir();
  } catch {
    // No HOME, and no entry for the user: a container with a made-up user id.
    return undefined;
  }
}
