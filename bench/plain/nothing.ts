import * as pulumi from "@pulumi/pulumi";

const provider: pulumi.dynamic.ResourceProvider = {
  create: async (inputs) => ({ id: `${inputs.resultFilePath}`, outs: inputs }),
};

/** As many outputs as a task run has beside its arguments. */
const OUTPUTS = [
  ["runId", "name", "taskName", "featureName", "status", "createdAt", "completedAt", "lineCount"],
  ["failMessage", "resultKey", "resultUri", "resultSize", "resultEtag", "drift"],
].flat();

/**
 * A task run's arguments and outputs, and does nothing: what the engine and the SDK take for such a
 * resource whatever its provider does.
 */
export class Nothing extends pulumi.dynamic.Resource {
  constructor(name: string, args: object) {
    const outputs = Object.fromEntries(OUTPUTS.map((output) => [output, undefined]));
    super(provider, name, { ...outputs, ...args }, {}, "plain", "Nothing");
  }
}
