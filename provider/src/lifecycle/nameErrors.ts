import { type Declaration, isSecret } from "../domain/declaration";
import type { Family } from "../domain/family";
import type { Job } from "../domain/job";
import { differences } from "../domain/namesakes";
import { NclueError } from "../kernel/errors";
import { describeJob, quoted } from "./jobWords";

/** What is said where a name, or a job, cannot be had: which job is in the way, and what to do about it. */

/** A job that somebody else has made, as far as anybody can tell, has the name that the program gives. */
export function nameTaken(
  { family, policies, name = "" }: Declaration,
  namesake: Job,
  obstacle: string | undefined,
): NclueError {
  const isWanted = policies.onDuplicateName === "adopt";
  const isNamed = namesake.name !== null;
  const owner = isNamed
    ? `the name belongs to ${describeJob(family, namesake)}`
    : `the name may belong to ${describeJob(family, namesake)}, whose name the service does not tell`;
  return new NclueError(
    "name-taken",
    {
      doing: `creating ${family.noun} "${name}"`,
      cause:
        isWanted && obstacle !== undefined ? `${owner}, which is not adopted: ${obstacle}` : owner,
      remedy: isWanted
        ? `use another name, or delete the ${family.short}`
        : waysOut(family, namesake),
    },
    { jobIds: [namesake.id] },
  );
}

const HELD_BY_OTHER = "another resource of this stack holds it";

/** Deleting the job, or the other resource with it, would delete what that resource holds. */
export function nameOfOthers({ family, policies, name = "" }: Declaration, job: Job): NclueError {
  const isWanted = policies.onDuplicateName === "adopt";
  return new NclueError(
    "name-taken",
    {
      doing: `creating ${family.noun} "${name}"`,
      cause:
        `the name belongs to ${describeJob(family, job)}` +
        (isWanted ? `, which is not adopted: ${HELD_BY_OTHER}` : `; ${HELD_BY_OTHER}`),
      remedy: `use another name; ${remedyForOthers(family, takeOver(job))}`,
    },
    { jobIds: [job.id] },
  );
}

/** How a job moves from one resource to another without being deleted on the way. */
export function remedyForOthers({ short }: Family, next: string): string {
  return (
    "where that resource is this one under its former name, say so with the resource option aliases; " +
    `to move the ${short}, take that resource out of the program and out of the state ` +
    `("pulumi state delete <its urn>" keeps the ${short}), then ${next}`
  );
}

function waysOut({ short }: Family, job: Job): string {
  return (
    `use another name, take the ${short} over with the resource option import: "${job.id}" or with ` +
    `onDuplicateName: "adopt" (same arguments, not failed), or delete the ${short}`
  );
}

function takeOver({ id }: Job): string {
  return `take it over with the resource option import: "${id}" or with onDuplicateName: "adopt"`;
}

export function unclear({ family }: Declaration, job: Job): NclueError {
  return new NclueError(
    "name-taken",
    {
      doing: `creating ${family.noun} ${quoted(job.name)}`,
      cause:
        `the stack's state could not be read, so it is not clear whether ${describeJob(family, job)} ` +
        "is an interrupted attempt at this resource",
      remedy:
        `take the ${family.short} over with the resource option import: "${job.id}", delete it, or give ` +
        "this one a name of its own",
    },
    { jobIds: [job.id] },
  );
}

/** A generated name stands for its content, so nobody else can have meant it. */
export function differs(declaration: Declaration, job: Job): NclueError {
  const { family } = declaration;
  return new NclueError(
    "name-taken",
    {
      doing: `creating ${family.noun} ${quoted(job.name)}`,
      cause:
        `${describeJob(family, job)} has the name that stands for this content, but ` +
        inWords(declaration, job),
      remedy: remedyForDifference(job),
    },
    { jobIds: [job.id] },
  );
}

/** It appeared after a request whose answer was lost, so it is most likely that request's own job. */
export function lostButDiffers(declaration: Declaration, doing: string, job: Job): NclueError {
  const { family } = declaration;
  return new NclueError(
    "name-taken",
    {
      doing,
      cause:
        `its answer was lost, and ${describeJob(family, job)} has appeared since, but ` +
        inWords(declaration, job),
      remedy: remedyForDifference(job),
    },
    { jobIds: [job.id] },
  );
}

function remedyForDifference({ id }: Job): string {
  return (
    `delete it ("npx pulumi-nclue delete ${id}"), give this one a name of its own, or make the ` +
    `arguments equal to it and take it over with the resource option import: "${id}"`
  );
}

function inWords(declaration: Declaration, job: Job): string {
  const each = differences(job, declaration).map(({ argument, atService, inProgram }) =>
    isSecret(declaration, argument)
      ? `${argument} differs`
      : `${argument} is ${shown(atService)} there and ${shown(inProgram)} in the program`,
  );
  return each.join("; ");
}

function shown(value: string | readonly string[]): string {
  return typeof value === "string" ? quoted(value) : quoted(value.join(", "));
}

export function takenUnseen(
  { family }: Declaration,
  name: string,
  refusal: NclueError,
): NclueError {
  return new NclueError("name-taken", {
    doing: `creating ${family.noun} "${name}"`,
    cause:
      `the service refuses the name (${refusal.text.cause}), but lists no ${family.noun} of that ` +
      "name, and what it is created from is completed",
    remedy:
      "a job of another family, or one that was deleted, may carry the name: use another name, or " +
      "try again later",
  });
}
