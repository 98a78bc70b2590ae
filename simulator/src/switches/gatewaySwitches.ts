import { anyNumber, flag, number, oneOf, whole } from "./switchKinds";

export const gatewaySwitches = {
  /** How calls above the rate are answered: as others, HTTP 429 with code 410 or 420, or late. */
  rateLimit: oneOf("off", "410", "420", "delay"),
  /** Requests per second allowed when `rateLimit` is on; the documented figure is 1. */
  ratePerSecond: number(1),
  /** How many requests may come at once before the rate counts. */
  rateBurst: whole(1),
  /** Who shares a rate. */
  rateScope: oneOf("account", "key", "everyone"),
  /** `Retry-After` with a 429: left out, in seconds, or as a date. */
  retryAfter: oneOf("none", "seconds", "date"),
  /** Once exceeded, every request is refused with HTTP 429 and code 400. */
  quota: oneOf("free", "exceeded"),
  /** Whether the gateway's clock is the true one or follows the service's (sped up, advanced). */
  gatewayClock: oneOf("source", "service"),
  /** How far the gateway's clock (signature check, `Date` header) is off; may be negative. */
  gatewaySkewMs: anyNumber(0),
  /** Whether answers carry a `Date` header. */
  dateHeader: oneOf("sent", "absent"),
  /** Whether a POST without `Content-Type: application/json` is refused. */
  contentTypeRequired: flag(false),
  /** Whether a URL path with a trailing slash is the same path. */
  trailingSlash: oneOf("notFound", "same"),
};
