import type { Environment } from "../kernel/ports";
import type { Settings } from "../kernel/settings";
import type { Check } from "./check";

/**
 * Which proxy each address is reached through, and whether Pulumi's own SDK would send what it says
 * to its engine on this machine through one.
 */
export function proxyCheck(
  { proxies }: Pick<Settings, "proxies">,
  environment: Environment,
): Check {
  const { endpoint, objectStorage } = proxies;
  const isDirect = endpoint === undefined && objectStorage === undefined;
  const text = isDirect
    ? "none: both addresses are reached directly"
    : `NCLUE ${describe(endpoint)}, Object Storage ${describe(objectStorage)}`;
  const variable = proxyOfSdk(environment);
  if (variable === undefined) return { name: "proxy", state: "ok", text };
  return {
    name: "proxy",
    state: "warning",
    text: `${text}; Pulumi's SDK uses ${variable} even for its engine on this machine`,
    remedy: "set NO_PROXY=127.0.0.1,localhost and no_proxy to the same: the SDK reads the latter",
  };
}

function describe(proxy: string | undefined): string {
  return proxy === undefined ? "directly" : `through ${proxy}`;
}

/** The variable that gRPC takes a proxy from, unless loopback is exempt. It reads lowercase names only. */
function proxyOfSdk(environment: Environment): string | undefined {
  const exempt = (environment.no_grpc_proxy || environment.no_proxy || "")
    .split(",")
    .map((entry) => entry.trim());
  if (exempt.includes("127.0.0.1")) return undefined;
  return ["grpc_proxy", "https_proxy", "http_proxy"].find((name) => environment[name]);
}
