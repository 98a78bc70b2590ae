import * as pulumi from "@pulumi/pulumi";
import { type Family, idOutput } from "../domain/family";
import { outputsOf } from "../domain/outputs";
import { PLUMBING } from "../domain/plumbing";
import type {
  OnDeleteWhileRunning,
  OnDuplicateName,
  OnFailure,
  OnResultMissing,
  OnSourceChange,
  Verify,
} from "../domain/policies";
import type { WaitFor } from "../domain/status";
import { countNewJob } from "./newJobs";
import type { Declared } from "./ownUrns";
import { planJob } from "./plannedJobs";
import { noticeMissingPackages } from "./pluginFolder";
import { plumbingInput } from "./plumbingInput";
import {
  policyWithDemand,
  type ResultDemand,
  rememberDemand,
  resultDemand,
} from "./requiredResult";
import { isRunByEngine } from "./runByEngine";
import { refuseOldSdk } from "./sdkVersion";
import { secretOutputs } from "./secretArguments";
import { shells } from "./shell";
import { READ_ONLY_MARK } from "./stackState";
import { lateTriggerProblem, refuseTriggers } from "./triggerRules";
import { TYPE_TOKENS } from "./typeTokens";

/**
 * The arguments that jobs of all families have.
 *
 * A change of `name` or `triggers`, or of an argument that the service creates the job from, asks for
 * a new job, which is paid for. The others say how the job is handled: `waitFor` matters while it is
 * unfinished, `onFailure` once it has failed, and the rest when a job is created or deleted.
 */
export interface JobArgs {
  /**
   * The job's name in NCLUE: 1 to 100 characters, unique in the account.
   *
   * With a given name the old job is deleted before its replacement is created, since both would
   * carry the name.
   *
   * @default generated: the resource's logical name and a hash of what is asked for, at most 40
   * characters of `[a-z0-9-]`
   */
  readonly name?: pulumi.Input<string>;

  /**
   * Any values; a change of any asks for a new job. An empty list is the same as none. Texts,
   * numbers, booleans, lists, plain objects, assets and archives count by their content; anything
   * else (a `Date`, a function, a resource) is an error that says what to use instead.
   *
   * @default none
   */
  readonly triggers?: pulumi.Input<readonly unknown[]>;

  /**
   * What `pulumi up` waits for: `"completed"` (the console's "available"), `"started"` (in progress
   * or later) or `"submitted"` (nothing after the request).
   *
   * @default "completed"
   */
  readonly waitFor?: pulumi.Input<WaitFor>;

  /**
   * What a failed job means to the next `pulumi up`: `"rerun"` (a new job replaces it; the preview
   * says which job failed and why) or `"fail"` (it stays, and each `up` fails with its message until
   * an argument changes).
   *
   * @default "rerun"
   */
  readonly onFailure?: pulumi.Input<OnFailure>;

  /**
   * What to do when the job has to be deleted while it is pending or in progress, or while jobs that
   * use it are, which the service refuses: `"wait"` until that ends (at most
   * `customTimeouts.delete`), `"abandon"` it (leave it at the service, and say so with its id) or
   * `"fail"`. The environment variable `NCLUE_ON_DELETE_WHILE_RUNNING` overrides it. A job that is
   * only registered is deleted at once.
   *
   * @default "wait"
   */
  readonly onDeleteWhileRunning?: pulumi.Input<OnDeleteWhileRunning>;

  /**
   * For a given `name` only: what to do when another job has it. `"fail"`, or `"adopt"` to take it
   * over where it was created from the same arguments, has not failed, and no other resource of the
   * stack holds it.
   *
   * @default "fail"
   */
  readonly onDuplicateName?: pulumi.Input<OnDuplicateName>;

  /**
   * What is looked up before anything is sent, at preview and again before the job is created:
   * `"bucket"` (the buckets, and the source data in them, exist and can be reached), `"all"` (also:
   * the jobs that it is created from exist, and are waited for) or `"off"`.
   *
   * @default "bucket"
   */
  readonly verify?: pulumi.Input<Verify>;
}

/** The further argument of jobs whose result is an object in Object Storage. */
export interface ResultArgs {
  /**
   * What it means that a completed job has no result: that not exactly one object is found which only
   * this job can have written, or that a refresh misses the one that was found.
   *
   * - `"accept"`: a warning; the result's outputs are `null`.
   * - `"rerun"`: `pulumi up` fails, and the next one starts a new job.
   * - `"fail"`: `pulumi up` fails and keeps the job; the next one searches again, and pays nothing.
   *
   * `"rerun"` and `"fail"` need `resultBucket` and `resultFilePath`.
   *
   * @default "accept"
   */
  readonly onResultMissing?: pulumi.Input<OnResultMissing>;
}

/** The further argument of jobs that are created from data in Object Storage. */
export interface SourceArgs {
  /**
   * What it means that the source data has changed since the job was created: `"ignore"` (a refresh
   * says so in the output `drift`) or `"rerun"` (preview, update and refresh compare, and a new job
   * replaces this one). The same bytes, uploaded again in parts of another size, are a change.
   *
   * @default "ignore"
   */
  readonly onSourceChange?: pulumi.Input<OnSourceChange>;
}

/**
 * A job of NCLUE as a resource: creating it starts the job and waits for it, deleting it deletes the
 * job. The classes of the families extend it; a program creates those.
 *
 * `customTimeouts` works (`create` as each class says, `update` as `create`, `delete` 1 hour), and so
 * does `import: "<id>"`, which adopts an existing job after comparing it with the arguments.
 */
export abstract class JobResource extends pulumi.CustomResource {
  /** The job's name at the service. */
  declare readonly name: pulumi.Output<string>;
  /**
   * `registered`, `pending`, `in_progress`, `completed` or `failed`, as last seen. A word that the
   * provider does not know is passed on as it is, and is never success.
   */
  declare readonly status: pulumi.Output<string>;
  /** ISO 8601, as the service writes it (Korean time). */
  declare readonly createdAt: pulumi.Output<string | null>;
  /** ISO 8601, as the service writes it; `null` before the end. */
  declare readonly completedAt: pulumi.Output<string | null>;
  /** Why the job failed; `null` unless it did. */
  declare readonly failMessage: pulumi.Output<string | null>;

  /**
   * For the classes of the families.
   *
   * @param family the family of the job.
   * @param name the resource's logical name.
   * @param args the arguments; `undefined` for a resource that is only read.
   * @param options Pulumi's resource options.
   *
   * @ignore
   */
  protected constructor(
    family: Family,
    name: string,
    args: object | undefined,
    options: pulumi.CustomResourceOptions,
  ) {
    refuseOldSdk();
    noticeMissingPackages();
    const given: Args = { ...args };
    refuseTriggers(`declaring ${family.noun} "${name}"`, given.triggers);
    // Pulumi cannot import into a dynamic provider; the plumbing hands the id on instead.
    const { import: importId, ...plainOptions } = options;
    const type = TYPE_TOKENS[family.name];
    const demand = resultDemand(family, name, options.id === undefined ? given : undefined);
    super(type, name, inputsOf(family, { type, name, options }, given, demand), {
      ...plainOptions,
      ...replaceOptions(given, options),
    });
    rememberDemand(this, demand);
    // In the preview of an update the engine knows the id, and no output.
    Object.assign(this, { [idOutput(family)]: this.id });
    if (options.id !== undefined) return;
    planJob(this, family, { type, name, options });
    countNewJob(family, { type, name, options });
  }
}

type Args = Readonly<Record<string, unknown>>;

function inputsOf(
  family: Family,
  declared: Declared,
  args: Args,
  demand: ResultDemand,
): pulumi.Inputs {
  const outputs = Object.fromEntries(outputsOf(family).map((output) => [output, undefined]));
  if (!isRunByEngine()) return { ...outputs, ...args };
  const __provider = shells[family.name];
  if (declared.options.id !== undefined) {
    return { ...outputs, ...args, [PLUMBING]: READ_ONLY_MARK, __provider };
  }
  const triggerProblem = lateTriggerProblem(args.triggers);
  return {
    ...outputs,
    ...secretOutputs(family, args),
    ...args,
    ...(family.result && {
      onResultMissing: policyWithDemand(args.onResultMissing, demand),
    }),
    ...(triggerProblem && { triggers: withoutRefused(args.triggers, triggerProblem) }),
    [PLUMBING]: plumbingInput({ ...declared, args, family, triggerProblem }),
    __provider,
  };
}

/** Pulumi would follow a value that holds itself for ever. */
async function withoutRefused(
  triggers: unknown,
  problem: Promise<string | undefined>,
): Promise<unknown> {
  return (await problem) === undefined ? triggers : [];
}

/**
 * Old and new job would carry the same given name, which only one can have. A name that comes out of
 * an output may turn out to be none: for that one the provider's answer to the engine decides.
 */
function replaceOptions(
  { name }: Args,
  { deleteBeforeReplace }: pulumi.CustomResourceOptions,
): pulumi.CustomResourceOptions {
  return typeof name === "string" && deleteBeforeReplace === undefined
    ? { deleteBeforeReplace: true }
    : {};
}
