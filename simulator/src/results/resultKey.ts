import { randomBytes } from "node:crypto";
import { koreanTime } from "../service/koreanTime";

/** The key that the service gives: below a path that ends in `/`, else with the path as its stem. */
export function resultKey(path: string, completedAtMs: number): string {
  const stem = path.endsWith("/") ? `${path}nclue` : path;
  const stamp = koreanTime(completedAtMs).slice(0, 13).replace(/\D/g, "");
  return `${stem}_${randomBytes(4).toString("hex")}_${stamp}.tsv`;
}
