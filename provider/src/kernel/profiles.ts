import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parse } from "ini";

/** The sections of `~/.ncloud/configure`, the file that NAVER Cloud's own tools keep keys in. */
export function readProfiles(
  home = homedir(),
): Readonly<Record<string, Readonly<Record<string, string>>>> | undefined {
  let text: string;
  try {
    text = readFileSync(join(home, ".ncloud", "configure"), "utf8");
  } catch {
    return undefined;
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
