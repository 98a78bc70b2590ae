import { koreanTime } from "../service/koreanTime";
import type { Switches } from "../switches/switchTable";

/** A moment in the form that the switch `timestampForm` asks for; undefined leaves the field out. */
export function timestamp(atMs: number, form: Switches["timestampForm"]): unknown {
  const seconds = koreanTime(atMs).slice(0, 19);
  switch (form) {
    case "offset":
      return `${seconds}+09:00`;
    case "bare":
      return seconds;
    case "fraction":
      return `${seconds}.000+09:00`;
    case "utc":
      return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
    case "shortOffset":
      return `${seconds}+09`;
    case "basicOffset":
      return `${seconds}+0900`;
    case "zone":
      return `${seconds}+09:00[Asia/Seoul]`;
    case "space":
      return seconds.replace("T", " ");
    case "seconds":
      return Math.floor(atMs / 1000);
    case "milliseconds":
      return Math.floor(atMs);
    case "date":
      return seconds.slice(0, 10);
    case "hour":
      return seconds.slice(0, 13);
    case "zero":
      return "0001-01-01T00:00:00Z";
    case "epoch":
      return "1970-01-01T00:00:00Z";
    case "unreadable":
      return `${seconds.slice(2, 10).replaceAll("-", "/")} (KST)`;
    case "absent":
      return undefined;
  }
}
