import type { ServiceError } from "../service/serviceError";
import type { Switches } from "../switches/switchTable";
import { type Answer, jsonAnswer, textAnswer } from "./answer";

/** Where an error came up, for the shapes that say so. */
export interface ErrorContext {
  readonly path: string;
  readonly nowMs: number;
  /** The body of the request, for the switch `requestRepeatedIn`. */
  readonly body: unknown;
}

/** Writes an error the way the gateway or, by the switch `errorShape`, NCLUE would. */
export function errorAnswer(
  error: ServiceError,
  switches: Switches,
  context: ErrorContext,
): Answer {
  const answer =
    error.origin === "gateway"
      ? gatewayAnswer(error, switches)
      : nclueAnswer(error, switches, context);
  return { ...answer, headers: { ...error.headers } };
}

function gatewayAnswer({ status, code, message }: ServiceError, switches: Switches): Answer {
  switch (switches.gatewayErrorShape) {
    case "string":
      return jsonAnswer({ error: { errorCode: String(code), message } }, status);
    case "number":
      return jsonAnswer({ error: { errorCode: code, message, details: null } }, status);
    case "xml":
      return xmlAnswer(code, message, status);
  }
}

function nclueAnswer(error: ServiceError, switches: Switches, context: ErrorContext): Answer {
  const { status } = error;
  // A code that is undefined is left out of the JSON.
  const code = codeOf(error, switches);
  const message = messageOf(error, switches, context.body);
  switch (switches.errorShape) {
    case "responseError":
      return jsonAnswer({ responseError: { returnCode: code, returnMessage: message } }, status);
    case "error-errorCode":
      return jsonAnswer({ error: { errorCode: code, message, details: null } }, status);
    case "error-code":
      return jsonAnswer({ error: { code, message } }, status);
    case "error-text":
      return jsonAnswer({ error: message }, status);
    case "flat":
      return jsonAnswer({ errorCode: code, message }, status);
    case "code-msg":
      return jsonAnswer({ code, msg: message, data: null }, status);
    case "status-code":
      return jsonAnswer({ status: { code, message } }, status);
    case "spring": {
      const timestamp = new Date(context.nowMs).toISOString();
      return jsonAnswer(
        { timestamp, status, error: "Error", code, message, path: context.path },
        status,
      );
    }
    case "xml":
      return xmlAnswer(code ?? "", message, status);
    case "plain":
      return textAnswer([code, message].filter(Boolean).join(" "), "text/plain", status);
  }
}

function codeOf({ code, message }: ServiceError, { errorCodeType }: Switches) {
  switch (errorCodeType) {
    case "string":
      return String(code);
    case "number":
      return code;
    case "word":
      return message.replace(/:.*/s, "");
    case "none":
      return undefined;
  }
}

function messageOf({ message }: ServiceError, { requestRepeatedIn }: Switches, body: unknown) {
  const isRepeated = requestRepeatedIn === "errors" || requestRepeatedIn === "both";
  if (!isRepeated || typeof body !== "object" || body === null) return message;
  return `${message} (${Object.values(body).join(", ")})`;
}

function xmlAnswer(code: number | string, message: string, status: number): Answer {
  const body = `<Error><Code>${code}</Code><Message>${message}</Message><RequestId/></Error>`;
  return textAnswer(body, "application/xml", status);
}
