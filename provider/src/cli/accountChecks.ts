import { createAgents } from "../kernel/agents";
import { isDenied, isNclueError, messageOf, type NclueError } from "../kernel/errors";
import type { Fetch, Log } from "../kernel/ports";
import { readProfiles } from "../kernel/profiles";
import { type SettingsWithoutKeys, settingsWithoutKeys } from "../kernel/settings";
import { humanDuration, printable } from "../kernel/text";
import type { Clients } from "../lifecycle/jobContext";
import { describeBucket } from "../lifecycle/verify";
import type { Counted } from "../nclue/jobs/listed";
import { fetchThrough } from "../plugin/clients";
import type { Check } from "./check";
import type { Cli } from "./cli";
import { ALL_FAMILIES, countJobs } from "./familyWords";
import { proxyCheck } from "./proxyCheck";
import { withoutStackAdvice } from "./withoutStackAdvice";

/** What stands between this machine and the account, each as soon as it is known. */
export async function* accountChecks(cli: Cli, bucket: string | undefined): AsyncGenerator<Check> {
  const answers: Answered[] = [];
  let clients: Clients;
  try {
    clients = cli.openClients({ fetch: noting(cli, answers), log: withoutWarnings(cli) });
  } catch (error) {
    if (!isNclueError(error, "settings")) throw error;
    yield* checksWithoutSettings(cli, error);
    return;
  }
  yield settingsCheck(clients.settings);
  yield* siteCheck(clients.settings);
  yield* proxyCheck(cli.environment);
  // The first answer says what keys and clock are worth.
  const [first, ...others] = ALL_FAMILIES.map((family) => () => count(cli, clients, family));
  const counts = [await (first as () => Promise<Answer>)()];
  yield keysCheck(clients, counts[0]);
  yield clockCheck(answers);
  for (const next of others) {
    if (counts.every(({ kind }) => kind === "counted")) counts.push(await next());
  }
  yield apiCheck(clients, counts);
  yield await bucketCheck(cli, clients, bucket);
}

/** Warnings about the settings are in their row. */
function withoutWarnings({ context }: Cli): Log {
  return {
    ...context.log,
    info: () => {},
    warn: () => {},
    debug: (text) => context.log.debug(text),
    progress: () => {},
  };
}

/** The gateway's clock against ours, as an answer shows them. */
interface Answered {
  readonly skewMs: number;
}

function noting(cli: Cli, answers: Answered[]): Fetch {
  const fetch = fetchThrough(createAgents(cli.environment));
  return async (url, request) => {
    const response = await fetch(url, request);
    const theirs = Date.parse(response.headers.get("date") ?? "");
    if (!Number.isNaN(theirs)) answers.push({ skewMs: theirs - cli.clock.nowMs() });
    return response;
  };
}

function* checksWithoutSettings(
  { environment }: Cli,
  { facts: { keyProblems = [] } }: NclueError,
): Generator<Check> {
  const remedy = "the command line reads the environment and ~/.ncloud/configure, no stack config";
  const failed = (name: string, problems: readonly string[]): Check => {
    return { name, state: "failed", text: problems.join("; "), remedy };
  };
  const sources = { config: () => undefined, environment, profiles: readProfiles };
  const { problems, ...settings } = settingsWithoutKeys(sources);
  yield problems.length > 0 ? failed("settings", problems) : settingsCheck(settings);
  yield* siteCheck(settings);
  yield* proxyCheck(environment);
  yield keyProblems.length > 0
    ? failed("keys", keyProblems)
    : { name: "keys", state: "ok", text: "found" };
  for (const name of ["clock", "API", "bucket"]) {
    yield { name, state: "skipped", text: "needs settings and keys" };
  }
}

type ShownSettings = Omit<SettingsWithoutKeys, "problems">;

function settingsCheck(settings: ShownSettings): Check {
  const { endpoint, objectStorageEndpoint, objectStorageRegion, proxies, warnings } = settings;
  const through = (proxy: string | undefined) => (proxy === undefined ? "" : ` through ${proxy}`);
  const store = `${objectStorageEndpoint}${through(proxies.objectStorage)} (${objectStorageRegion})`;
  const parts = [
    `API ${endpoint}${through(proxies.endpoint)}`,
    `Object Storage ${store}`,
    ...((proxies.endpoint ?? proxies.objectStorage) ? [] : ["no proxy"]),
    `${settings.requestsPerSecond} requests a second`,
    ...(settings.readOnly ? ["read-only: jobs are neither created nor deleted"] : []),
  ];
  const text = parts.join(", ");
  if (warnings.length === 0) return { name: "settings", state: "ok", text };
  return { name: "settings", state: "warning", text, remedy: warnings.join("; ") };
}

function siteCheck({ otherSite }: ShownSettings): readonly Check[] {
  if (otherSite === undefined) return [];
  const remedy = "use keys of NAVER Cloud's public site";
  return [{ name: "site", state: "failed", text: otherSite, remedy }];
}

type Answer =
  | { readonly kind: "counted"; readonly words: string }
  | { readonly kind: "failed"; readonly error: NclueError };

/** A doctor need not be as patient as a job that costs money. */
const ATTEMPTS = 2;

async function count(cli: Cli, clients: Clients, family: (typeof ALL_FAMILIES)[number]) {
  try {
    const counted = await cli.activity.during(
      () => `asking for the number of ${family.nouns}`,
      () => clients.jobs[family.name].count(cli.interrupted, ATTEMPTS),
    );
    return { kind: "counted", words: describeCount(counted, family) } as const;
  } catch (error) {
    if (!isNclueError(error) || cli.interrupted.aborted) throw error;
    return { kind: "failed", error } as const;
  }
}

/** `1,268 task runs`, `100 tasks or more` */
function describeCount(
  { count: number, isExact }: Counted,
  family: (typeof ALL_FAMILIES)[number],
): string {
  return `${countJobs(number, [family])}${isExact ? "" : " or more"}`;
}

function keysCheck(clients: Clients, answer: Answer | undefined): Check {
  const name = "keys";
  const source = `from ${clients.settings.keySource}`;
  if (answer?.kind !== "failed") return { name, state: "ok", text: `${source}, accepted` };
  if (!isDenied(answer.error)) {
    return { name, state: "skipped", text: `${source}, but nobody said whether they hold` };
  }
  const { cause, remedy = "" } = withoutStackAdvice(answer.error, clients).text;
  return { name, state: "failed", text: `${source}: ${cause}`, remedy };
}

/** The gateway refuses at five minutes. */
const REFUSED_SKEW_MS = 5 * 60_000;
const FINE_SKEW_MS = 60_000;

function clockCheck(answers: readonly Answered[]): Check {
  const name = "clock";
  const last = answers.at(-1);
  if (last === undefined) {
    return { name, state: "skipped", text: "no answer with a Date to compare it with" };
  }
  const off = Math.abs(last.skewMs);
  if (off < FINE_SKEW_MS) {
    return { name, state: "ok", text: "less than a minute off the gateway's" };
  }
  const text = `${humanDuration(off)} ${last.skewMs > 0 ? "behind" : "ahead of"} the gateway's`;
  const remedy = "set the clock (NTP): the gateway refuses requests that are five minutes off";
  return { name, state: off < REFUSED_SKEW_MS ? "warning" : "failed", text, remedy };
}

function apiCheck({ settings }: Clients, counts: readonly Answer[]): Check {
  const name = "API";
  const failed = counts.find((answer) => answer.kind === "failed");
  if (failed === undefined) {
    const words = counts.flatMap((answer) => (answer.kind === "counted" ? answer.words : []));
    return { name, state: "ok", text: `answers; at the service: ${words.join(", ")}` };
  }
  const { cause, remedy = "check the network and NCLUE_ENDPOINT" } = failed.error.text;
  return isDenied(failed.error)
    ? { name, state: "skipped", text: "needs keys that it accepts" }
    : { name, state: "failed", text: `${settings.endpoint}: ${cause}`, remedy };
}

async function bucketCheck(
  cli: Cli,
  { store }: Clients,
  bucket: string | undefined,
): Promise<Check> {
  const name = "bucket";
  if (bucket === undefined) {
    return { name, state: "skipped", text: "name one with --bucket to have it checked" };
  }
  const shown = printable(bucket);
  try {
    const state = await cli.activity.during(
      () => `asking Object Storage for the bucket ${shown}`,
      () => store.lookAtBucket(bucket),
    );
    const problem = describeBucket(state);
    if (problem === undefined) return { name, state: "ok", text: `${shown} is there` };
    return { name, state: "failed", text: `${shown}: ${problem}` };
  } catch (error) {
    if (cli.interrupted.aborted) throw cli.interrupted.reason;
    return { name, state: "failed", text: `${shown}: ${messageOf(error)}` };
  }
}
