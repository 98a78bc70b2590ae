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
  130  stopped by Ctrl-C (143: by SIGTERM, 129: by SIGHUP); jobs continue at the
       service`;
