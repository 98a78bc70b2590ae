import { BlockList, isIP } from "node:net";
import { isLoopback } from "./loopback";
import type { Environment } from "./ports";

export interface NamedProxy {
  readonly url: URL;
  /** The environment variable that names it. */
  readonly variable: string;
}

const SCHEMES = ["http:", "https:", "socks:", "socks4:", "socks4a:", "socks5:", "socks5h:"];

/**
 * The proxy that requests to an address go through, by the variables that curl and most tools use:
 * `HTTPS_PROXY` or `HTTP_PROXY` by the address's scheme, then `ALL_PROXY`, unless `NO_PROXY` exempts
 * the address. Lowercase names come first. Loopback addresses never use one.
 *
 * Written here because the libraries read `process.env` only, know no CIDR, and do not take
 * `NO_PROXY=example.com` to cover its subdomains.
 *
 * @throws Error whose message says which variable is malformed, without its value: that may hold a
 *   password.
 */
export function proxyFor(address: string, environment: Environment): NamedProxy | undefined {
  const url = new URL(address);
  if (isLoopback(url.hostname) || isExempt(url, read(environment, "no_proxy")?.text ?? "")) {
    return undefined;
  }
  const found =
    read(environment, `${url.protocol.slice(0, -1)}_proxy`) ?? read(environment, "all_proxy");
  if (found === undefined) return undefined;
  if (hasBareCharacters(found.text)) {
    throw new Error(
      `${found.variable} has a character in user or password that has to be encoded: ` +
        "write # as %23, / as %2F, ? as %3F, % as %25, @ as %40 and \\ as %5C",
    );
  }
  const proxy = parseProxy(found.text);
  if (proxy !== undefined && !areReadable(proxy)) {
    throw new Error(
      `${found.variable} has a % in its credentials that encodes nothing: write it as %25`,
    );
  }
  if (proxy !== undefined) return { url: proxy, variable: found.variable };
  throw new Error(`${found.variable} is not the address of a proxy like http://proxy.example:3128`);
}

/** How a proxy is named in messages: without its credentials. */
export function nameOfProxy({ url }: NamedProxy): string {
  return `${url.protocol}//${url.host}`;
}

function read(environment: Environment, name: string) {
  for (const variable of [name, name.toUpperCase()]) {
    const text = environment[variable]?.trim();
    if (text) return { variable, text };
  }
  return undefined;
}

/**
 * Whether a part of the credentials would be taken for host or path, and host be shown in messages.
 * None of these characters has a place before the last `@`.
 */
function hasBareCharacters(text: string): boolean {
  const [, credentials = ""] = /^(?:[^:/]+:\/\/)?(.*)@/s.exec(text) ?? [];
  return /[#/?\\]/.test(credentials) || text.includes("\\");
}

function parseProxy(text: string): URL | undefined {
  const address = text.includes("://") ? text : `http://${text}`;
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  return SCHEMES.includes(url.protocol) && url.hostname !== "" ? url : undefined;
}

/** Whether the credentials can be read as what libraries make of them. */
function areReadable({ username, password }: URL): boolean {
  try {
    return decodeURIComponent(username) !== undefined && decodeURIComponent(password) !== undefined;
  } catch {
    return false;
  }
}

/** @param list hosts, domains, addresses and CIDR ranges, separated by commas or white space. */
function isExempt(url: URL, list: string): boolean {
  const host = url.hostname.replace(/^\[|\]$|\.$/g, "");
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => covers(entry, host, port));
}

function covers(entry: string, host: string, port: string): boolean {
  if (entry === "*") return true;
  const range = /^([0-9a-f.:]+)\/(\d{1,3})$/.exec(entry);
  if (range !== null) return isInRange(host, range[1] ?? "", Number(range[2]));
  const [, bracketed, plain, itsPort] = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/.exec(entry) ?? [];
  if (itsPort !== undefined && itsPort !== port) return false;
  const domain = oneForm((bracketed ?? plain ?? entry).replace(/^\*?\./, ""));
  return host === domain || (isIP(host) === 0 && host.endsWith(`.${domain}`));
}

/** An IPv6 address as URLs write it: it has many forms. */
function oneForm(host: string): string {
  if (isIP(host) !== 6 || !URL.canParse(`http://[${host}]`)) return host.replace(/\.$/, "");
  return new URL(`http://[${host}]`).hostname.replace(/^\[|\]$/g, "");
}

export function isInRange(host: string, network: string, prefix: number): boolean {
  const [family, itsFamily] = [isIP(host), isIP(network)];
  if (family === 0 || family !== itsFamily || prefix > (family === 4 ? 32 : 128)) return false;
  const type = family === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(network, prefix, type);
  return list.check(host, type);
}
