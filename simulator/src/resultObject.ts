import { randomBytes } from "node:crypto";
import { koreanTime } from "./koreanTime";

/** The key that the service makes: below a path that ends in `/`, else with the path as its stem. */
export function resultKey(path: string, completedAtMs: number): string {
  const stem = path.endsWith("/") ? `${path}nclue` : path;
  const stamp = koreanTime(completedAtMs).slice(0, 13).replace(/\D/g, "");
  return `${stem}_${randomBytes(4).toString("hex")}_${stamp}.tsv`;
}

/** One line a user: id and score. The columns are on no page; these are what a run is for. */
export function resultText(lineCount: number, headerLine: boolean): string {
  const lines = headerLine ? ["user_id\tscore"] : [];
  for (let user = 1; user <= lineCount; user++) {
    lines.push(`user-${String(user).padStart(6, "0")}\t${((user * 7919) % 10_000) / 10_000}`);
  }
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}
