/** What goes back over the wire, before any fault. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function jsonAnswer(value: unknown, status = 200): Answer {
  const contentType = "application/json;charset=UTF-8";
  return { status, contentType, headers: {}, body: JSON.stringify(value) };
}
