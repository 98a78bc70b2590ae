/** The `fail_message` for a bucket that is not there or may not be used. */
export function accessFailure(error: unknown): string | undefined {
  const code = error instanceof Error ? error.name : "";
  return ["NoSuchBucket", "AccessDenied"].includes(code) ? "OBS_USER_FILE_ACCESS_ERROR" : undefined;
}
