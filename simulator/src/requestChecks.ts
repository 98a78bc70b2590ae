import type { FamilyName } from "./families";
import { type Job, statusOf } from "./job";
import type { Call } from "./operations/call";
import type { Service } from "./service";
import { nclueError, type ServiceError } from "./serviceError";

/** A required text of the body. */
export function readText(call: Call, field: string): string {
  const text = readOptionalText(call, field);
  if (text === null) throw nclueError.parameter(call.service.switches.read(), field);
  return text;
}

/** A text of the body that may be left out or null, but not empty. */
export function readOptionalText(call: Call, field: string): string | null {
  const value = call.body[field];
  if (value === undefined || value === null) return null;
  if (typeof value !== "string" || value.trim() === "") {
    throw nclueError.parameter(call.service.switches.read(), field);
  }
  return value;
}

/** The `name`, which must be short enough and not taken. */
export function readNewName(call: Call): string {
  const name = readText(call, "name");
  if ([...name].length > call.service.switches.read().nameLimit) throw nclueError.nameTooLong();
  if (isNameTaken(call, name)) throw nclueError.duplicateName();
  return name;
}

/** Keeps the name of a job about to be deleted, if names of deleted jobs stay taken. */
export function retireName(job: Job, service: Service): void {
  if (service.switches.read().deletedNames === "taken") {
    service.retiredNames.add(nameKey(job.account, job.family, job.name, service));
  }
}

export function checkPath(path: string, call: Call, refusal: () => ServiceError): void {
  const { pathRules, wideCharactersInPaths } = call.service.switches.read();
  for (const character of path) {
    const code = character.codePointAt(0) ?? 0;
    const isRefused =
      refusedInPaths[pathRules].includes(character) ||
      code <= 31 ||
      (code >= 128 && (code <= 255 || wideCharactersInPaths === "refuse"));
    if (isRefused) throw refusal();
  }
}

/** A task or feature named by id in the body, which must be there and completed. */
export function readParent(call: Call, field: string, family: FamilyName): Job {
  return findParent(call, field, family, readText(call, field));
}

export function findParent(call: Call, field: string, family: FamilyName, id: string): Job {
  const switches = call.service.switches.read();
  const parent = call.service.store.find(id);
  const isThere =
    parent?.family === family &&
    parent.account === call.account &&
    parent.deletedAtMs === undefined;
  if (!parent || !isThere) throw nclueError.unknownParent(switches, field);
  if (statusOf(parent, call.nowMs) !== "completed")
    throw nclueError.parentNotReady(switches, field);
  return parent;
}

const refusedInPaths = {
  "2026": "&$@;:+,?*\\{}^%`[]<>~#|\"' ",
  late2025: "&$@;:+,?*\\{}^%`[]<>~#|\"'",
  early2025: "&$@=;:+,?*\\{}^%`[]<>~#|\"'",
};

function isNameTaken(call: Call, name: string): boolean {
  const { service, account, family, nowMs } = call;
  const { duplicateNames, nameScope, nameCase, failedNames } = service.switches.read();
  if (duplicateNames === "allow") return false;
  if (service.retiredNames.has(nameKey(account, family, name, service))) return true;
  return service.store
    .named(account, name)
    .some(
      (other) =>
        other.deletedAtMs === undefined &&
        (nameScope === "account" || other.family === family) &&
        (nameCase === "insensitive" || other.name === name) &&
        (failedNames === "taken" || statusOf(other, nowMs) !== "failed"),
    );
}

function nameKey(account: string, family: FamilyName, name: string, service: Service): string {
  const { nameScope, nameCase } = service.switches.read();
  const spelled = nameCase === "insensitive" ? name.toLowerCase() : name;
  return JSON.stringify([account, nameScope === "account" ? "" : family, spelled]);
}
