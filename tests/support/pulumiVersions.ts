import { version } from "@pulumi/pulumi/version";
import { isAtLeast } from "../../tools/provide.mjs";

/** Whether the @pulumi/pulumi of the tests, which may be an old one, is of that version or newer. */
export const hasSdk = (wanted: string) => isAtLeast(version, wanted);
