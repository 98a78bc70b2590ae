import type { FamilyName } from "./family";
import { isDeleted, type Job } from "./job";
import type { Service } from "./service";
import { statusOf } from "./status";

/** Whether a new job of this family may not have the name. */
export function isNameTaken(
  service: Service,
  account: string,
  family: FamilyName,
  name: string,
): boolean {
  const { duplicateNames, nameScope, nameCase, failedNames } = service.switches.read();
  if (duplicateNames === "allow") return false;
  if (service.retiredNames.has(nameKey(account, family, name, service))) return true;
  const nowMs = service.clock.now();
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
    service.retiredNames.add(nameKey(job.account, job.family, job.name, service));
  }
  service.store.markDeleted(job, service.clock.now());
}

function nameKey(account: string, family: FamilyName, name: string, service: Service): string {
  const { nameScope, nameCase } = service.switches.read();
  const spelled = nameCase === "insensitive" ? name.toLowerCase() : name;
  return JSON.stringify([account, nameScope === "account" ? "" : family, spelled]);
}
