import * as pulumi from "@pulumi/pulumi";

/** What an output has besides what the SDK documents. */
interface Settling {
  readonly isKnown: Promise<boolean>;
  promise(): Promise<unknown>;
}

/**
 * The value of an input once it is there; `undefined` while it is unknown in a preview. (`apply`
 * would never call back then.) An input that fails is as good as unknown: Pulumi reports it.
 */
export async function knownValue(input: unknown): Promise<unknown> {
  try {
    if (!pulumi.Output.isInstance(input)) return await input;
    const output = input as unknown as Settling;
    return (await output.isKnown) ? await output.promise() : undefined;
  } catch {
    return undefined;
  }
}
