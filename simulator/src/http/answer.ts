/** What goes back over the wire, before any fault. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | StreamedBody;
}

/** A body that is never whole in memory; it is generated again for each use. */
export interface StreamedBody {
  readonly chunks: () => Iterable<string>;
  /** Whether `Content-Length` is sent, for which the chunks are generated once more. */
  readonly isLengthKnown: boolean;
}

export function jsonAnswer(value: unknown, status = 200): Answer {
  const contentType = "application/json;charset=UTF-8";
  return { status, contentType, headers: {}, body: JSON.stringify(value) };
}

export function textAnswer(body: string, contentType = "text/plain", status = 200): Answer {
  return { status, contentType, headers: {}, body };
}

export function emptyAnswer(status: number): Answer {
  return { status, contentType: "", headers: {}, body: "" };
}
