/**
 * Places that make a message and that no life with secret values reaches: each with the reason why none
 * of a job's values can be in it, or where it is tested with one. A key is a file, a function of it, or
 * one place of that, as `messagePlaces.ts` names them.
 */
export const UNREACHED: Readonly<Record<string, string>> = {
  "cli/": "the command line has no stack, and so no values that are marked as secret",
  "domain/family.ts fieldOf":
    "a mistake in the code of a family: it names the family and the field",
  "kernel/agents.ts": "connections: it names proxies and certificates",
  "kernel/errors.ts whileDoing 2": "an error that is none of ours, which tests cannot bring about",
  "kernel/keys.ts":
    "keys, which are never shown: tests/engine/canaries.test.ts has canaries in them",
  "kernel/otherSite.ts": "it names the variable or the profile that names another site",
  "kernel/outputSettings.ts": "settings are read before any value of a job",
  "kernel/proxies.ts": "settings are read before any value of a job",
  "kernel/settings.ts": "settings are read before any value of a job",
  "lifecycle/findJob.ts":
    "look-ups of programs, with a secret name in tests/engine/lookups.test.ts, and of the command line",
  "lifecycle/waitProblem.ts describeBusy 2": "said by the command line alone",
  "nclue/classifyAnswer.ts describeNoFile":
    "downloads of files that the service keeps, which the command line alone asks for",
  "nclue/requestErrors.ts RequestErrors.proxyAsks": "it names the request and the proxy",
  "nclue/requestErrors.ts RequestErrors.withProxy": "it adds the proxy of the settings",
  "plugin/cancellation.ts": "it says that the engine stops, and nothing of a job",
  "plugin/clients.ts createClients":
    "warnings of the settings; lines of the store: tests/unit/kernel/secretMask.test.ts has the spellings of addresses",
  "plugin/entry.ts": "it hands on errors that the verbs have masked",
  "plugin/liveInstances.ts": "code for the inspector",
  "pulumi/jobLookUps.ts":
    "look-ups of programs, with a secret name in tests/engine/lookups.test.ts",
  "pulumi/jobResource.ts": "it names the resource by its logical name",
  "pulumi/plannedJobs.ts": "it counts jobs",
  "pulumi/pluginFolder.ts": "folders of the machine",
  "pulumi/requiredResult.ts":
    "it names the resource by its logical name, a status, and why it failed: tests/unit/pulumi/mocks.test.ts has a secret reason",
  "pulumi/sdkVersion.ts": "versions",
  "pulumi/shell.ts": "the text in the state, which holds no value",
  "pulumi/taskRunCompletion.ts": "ids of runs: tests/unit/pulumi/mocks.test.ts has secret ones",
  "pulumi/triggerRules.ts":
    "kinds and places of values: tests/unit/pulumi/triggerRules.test.ts has secret ones",
  "storage/objectStore.ts listAll":
    "it says how many keys it reads; the life with too many objects says more",
  "storage/storeErrors.ts describeProxyAsking": "it adds the proxy of the settings",
  "storage/storeErrors.ts withProxy": "it adds the proxy of the settings",
  "storage/storeErrors.ts describeStoreError": "a status, in answer to no value of a job",
};
