import { families } from "../service/families";
import type { ParentField } from "../service/family";
import { isDeleted, type Job } from "../service/job";
import { nclueError } from "../service/serviceError";
import { endOf, statusOf } from "../service/status";
import type { Call } from "./call";

export type Parents = Readonly<Record<string, Job>>;

/** The jobs that a new one is built on: each must be there and completed. */
export function findParents(call: Call, fields: Readonly<Record<string, string | null>>): Parents {
  const parents: Record<string, Job> = {};
  const named = families[call.family].fields.filter((field) => field.kind === "parent");
  for (const field of named) {
    const id = fields[field.name];
    if (id) parents[field.name] = findParent(call, field, id);
  }
  for (const field of named) checkPartOf(call, field, parents);
  return parents;
}

function findParent(call: Call, { name, family }: ParentField, id: string): Job {
  const { service, account, nowMs } = call;
  const switches = service.switches.read();
  const parent = service.store.find(id);
  const isThere =
    parent?.family === family &&
    parent.account === account &&
    !isDeleted(parent) &&
    (parent.id === id || switches.echoedIds !== "asGiven");
  if (!parent || !isThere) throw nclueError.unknownParent(switches, name);
  const isReady =
    statusOf(parent, nowMs) === "completed" &&
    nowMs >= endOf(parent).atMs + switches.parentReadyAfterMs;
  if (!isReady) throw nclueError.parentNotReady(switches, name);
  return parent;
}

function checkPartOf(call: Call, { name, partOf }: ParentField, parents: Parents): void {
  const switches = call.service.switches.read();
  if (!partOf || !switches[partOf.enforcedBy]) return;
  const whole = parents[partOf.field];
  const part = parents[name];
  if (!whole || !part) return;
  if (!Object.values(whole.parents).includes(part)) throw nclueError.parameter(switches, name);
}
