import * as pulumi from "@pulumi/pulumi";

/** Whether a program is run by the engine, and not by a user's unit test with mocks. */
export function isRunByEngine(): boolean {
  return pulumi.runtime.getEngine() !== undefined;
}
