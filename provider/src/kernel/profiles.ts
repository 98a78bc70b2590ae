import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parse } from "ini";

/**
 * The sections of `~/.ncloud/configure`, the file that NAVER Cloud's own tools keep keys in.
 *
 * @throws the system's error where the file is there and cannot be read.
 */
export function readProfiles(
  home = homedir(),
): Readonly<Record<string, Readonly<Record<string, string>>>> | undefined {
  let text: string;
  try {
    text = readFileSync(join(home, ".ncloud", "configure"), "utf8");
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
  const sections: Record<string, Record<string, string>> = {};
  for (const [name, values] of Object.entries(parse(text))) {
    if (typeof values !== "object" || values === null) continue;
    sections[name] = Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, String(value)]),
    );
  }
  return sections;
}
