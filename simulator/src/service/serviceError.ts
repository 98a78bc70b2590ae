import type { Switches } from "../switches/switchTable";

/** An error that the caller sees, from the gateway in front of NCLUE or from NCLUE itself. */
export class ServiceError extends Error {
  constructor(
    readonly origin: "gateway" | "nclue",
    readonly status: number,
    readonly code: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = "ServiceError";
  }
}

/** The gateway's documented errors by code. */
const gatewayErrors = {
  100: [400, "Bad Request Exception"],
  200: [401, "Authentication Failed"],
  210: [401, "Permission Denied"],
  300: [404, "Not Found Exception"],
  400: [429, "Quota Exceeded"],
  410: [429, "Throttle Limited"],
  420: [429, "Rate Limited"],
  430: [413, "Request Entity Too Large"],
  500: [503, "Endpoint Error"],
  510: [504, "Endpoint Timeout"],
  900: [500, "Unexpected Error"],
} as const;

export type GatewayCode = keyof typeof gatewayErrors;

export function isGatewayCode(code: unknown): code is GatewayCode {
  return typeof code === "number" && Object.hasOwn(gatewayErrors, code);
}

export function gatewayError(
  code: GatewayCode,
  headers: Readonly<Record<string, string>> = {},
): ServiceError {
  const [status, message] = gatewayErrors[code];
  return new ServiceError("gateway", status, code, message, headers);
}

/** NCLUE's errors: 10100 to 10109 are documented, the others take status and code from switches. */
export const nclueError = {
  accessDenied: () => new ServiceError("nclue", 401, 10100, "ACCESS_DENIED"),
  nameTooLong: () => new ServiceError("nclue", 422, 10101, "NAME_TOO_LONG"),
  duplicateName: () => new ServiceError("nclue", 409, 10102, "DUPLICATE_NAME"),
  pathCharacter: () => new ServiceError("nclue", 422, 10103, "INVALID_PATH_CHARACTER"),
  trainPathCharacter: () =>
    new ServiceError("nclue", 422, 10104, "INVALID_CHARACTER_IN_TRAIN_PATH"),
  testPathCharacter: () => new ServiceError("nclue", 422, 10105, "INVALID_CHARACTER_IN_TEST_PATH"),
  pathNotFound: () => new ServiceError("nclue", 404, 10106, "PATH_NOT_FOUND"),
  trainPathNotFound: () => new ServiceError("nclue", 404, 10107, "TRAIN_PATH_NOT_FOUND"),
  testPathNotFound: () => new ServiceError("nclue", 404, 10108, "TEST_PATH_NOT_FOUND"),
  personalData: () => new ServiceError("nclue", 422, 10109, "PERSONAL_DATA_NOT_ALLOWED"),
  unknownId: (to: Switches) =>
    new ServiceError("nclue", to.unknownIdStatus, to.unknownIdCode, "NOT_FOUND"),
  unknownParent: (to: Switches, field: string) =>
    new ServiceError("nclue", to.unknownParentStatus, to.unknownParentCode, `NOT_FOUND: ${field}`),
  parentNotReady: (to: Switches, field: string) =>
    new ServiceError(
      "nclue",
      to.parentNotReadyStatus,
      to.parentNotReadyCode,
      `NOT_COMPLETED: ${field}`,
    ),
  deleteRefused: (to: Switches, reason: string) =>
    new ServiceError(
      "nclue",
      to.deleteRefusedStatus,
      to.deleteRefusedCode,
      `DELETE_NOT_ALLOWED: ${reason}`,
    ),
  notDownloadable: (to: Switches, reason: string) =>
    new ServiceError(
      "nclue",
      to.downloadRefusedStatus,
      to.downloadRefusedCode,
      `NOT_COMPLETED: ${reason}`,
    ),
  parameter: (to: Switches, field: string) =>
    new ServiceError("nclue", to.parameterStatus, to.parameterCode, `INVALID_PARAMETER: ${field}`),
};
