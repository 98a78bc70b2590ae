/** Where the settings come from, for the command's help. */
export const SETTINGS_TEXT = `
Settings come from the environment and from ~/.ncloud/configure, never from a stack's config:
  NCLOUD_ACCESS_KEY_ID and NCLOUD_SECRET_ACCESS_KEY (or NCLOUD_ACCESS_KEY and NCLOUD_SECRET_KEY),
  NCLOUD_PROFILE, NCLUE_ENDPOINT, NCLUE_REQUESTS_PER_SECOND, NCLUE_READ_ONLY, NCLUE_ALLOW_HTTP,
  NCLOUD_OBS_ENDPOINT, NCLOUD_OBS_REGION, and HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY.
  NCLUE_PROGRESS=live|lines|off, NCLUE_LOG=debug and NO_COLOR change what is shown.`;
