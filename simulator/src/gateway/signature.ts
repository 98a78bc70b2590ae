import { createHmac, timingSafeEqual } from "node:crypto";

/** What NAVER Cloud's signature v2 is computed from. */
export interface SignedParts {
  readonly method: string;
  /** Exactly what is on the request line. */
  readonly pathAndQuery: string;
  /** Milliseconds since 1970 as the client wrote them. */
  readonly timestamp: string;
  readonly accessKey: string;
}

/** Signature v2: neither the body nor any other header is signed. */
export function signatureOf(parts: SignedParts, secretKey: string): string {
  const text = `${parts.method} ${parts.pathAndQuery}\n${parts.timestamp}\n${parts.accessKey}`;
  return createHmac("sha256", secretKey).update(text, "utf8").digest("base64");
}

export function isSignedWith(secretKey: string, parts: SignedParts, signature: string): boolean {
  const expected = Buffer.from(signatureOf(parts, secretKey));
  const given = Buffer.from(signature);
  return expected.length === given.length && timingSafeEqual(expected, given);
}
