import { families } from "../../../provider/src/domain/families";
import { FAMILY_NAMES, type FamilyName } from "../../../provider/src/domain/family";
import { policiesOf } from "../../../provider/src/domain/policies";
import type { Settled } from "../../../provider/src/lifecycle/settleJob";
import {
  type LifecycleBench,
  type LifecycleOptions,
  type Process,
  withLifecycle,
} from "../withLifecycle";

type Values = Record<string, unknown>;

/** A job's life in which every argument is secret, and everything that is said of it is kept. */
export interface Stage extends LifecycleBench {
  readonly family: FamilyName;
  /** What the service or the store may repeat: all canaries of the family. */
  readonly words: string;
  /** Inputs of the family with a canary in every argument, all of them secret. */
  secretInputs(args?: object, plumbing?: object): Values;
  /** Runs a verb, whatever comes of it, and keeps what it says. */
  hear<T>(work: (plugin: Process) => Promise<T>, process?: Process): Promise<T | undefined>;
  /** A job that was created from these inputs, as the state holds it. */
  created(inputs: Values): Promise<Settled>;
}

export interface Heard {
  /** All lines, errors and failures. */
  readonly said: string;
  /** What went into the state, in the order of the verbs. */
  readonly stored: readonly Settled[];
  /** Texts that must not be in them beside the canaries: ids that are secret. */
  readonly secretIds: readonly string[];
}

/** Values that rules find nothing wrong with, and that warnings like to repeat. */
export const secretArgs: Readonly<Record<FamilyName, Values>> = {
  feature: { sourceBucket: "canary-data", sourceFilePath: "//canary/카나리아=1/" },
  task: {
    trainBucket: "canary-data",
    trainFilePath: "canary/카나리아=1.tsv",
    name: "canary name",
    triggers: ["canary trigger"],
  },
  taskRun: {
    resultBucket: "canary-results",
    resultFilePath: "/canary//카나리아=1/",
    triggers: [{ token: "canary trigger" }],
  },
  customAttributes: {
    keywords: ["canary keyword", "카나리아"],
    resultBucket: "canary-results",
    resultFilePath: "canary/카나리아/",
  },
  shoppingIntent: { name: "canary intent", triggers: ["canary trigger"] },
};

/** Words of the manual, which are no secrets, and what the class adds. */
const POLICIES: readonly string[] = [
  "__nclue",
  ...FAMILY_NAMES.flatMap((name) => policiesOf(families[name])),
];

/** Plays a life on a fresh simulator. */
export async function heard(
  family: FamilyName,
  play: (stage: Stage) => Promise<void>,
  options: LifecycleOptions = {},
): Promise<Heard> {
  const texts: string[] = [];
  const stored: Settled[] = [];
  let secretIds: readonly string[] = [];
  await withLifecycle(async (bench) => {
    const hear: Stage["hear"] = async (work, process = bench.newProcess().of(family)) => {
      process.log.lines.length = 0;
      process.log.steps.length = 0;
      const value = await work(process).catch((error: Error) => {
        texts.push(error.message, JSON.stringify(error));
        return undefined;
      });
      texts.push(process.log.all(), ...saidBy(value));
      if (isSettled(value)) stored.push(value);
      return value;
    };
    const secretInputs: Stage["secretInputs"] = (args = {}, plumbing = {}) => {
      secretIds = [bench.task.id, bench.feature.id];
      // What the service may repeat is secret in every program, whatever a trouble changes of it.
      const triggers = [secretArgs[family]];
      const inputs = bench.inputsOf(family, { ...secretArgs[family], triggers, ...args });
      const secrets = Object.keys(inputs).filter((name) => !POLICIES.includes(name));
      return { ...inputs, __nclue: { ...Object(inputs.__nclue), secrets, ...plumbing } };
    };
    await store(bench);
    await play({
      ...bench,
      family,
      words: textsOf(secretArgs[family]).join(" and "),
      secretInputs,
      hear,
      async created(inputs) {
        const settled = await hear((plugin) => plugin.create(inputs));
        if (settled === undefined) throw new Error(`nothing was created: ${texts.at(-1)}`);
        return settled;
      },
    });
  }, options);
  return { said: texts.join("\n"), stored, secretIds };
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** The data that the arguments name. */
async function store({ store }: LifecycleBench): Promise<void> {
  await store.putObject("canary-data", "canary/카나리아=1.tsv", "u1\t1\n");
  await store.putObject("canary-data", "//canary/카나리아=1/part-1.tsv", "u1\tshoes\n");
}

function saidBy(value: unknown): readonly string[] {
  const { problem, failures, reason } = Object(value) as Values;
  return [problem, failures, reason].flatMap((said) =>
    said === undefined ? [] : [said instanceof Error ? said.message : "", JSON.stringify(said)],
  );
}

function isSettled(value: unknown): value is Settled {
  return typeof value === "object" && value !== null && "outputs" in value;
}
