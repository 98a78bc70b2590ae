import type * as dynamic from "@pulumi/pulumi/dynamic";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { families } from "../domain/families";
import { isNclueError, messageOf, NclueError } from "../kernel/errors";
import type { Settled } from "../lifecycle/settleJob";
import { completionVerbs, jobVerbs, type Verbs } from "../lifecycle/verbs";
import { createContext, type PluginContext } from "./context";
import { noteRequests } from "./requestFacts";

/**
 * What the serialised shell requires (see `pulumi/shell.ts`): Pulumi's shapes in and out,
 * and nothing else. The only place that turns our values and errors into the engine's.
 *
 * Its path and the names of the methods are written into every state for good.
 */

type Values = Record<string, unknown>;

let context: PluginContext | undefined;
let config: (key: string) => string | undefined = () => undefined;
/** From the moment of loading (by `configure`): before the first verb runs. */
const requests = noteRequests();

export const feature = methodsOf(jobVerbs(families.feature));
export const task = methodsOf(jobVerbs(families.task));
export const taskRun = methodsOf(jobVerbs(families.taskRun));
export const customAttributes = methodsOf(jobVerbs(families.customAttributes));
export const shoppingIntent = methodsOf(jobVerbs(families.shoppingIntent));
export const taskRunCompletion = methodsOf(completionVerbs);

function methodsOf(verbs: Verbs) {
  return {
    /** Stores the config and no more: the SDK uses the provider before this has returned. */
    configure(request: dynamic.ConfigureRequest): void {
      config = (key) => request.config.get(key);
    },

    check(olds: Values, news: Values): Promise<dynamic.CheckResult> {
      return run(async (ctx) => {
        const { inputs, failures } = await verbs.check(ctx, olds, news);
        return { inputs: plainJson(inputs), failures: [...failures] };
      });
    },

    diff(id: string, olds: Values, news: Values): Promise<dynamic.DiffResult> {
      return run(async (ctx) => {
        const { changes, replaces, deleteBeforeReplace } = await verbs.diff(ctx, id, olds, news);
        return {
          changes,
          replaces: [...replaces],
          ...(deleteBeforeReplace === undefined ? {} : { deleteBeforeReplace }),
        };
      });
    },

    create(inputs: Values): Promise<dynamic.CreateResult> {
      return run(async (ctx) => {
        const settled = await verbs.create(ctx, inputs);
        return { id: settled.id, outs: outputsOrInitError(settled, inputs) };
      });
    },

    /** A blank id is how the engine is told that a resource is gone. */
    read(id: string, props: Values): Promise<dynamic.ReadResult> {
      return run(async (ctx) => {
        const found = await verbs.read(ctx, id, props);
        return found === "gone" ? { id: "", props: {} } : { id, props: plainJson(found.outputs) };
      });
    },

    update(id: string, olds: Values, news: Values): Promise<dynamic.UpdateResult> {
      return run(async (ctx) => {
        const settled = await verbs.update(ctx, id, olds, news);
        return { outs: outputsOrInitError(settled, news) };
      });
    },

    delete(id: string, props: Values): Promise<void> {
      return run((ctx) => verbs.delete(ctx, id, props));
    },
  };
}

async function run<T>(verb: (ctx: PluginContext) => Promise<T>): Promise<T> {
  try {
    context ??= createContext(
      (key) => config(key),
      (value) => value === unknownValue,
      requests,
    );
    return await verb(context);
  } catch (error) {
    throw withoutStack(error);
  } finally {
    await context?.flush();
  }
}

/** The engine keeps a resource whose create or update fails with an id (an "init error"). */
function outputsOrInitError({ id, outputs, problem }: Settled, inputs: Values): Values {
  if (problem === undefined) return plainJson(outputs);
  // The SDK adds the provider's text to all outputs but these; without it no later verb would run.
  const properties = { ...plainJson(outputs), __provider: inputs.__provider };
  throw Object.assign(new NclueError(problem.code, problem.text, problem.facts), {
    id,
    properties,
    reasons: [problem.message],
  });
}

/**
 * `undefined` in what the SDK hands on makes a create fail after its run was started (and, in an
 * init error, the plugin never answer), and a `Date` becomes `{}`.
 */
function plainJson(values: object): Values {
  return JSON.parse(JSON.stringify(values)) as Values;
}

/** The SDK prints `${error}: ${error.stack}` beside the engine's own report of the message. */
function withoutStack(error: unknown): Error {
  const told: Error = isNclueError(error) ? error : unexpected(error);
  told.stack = "see its error below";
  told.toString = () => "pulumi-nclue";
  return told;
}

function unexpected(error: unknown): NclueError {
  return new NclueError("unexpected", {
    doing: "pulumi-nclue met something it does not know",
    cause: messageOf(error),
    remedy: "please report this with the program and the versions of pulumi and pulumi-nclue",
  });
}
