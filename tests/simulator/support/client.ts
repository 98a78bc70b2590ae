import { sign } from "./signature";

export interface Target {
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; undefined when it is no JSON object. */
  readonly json: Record<string, unknown>;
}

export interface Client {
  get(path: string, changes?: RequestChanges): Promise<Reply>;
  post(path: string, body: unknown, changes?: RequestChanges): Promise<Reply>;
  delete(path: string): Promise<Reply>;
  send(method: string, path: string, changes?: RequestChanges): Promise<Reply>;
}

/** What to do otherwise than right. */
export interface RequestChanges {
  readonly body?: string;
  readonly timestamp?: number;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/** A client that signs and does nothing else: no retry, no pace, no reading of errors. */
export function createClient(target: Target): Client {
  const send: Client["send"] = async (method, path, changes = {}) => {
    const url = `${target.endpoint}${path}`;
    const timestamp = String(changes.timestamp ?? Date.now());
    const pathAndQuery = url.slice(new URL(url).origin.length);
    const headers = {
      "content-type": "application/json",
      "x-ncp-apigw-timestamp": timestamp,
      "x-ncp-iam-access-key": target.accessKey,
      "x-ncp-apigw-signature-v2": sign({ method, pathAndQuery, timestamp, ...target }),
      ...changes.headers,
    };
    const response = await fetch(url, {
      method,
      headers: Object.entries(headers).filter((header): header is [string, string] => {
        return header[1] !== undefined;
      }),
      body: changes.body ?? null,
      signal: changes.signal ?? null,
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parse(text) };
  };
  return {
    send,
    get: (path, changes) => send("GET", path, changes),
    post: (path, body, changes) => send("POST", path, { body: JSON.stringify(body), ...changes }),
    delete: (path) => send("DELETE", path),
  };
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
