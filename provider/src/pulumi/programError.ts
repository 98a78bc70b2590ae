import * as pulumi from "@pulumi/pulumi";

/**
 * An error that ends a program with its message alone. It has no stack trace on purpose: when an
 * output fails that is also a stack output, the SDK's handler inspects the error with its trace, which
 * takes minutes and gigabytes (measured with 3.270), and without one it prints the message.
 */
export function programError(message: string): pulumi.RunError {
  const error = new pulumi.RunError(message);
  error.stack = "";
  return error;
}
