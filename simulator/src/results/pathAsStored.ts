import type { Switches } from "../switches/switchTable";

/** A path as the service keeps it, by the switches `leadingSlash` and `doubledSlashes`. */
export function pathAsStored(path: string, switches: Switches): string {
  const single = switches.doubledSlashes === "collapsed" ? path.replace(/\/{2,}/g, "/") : path;
  return switches.leadingSlash === "stripped" ? single.replace(/^\/+/, "") : single;
}
