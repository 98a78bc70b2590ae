import { randomUUID } from "node:crypto";
import type { Job } from "../job";
import type { Call } from "./call";

/** What is particular to a new job; the rest follows from the call. */
export type NewJob = Pick<Job, "name" | "fields" | "parents" | "measures">;

export function createJob(call: Call, job: NewJob): Job {
  const created: Job = {
    ...job,
    family: call.family,
    id: randomUUID(),
    account: call.account,
    createdAtMs: call.nowMs,
    plan: call.service.plans.next(),
    resultKeys: [],
  };
  call.service.store.add(created);
  return created;
}
