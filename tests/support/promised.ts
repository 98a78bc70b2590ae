import type * as pulumi from "@pulumi/pulumi";

/** The value of an output, which the SDK documents no way to wait for. */
export function promised<T>(output: pulumi.Output<T>): Promise<T> {
  return (output as pulumi.Output<T> & { promise(): Promise<T> }).promise();
}

/** Whether an output has a value in a preview. */
export function isKnown(output: pulumi.Output<unknown>): Promise<boolean> {
  return (output as pulumi.Output<unknown> & { isKnown: Promise<boolean> }).isKnown;
}

/** An output without a value, as everything is that a preview would create. */
export function unknown(pulumiSdk: typeof pulumi): pulumi.Output<string> {
  return pulumiSdk.output(pulumiSdk.unknown) as unknown as pulumi.Output<string>;
}
