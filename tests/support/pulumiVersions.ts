import { version } from "@pulumi/pulumi/version";
import { isAtLeast } from "../../tools/provide.mjs";

// The engine tests run with the oldest versions of Pulumi that the provider takes, too.

/** Whether the @pulumi/pulumi of the tests is of that version or newer. */
export const hasSdk = (wanted: string) => isAtLeast(version, wanted);

const engineVersion = process.env.PULUMI_NCLUE_ENGINE;

/** How a command ends that expects no changes and finds some; older ones end as after any error. */
export const EXIT_CHANGES =
  engineVersion === undefined || isAtLeast(engineVersion, "3.226") ? 7 : 255;
