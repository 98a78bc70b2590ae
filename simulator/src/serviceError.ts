import type { Switches } from "./switches";

/** An error that the caller sees, told by the gateway in front of NCLUE or by NCLUE itself. */
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

/** The gateway's documented errors, as far as this stand-in gives them by itself. */
export const gatewayError = {
  badRequest: () => new ServiceError("gateway", 400, 100, "Bad Request Exception"),
  authenticationFailed: () => new ServiceError("gateway", 401, 200, "Authentication Failed"),
  permissionDenied: () => new ServiceError("gateway", 401, 210, "Permission Denied"),
  notFound: () => new ServiceError("gateway", 404, 300, "Not Found Exception"),
  throttled: (headers: Readonly<Record<string, string>>) =>
    new ServiceError("gateway", 429, 410, "Throttle Limited", headers),
  rateLimited: (headers: Readonly<Record<string, string>>) =>
    new ServiceError("gateway", 429, 420, "Rate Limited", headers),
  tooLarge: () => new ServiceError("gateway", 413, 430, "Request Entity Too Large"),
  unexpected: () => new ServiceError("gateway", 500, 900, "Unexpected Error"),
};

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
  parameter: (to: Switches, field: string) =>
    new ServiceError("nclue", to.parameterStatus, to.parameterCode, `INVALID_PARAMETER: ${field}`),
};
