import type { Job } from "../../domain/job";
import { parseServiceTime } from "../../domain/serviceTime";

export type ListOrder = "newest-first" | "oldest-first" | "none";

/** Dates that show an order which is no accident. */
const FEWEST_DATES = 8;

/** In which order a page lists its jobs, as far as their dates say. */
export function listOrder(jobs: readonly Job[]): ListOrder {
  const stamps = jobs.map(({ createdAt }) => parseServiceTime(createdAt));
  const known = stamps.filter((stamp) => stamp !== undefined);
  if (known.length < stamps.length || new Set(known).size < FEWEST_DATES) return "none";
  const falls = (stamp: number, n: number) => n === 0 || stamp <= (known[n - 1] ?? stamp);
  const rises = (stamp: number, n: number) => n === 0 || stamp >= (known[n - 1] ?? stamp);
  if (known.every(falls)) return "newest-first";
  return known.every(rises) ? "oldest-first" : "none";
}
