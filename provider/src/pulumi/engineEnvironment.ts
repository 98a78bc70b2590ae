import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { type Environment, systemEnvironment } from "../kernel/ports";
import { fromEngineProcess, isInline } from "./inlineEngine";
import { programError } from "./programError";

/**
 * The environment that the stack's resources are given, for what asks the service from the program's
 * own process.
 *
 * The engine starts a program's process with its own environment, but an inline program's workspace
 * may have given the engine other variables (`envVars`) than this process has.
 *
 * @throws pulumi.RunError where it cannot be known, and the keys are not in the stack's config
 */
export function engineEnvironment(): Environment {
  if (!isInline()) return systemEnvironment();
  const environment = fromEngineProcess((process) =>
    parse(readFileSync(`${process}/environ`, "utf8")),
  );
  if (environment !== undefined) return environment;
  const isInConfig = ["nclue:accessKey", "nclue:secretKey"].every(
    (key) => pulumi.runtime.getConfig(key) !== undefined,
  );
  if (isInConfig) return systemEnvironment();
  throw programError(
    "reading the settings of pulumi-nclue: a look-up in an inline program cannot see the environment " +
      "variables of its workspace on this system, and would perhaps use the keys of another stack: " +
      "set nclue:accessKey and nclue:secretKey in the stack's config",
  );
}

function parse(text: string): Environment {
  return Object.fromEntries(
    text
      .split("\0")
      .filter((line) => line.includes("="))
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}
