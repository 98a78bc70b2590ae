import type { Answer } from "./answer";
import { jsonAnswer } from "./answer";
import type { ServiceError } from "./serviceError";
import type { Switches } from "./switches";

/** Writes an error the way the gateway or, by the switch `errorShape`, NCLUE would. */
export function errorAnswer(
  error: ServiceError,
  switches: Switches,
  path: string,
  nowMs: number,
): Answer {
  return {
    ...(error.origin === "gateway"
      ? gatewayAnswer(error, switches)
      : nclueAnswer(error, switches, path, nowMs)),
    headers: { ...error.headers },
  };
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

function nclueAnswer(
  { status, code: number, message }: ServiceError,
  switches: Switches,
  path: string,
  nowMs: number,
): Answer {
  const code = switches.errorCodeType === "string" ? String(number) : number;
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
      const timestamp = new Date(nowMs).toISOString();
      return jsonAnswer({ timestamp, status, error: "Error", code, message, path }, status);
    }
    case "xml":
      return xmlAnswer(number, message, status);
    case "plain":
      return { status, contentType: "text/plain", headers: {}, body: `${number} ${message}` };
  }
}

function xmlAnswer(code: number, message: string, status: number): Answer {
  const body = `<Error><Code>${code}</Code><Message>${message}</Message><RequestId/></Error>`;
  return { status, contentType: "application/xml", headers: {}, body };
}
