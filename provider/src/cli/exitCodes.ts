/** How the command ends; a pipeline decides on it, so a number never changes its meaning. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  runFailed: 3,
  timedOut: 4,
  busy: 5,
} as const;

export type ExitCode = number;

export const EXIT_CODES_TEXT = `
Exit codes:
  0    done
  1    it did not work (settings, network, refused, not found, not confirmed;
       doctor: a check failed)
  2    the command line is wrong
  3    watch --exit-status: a job failed or is gone; download: the job failed
  4    the time is up and the job continues (watch --timeout, delete --timeout)
  5    delete: the job is pending or in progress, or one that uses it has not
       ended; download: the job has not ended
  130  stopped by Ctrl-C (143: by SIGTERM); jobs continue at the service`;

export const SETTINGS_TEXT = `
Settings come from the environment and from ~/.ncloud/configure, never from a stack's config:
  NCLOUD_ACCESS_KEY_ID and NCLOUD_SECRET_ACCESS_KEY (or NCLOUD_ACCESS_KEY and NCLOUD_SECRET_KEY),
  NCLOUD_PROFILE, NCLUE_ENDPOINT, NCLUE_REQUESTS_PER_SECOND, NCLUE_READ_ONLY, NCLUE_ALLOW_HTTP,
  NCLOUD_OBS_ENDPOINT, NCLOUD_OBS_REGION, and HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY.
  NCLUE_PROGRESS=live|lines|off, NCLUE_LOG=debug and NO_COLOR change what is shown.`;
