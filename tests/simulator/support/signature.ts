import { createHmac } from "node:crypto";

/** Signature v2 as the API guide words it; written again here so that the suite trusts nobody. */
export function sign(request: {
  readonly method: string;
  readonly pathAndQuery: string;
  readonly timestamp: string;
  readonly accessKey: string;
  readonly secretKey: string;
}): string {
  const { method, pathAndQuery, timestamp, accessKey, secretKey } = request;
  return createHmac("sha256", secretKey)
    .update(`${method} ${pathAndQuery}\n${timestamp}\n${accessKey}`)
    .digest("base64");
}
