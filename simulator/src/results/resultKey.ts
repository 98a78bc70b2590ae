import { randomBytes, randomUUID } from "node:crypto";
import { koreanTime } from "../service/koreanTime";
import type { Switches } from "../switches/switchTable";

/** The key that the service gives: below a path that ends in `/`, else with the path as its stem. */
export function resultKey(path: string, completedAtMs: number, switches: Switches): string {
  const stem = path.endsWith("/") ? `${path}nclue` : path;
  return `${stem}_${randomPart(switches)}_${stamp(completedAtMs, switches)}.tsv`;
}

function randomPart({ keyRandom }: Switches): string {
  switch (keyRandom) {
    case "hex":
      return randomBytes(4).toString("hex");
    case "uuid":
      return randomUUID();
    case "digits":
      return String(randomBytes(4).readUInt32BE());
  }
}

function stamp(atMs: number, { keyStamp, keyStampZone }: Switches): string {
  const time = keyStampZone === "korea" ? koreanTime(atMs) : new Date(atMs).toISOString();
  const digits = time.replace(/\D/g, "");
  return digits.slice(0, { hour: 10, day: 8, minute: 12, second: 14 }[keyStamp]);
}
