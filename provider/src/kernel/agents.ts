import * as http from "node:http";
import * as https from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type DetailedPeerCertificate, TLSSocket } from "node:tls";
import type { HttpsProxyAgent } from "https-proxy-agent";
import {
  isCertificateCode,
  PROXY_FAILED,
  PROXY_REFUSED,
  readNetworkError,
  UNKNOWN_ISSUER,
} from "./networkErrors";
import { type Environment, systemClock } from "./ports";
import { nameOfProxy, proxyFor } from "./proxies";
import { printable } from "./text";

/** Opens the connections of the process, to NCLUE and to Object Storage alike. */
export interface Agents {
  /** What connects to an address: directly, or through the proxy that the environment names. */
  agentFor(address: string): Promise<http.Agent>;
}

/** @param environment read when an address is first connected to. */
export function createAgents(environment: Environment): Agents {
  const agents = new Map<string, Promise<http.Agent>>();
  return {
    agentFor: (address) => {
      const { origin } = new URL(address);
      const agent = agents.get(origin) ?? createAgent(origin, environment);
      agents.set(origin, agent);
      return agent;
    },
  };
}

async function createAgent(origin: string, environment: Environment): Promise<http.Agent> {
  const proxy = proxyFor(origin, environment);
  const isSecure = origin.startsWith("https:");
  if (proxy === undefined) {
    const agent = new (isSecure ? https : http).Agent({ keepAlive: true });
    const connect = agent.createConnection.bind(agent);
    agent.createConnection = (...args) => explainErrors(connect(...args));
    return agent;
  }
  return namingProxy(await createProxyAgent(proxy.url, isSecure), nameOfProxy(proxy));
}

/** Loaded only where a proxy is used. */
async function createProxyAgent(url: URL, isSecure: boolean) {
  const options = { keepAlive: true };
  if (url.protocol.startsWith("socks")) {
    const { SocksProxyAgent } = await import("socks-proxy-agent");
    return new SocksProxyAgent(url, options);
  }
  if (isSecure) {
    const { HttpsProxyAgent } = await import("https-proxy-agent");
    return new HttpsProxyAgent(url, options);
  }
  const { HttpProxyAgent } = await import("http-proxy-agent");
  return new HttpProxyAgent(url, options);
}

type ProxyAgent = Awaited<ReturnType<typeof createProxyAgent>>;
type Connect = HttpsProxyAgent<string>["connect"];

/** Says that it is the proxy that failed, whatever the agent does not get a connection for. */
function namingProxy(agent: ProxyAgent, proxy: string): http.Agent {
  const connect = endingWithRequest(agent);
  agent.connect = async (...[request, options]: Parameters<Connect>) => {
    let status: number | undefined;
    request.once("proxyConnect", (answer: { statusCode?: number }) => {
      status = answer.statusCode;
    });
    let socket: Socket;
    try {
      socket = await connect(request, options);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const { cause, isLasting } = readNetworkError(error);
      // The errors of SOCKS have no code, but speak of the proxy alone.
      const why = code === undefined ? printable(message) : cause;
      throw proxyError(
        isLasting ? PROXY_REFUSED : PROXY_FAILED,
        `the proxy ${proxy} could not be used: ${why}`,
      );
    }
    if (status !== undefined && status !== 200) {
      socket.destroy();
      throw refusedByProxy(proxy, status);
    }
    return explainErrors(socket, proxy);
  };
  return agent;
}

/**
 * While an agent waits for its proxy, its request has no socket that it could end: a proxy that says
 * nothing would be waited for after the request was given up, and keep the process alive.
 */
function endingWithRequest(agent: ProxyAgent): Connect {
  const connect = agent.connect.bind(agent) as Connect;
  // SOCKS has a time-out of its own.
  if (!("connectOpts" in agent)) return connect;
  return async (request, options) => {
    const given = new AbortController();
    const destroy = request.destroy;
    request.destroy = (error) => {
      given.abort();
      return destroy.call(request, error);
    };
    const { connectOpts } = agent;
    // The agent reads them before it first waits.
    agent.connectOpts = { ...connectOpts, signal: given.signal } as typeof connectOpts;
    try {
      const connecting = connect(request, options);
      agent.connectOpts = connectOpts;
      return await connecting;
    } finally {
      request.destroy = destroy;
    }
  };
}

function refusedByProxy(proxy: string, status: number): Error {
  if (Number.isNaN(status)) {
    return proxyError(PROXY_REFUSED, `what is at the address of the proxy ${proxy} is no proxy`);
  }
  if (status === 407) {
    return proxyError(PROXY_REFUSED, `the proxy ${proxy} asks for credentials (HTTP 407)`);
  }
  const code = status >= 500 ? PROXY_FAILED : PROXY_REFUSED;
  return proxyError(code, `the proxy ${proxy} refuses the connection (HTTP ${status})`);
}

function proxyError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/**
 * Adds to a connection's error what only the connection knows: that it was not established yet
 * (`syscall` is `connect`), what is wrong with a certificate, and which proxy it goes through.
 */
function explainErrors<S extends Duplex | null | undefined>(socket: S, proxy?: string): S {
  if (!socket) return socket;
  let certificate: DetailedPeerCertificate | undefined;
  let isConnected = !(socket instanceof TLSSocket) && !(socket as unknown as Socket).connecting;
  if (socket instanceof TLSSocket) {
    // Emitted before Node checks the certificate; after a failed check it is out of reach.
    socket.prependListener("secure", () => {
      certificate = socket.getPeerCertificate(true);
    });
  }
  socket.once(socket instanceof TLSSocket ? "secureConnect" : "connect", () => {
    isConnected = true;
  });
  socket.prependListener("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== undefined && isCertificateCode(error.code)) {
      error.message = certificateProblem(error, certificate);
    }
    if (isConnected) return;
    error.syscall = "connect";
    if (proxy !== undefined && !isCertificateCode(error.code ?? "")) throughProxy(error, proxy);
  });
  return socket;
}

/** A proxy that promises a tunnel and gives none looks like a server that breaks the handshake. */
function throughProxy(error: NodeJS.ErrnoException, proxy: string): void {
  const code = error.code === undefined ? "" : ` (${printable(error.code, 60)})`;
  error.message = `no TLS connection through the proxy ${proxy}${code}`;
  error.code = PROXY_FAILED;
}

function certificateProblem(
  { code = "", message }: NodeJS.ErrnoException,
  certificate: DetailedPeerCertificate | undefined,
): string {
  if (certificate?.valid_to === undefined) return message;
  const { issuer, subject, subjectaltname } = certificate;
  switch (code) {
    case "CERT_HAS_EXPIRED":
    case "CERT_NOT_YET_VALID":
      return describeValidity(code, certificate) ?? message;
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return `it is for ${namesOf(subjectaltname ?? subject?.CN ?? "no name")}`;
    default:
      if (!UNKNOWN_ISSUER.includes(code)) return message;
      return `its issuer is unknown: ${issuer?.CN ?? issuer?.O ?? message}`;
  }
}

/** Which certificate of the chain it is: the server's own may well be valid. */
function describeValidity(
  code: "CERT_HAS_EXPIRED" | "CERT_NOT_YET_VALID",
  certificate: DetailedPeerCertificate,
): string | undefined {
  const now = systemClock.nowMs();
  const hasExpired = code === "CERT_HAS_EXPIRED";
  const found = chainOf(certificate).find(({ valid_from, valid_to }) =>
    hasExpired ? Date.parse(valid_to) < now : Date.parse(valid_from) > now,
  );
  if (found === undefined) return undefined;
  const { CN, O } = found.subject ?? {};
  const which = found === certificate ? "it" : `the one above it (${CN ?? O ?? "without a name"})`;
  return hasExpired
    ? `${which} expired on ${dateOf(found.valid_to)}`
    : `${which} is valid from ${dateOf(found.valid_from)} on`;
}

/** The certificate and those above it; the last is its own issuer. */
function chainOf(certificate: DetailedPeerCertificate): readonly DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = [];
  let next: DetailedPeerCertificate | undefined = certificate;
  while (next?.valid_to !== undefined && !chain.includes(next)) {
    chain.push(next);
    next = next.issuerCertificate;
  }
  return chain;
}

const namesOf = (names: string | string[]) => String(names).replace(/DNS:|IP Address:/g, "");

const dateOf = (text: string) => new Date(text).toISOString().slice(0, 10);
