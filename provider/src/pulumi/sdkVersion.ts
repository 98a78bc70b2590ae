import { version } from "@pulumi/pulumi/version";
import { programError } from "./programError";

/** The oldest SDK that passes the engine tests; DESIGN.md says what older ones lack. */
const OLDEST_SDK = [3, 228] as const;

/** @throws pulumi.RunError, which Pulumi shows without a stack trace */
export function refuseOldSdk(): void {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  if (major > OLDEST_SDK[0] || (major === OLDEST_SDK[0] && minor >= OLDEST_SDK[1])) return;
  throw programError(
    `pulumi-nclue needs @pulumi/pulumi ${OLDEST_SDK.join(".")} or newer, and this program has ` +
      `${version}: run "npm i @pulumi/pulumi@latest"`,
  );
}
