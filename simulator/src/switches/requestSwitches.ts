import { flag, number, oneOf, whole } from "./switchKinds";

export const requestSwitches = {
  /** Whether a second job of the same name is refused (409, 10102). */
  duplicateNames: oneOf("reject", "allow"),
  /** Where a name must be unique. */
  nameScope: oneOf("family", "account"),
  /** Whether `A` and `a` are different names. */
  nameCase: oneOf("sensitive", "insensitive"),
  /** Whether the name of a deleted job may be used again. */
  deletedNames: oneOf("free", "taken"),
  /** Whether the name of a failed job may be used again. */
  failedNames: oneOf("taken", "free"),
  /** Longest name in characters: 100, 40 before 2025. */
  nameLimit: whole(100),
  /** Refused path characters: of 2026 (with the space), of late 2025, or of early 2025 (with `=`). */
  pathRules: oneOf("2026", "late2025", "early2025"),
  /** Whether characters above 255, such as Korean letters, are refused in paths. */
  wideCharactersInPaths: oneOf("allow", "refuse"),
  /** Whether a run must name its result bucket and path; pages of 2025 called them optional. */
  resultRequired: flag(true),
  /** Whether a run's feature must be one that its task was trained on. */
  featureMustBeTasksOwn: flag(false),
  /** How long after its end a parent is still refused as not completed. */
  parentReadyAfterMs: number(0),
  /** Whether tasks are trained one after the other, in the order of their requests. */
  tasksAtOnce: oneOf("one", "many"),
  /** Whether POST refuses a result bucket that is not there (404, 10106), or the job fails at its end. */
  checkBucketAtPost: flag(false),
  /** Jobs that the service's own storage has room for before `DISK_SPACE_SHORTAGE`; 0: any number. */
  storageFullAt: number(0),
  /** Whether the sources of a new feature or task are read when a storage is connected. */
  sources: oneOf("read", "ignored"),
  /** A missing or empty source: POST refuses it (404, 10106 to 10108), or the job fails at its end. */
  checkSourceAtPost: flag(false),
  /** Personal data in a source: POST refuses it (422, 10109), or the job fails at its end. */
  personalData: oneOf("refusedAtPost", "failsJob", "ignored"),
  /** Whether a job fails for too few labels, wrong labels, or doubled or too long user ids. */
  fileRules: oneOf("ignored", "applied"),
};
