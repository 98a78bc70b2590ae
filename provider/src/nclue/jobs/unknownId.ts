import { isNclueError, isNotFound, type NclueError } from "../../kernel/errors";
import { meaningOf } from "../serviceCodes";

/**
 * Whether a refusal of a request for one job may mean that the service does not know the job: the code
 * for that is not documented, nor is its status. The whole list decides.
 */
export function mayMeanUnknownId(error: unknown): error is NclueError {
  if (isNotFound(error)) return true;
  if (!isOwnRefusal(error)) return false;
  const { kind, httpStatus, serviceCode } = error.facts;
  const isKeys = kind === "denied" && httpStatus !== 403;
  if (isKeys || kind === "throttled" || kind === "transient") return false;
  return meaningOf(serviceCode) === undefined;
}

/** Whether the service has failed at a request for one job, as it may do where it does not know the job. */
export function isOwnFault(error: unknown): error is NclueError {
  return isOwnRefusal(error) && error.facts.kind === "transient";
}

function isOwnRefusal(error: unknown): error is NclueError {
  return isNclueError(error, "refused") && error.facts.fromGateway !== true;
}
