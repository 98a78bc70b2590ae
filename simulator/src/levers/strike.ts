import { type Answer, jsonAnswer, textAnswer } from "../http/answer";
import type { GatewayCode } from "../service/serviceError";
import type { ScriptedFault } from "./faults";

/** What is done to the connection: an answer in full, half an answer, or none. */
export type Delivery =
  | Answer
  | { readonly cut: "atOnce" }
  | { readonly cut: "midway"; readonly of: Answer };

/** The request that a fault acts on. */
export interface Struck {
  /** Has the service handle the request, for the true answer. */
  handle(): Promise<Answer>;
  /** Waits for the test's verdict on the held request. */
  hold(when: "before" | "after"): Promise<"release" | "drop">;
  /** The gateway's error of this code. */
  refuse(code: GatewayCode, headers?: Readonly<Record<string, string>>): Answer;
}

/** Lets a fault act on one request. */
export async function strike(
  fault: ScriptedFault,
  { handle, hold, refuse }: Struck,
): Promise<Delivery> {
  const { answer, when = "before" } = fault;
  switch (answer.kind) {
    case "drop":
      if (when === "after") await handle();
      return { cut: "atOnce" };
    case "hold": {
      const early = when === "after" ? await handle() : undefined;
      const verdict = await hold(when);
      return verdict === "drop" ? { cut: "atOnce" } : (early ?? handle());
    }
    case "status":
      if (when === "after") await handle();
      return replacement(answer.status, answer.headers, answer.body);
    case "gateway":
      if (when === "after") await handle();
      return refuse(answer.code, answer.headers);
    case "garbage":
      if (when === "after") await handle();
      return replacement(200, { "content-type": "application/json" }, '{"id": \u0000 <oops>');
    case "empty":
      if (when === "after") await handle();
      return replacement(200, {}, "");
    case "truncated":
      return { cut: "midway", of: await handle() };
    case "edit":
      return edited(await handle(), answer.fields);
    case "skew":
      return handle();
  }
}

function replacement(
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body: unknown = "",
): Answer {
  if (typeof body !== "string") return { ...jsonAnswer(body, status), headers };
  const contentType = body.startsWith("<") ? "text/html" : "text/plain";
  return { ...textAnswer(body, contentType, status), headers };
}

function edited(answer: Answer, fields: Readonly<Record<string, unknown>>): Answer {
  if (answer.status !== 200 || typeof answer.body !== "string") return answer;
  const body = JSON.parse(answer.body) as object;
  const lists = Object.entries(body).filter(([, value]) => Array.isArray(value));
  const changed =
    lists.length === 0
      ? { ...body, ...fields }
      : {
          ...body,
          ...Object.fromEntries(
            lists.map(([key, items]: [string, unknown[]]) => [
              key,
              items.map((item) => ({ ...(item as object), ...fields })),
            ]),
          ),
        };
  return { ...answer, body: JSON.stringify(changed) };
}
