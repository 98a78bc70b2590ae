import type { FamilyName } from "./family";
import { isDeleted, type Job } from "./job";
import type { Service } from "./service";
import { statusOf } from "./status";

/** A name, and what it may have to be unique among. */
export interface ScopedName {
  readonly account: string;
  readonly family: FamilyName;
  readonly name: string;
}

/** Whether a new job may not have the name at `nowMs`. */
export function isNameTaken(service: Service, scoped: ScopedName, nowMs: number): boolean {
  const { account, family, name } = scoped;
  const { duplicateNames, nameScope, nameCase, failedNames } = service.switches.read();
  if (duplicateNames === "allow") return false;
  if (service.retiredNames.has(nameKey(scoped, service))) return true;
  return service.store
    .named(account, name)
    .some(
      (other) =>
        !isDeleted(other) &&
        (nameScope === "account" || other.family === family) &&
        (nameCase === "insensitive" || other.name === name) &&
        (failedNames === "taken" || statusOf(other, nowMs) !== "failed"),
    );
}

/** Deletes a job, whatever its status; its name stays taken if the switch `deletedNames` says so. */
export function removeJob(job: Job, service: Service): void {
  if (service.switches.read().deletedNames === "taken") {
    service.retiredNames.add(nameKey(job, service));
  }
  service.store.markDeleted(job, service.clock.now());
}

function nameKey({ account, family, name }: ScopedName, service: Service): string {
  const { nameScope, nameCase } = service.switches.read();
  const spelled = nameCase === "insensitive" ? name.toLowerCase() : name;
  return JSON.stringify([account, nameScope === "account" ? "" : family, spelled]);
}
