import { createHmac } from "node:crypto";

export interface Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
}

/**
 * The headers that NAVER Cloud's API gateway asks for (signature version 2).
 *
 * @param pathAndQuery exactly what goes on the request line: with `/api/v1` and the query,
 *   percent-encoded as sent, without host and fragment.
 * @param timestampMs milliseconds since 1970-01-01 UTC; five minutes or more from the gateway's
 *   clock make the request invalid.
 * @see https://api.ncloud-docs.com/docs/nclue-api-overview
 */
export function signRequest(
  { accessKey, secretKey }: Credentials,
  method: string,
  pathAndQuery: string,
  timestampMs: number,
): Record<string, string> {
  const timestamp = String(Math.trunc(timestampMs));
  const text = `${method} ${pathAndQuery}\n${timestamp}\n${accessKey}`;
  return {
    "x-ncp-apigw-timestamp": timestamp,
    "x-ncp-iam-access-key": accessKey,
    "x-ncp-apigw-signature-v2": createHmac("sha256", secretKey).update(text).digest("base64"),
  };
}
