import type { Environment } from "../kernel/ports";
import type { Check } from "./check";

/** What gRPC reads, by which Pulumi's SDK reaches the engine on this machine. */
const GRPC_PROXIES = ["grpc_proxy", "https_proxy", "http_proxy"];

/** A row where Pulumi's own SDK would go through a proxy to this machine. */
export function proxyCheck(environment: Environment): readonly Check[] {
  const variable = GRPC_PROXIES.find((name) => (environment[name] ?? "") !== "");
  const exempt = environment.no_grpc_proxy || environment.no_proxy || "";
  if (variable === undefined || /(^|[\s,])127\./.test(exempt)) return [];
  return [
    {
      name: "proxy",
      state: "warning",
      text: `Pulumi's SDK may reach its own engine through ${variable}, and hang`,
      remedy:
        "set NO_PROXY=127.0.0.1,localhost and the same as no_proxy, which is the one that Pulumi reads",
    },
  ];
}
