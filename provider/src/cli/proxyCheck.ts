import type { Environment } from "../kernel/ports";
import { isInRange } from "../kernel/proxies";
import type { Check } from "./check";

/** What gRPC reads, by which Pulumi's SDK reaches the engine on this machine; the first decides. */
const GRPC_PROXIES = ["grpc_proxy", "https_proxy", "http_proxy"];

/** Where the engine listens. */
const ENGINE = "127.0.0.1";

/** A row where Pulumi's own SDK would go through a proxy to this machine. */
export function proxyCheck(environment: Environment): readonly Check[] {
  const variable = GRPC_PROXIES.find((name) => (environment[name] ?? "") !== "");
  if (variable === undefined || !isUsed(environment[variable] ?? "")) return [];
  if (isExempt(environment.no_grpc_proxy || environment.no_proxy || "")) return [];
  return [
    {
      name: "proxy",
      state: "warning",
      text: `Pulumi's SDK may reach its own engine through ${variable}, and hang`,
      remedy:
        "set NO_PROXY=127.0.0.1,localhost and no_proxy=127.0.0.1,localhost, both without blanks: " +
        "Pulumi reads the lower-case one",
    },
  ];
}

/** gRPC passes by a proxy of any other scheme. */
function isUsed(proxy: string): boolean {
  return URL.canParse(proxy) && new URL(proxy).protocol === "http:";
}

/** As gRPC reads it: it takes no blanks off, knows no ports, and compares the ends. */
function isExempt(list: string): boolean {
  return list !== "" && list.split(",").some(covers);
}

function covers(entry: string): boolean {
  const range = /^([\d.]+)\/([1-9]\d?)$/.exec(entry);
  return range === null
    ? ENGINE.endsWith(entry)
    : isInRange(ENGINE, range[1] ?? "", Number(range[2]));
}
