import type { Family } from "../../domain/family";
import type { Job } from "../../domain/job";
import { parseServiceTime } from "../../domain/serviceTime";
import type { Clock } from "../../kernel/ports";
import { Priority } from "../rateLimiter";
import { incompleteList } from "./incompleteList";
import type { JobList } from "./jobList";
import type { Listed, Newest } from "./listed";
import type { SeenJobs } from "./seenJobs";

/** Searches that end together are gathered for this long, to share one read. */
const GATHER_MS = 100;
/** So many jobs are read in any case, however old they are. */
const FEWEST_JOBS = 1000;

/** Which jobs have to be known. */
export interface Wanted {
  /** Those that were created at this date or later. */
  readonly createdSinceMs: number;
  /** On the monotonic clock: as the list was at this moment or later. */
  readonly newerThanMs: number;
}

/** The part of the list that is known: the newest jobs, back to a date. */
interface Covered {
  readonly ids: Set<string>;
  readonly createdSinceMs: number;
  readonly askedMs: number;
}

/** A read for those who came before it was sent. */
interface Reading {
  /** `Infinity` until it leaves the queue. */
  askedMs: number;
  createdSinceMs: number;
  readonly end: Promise<void>;
}

/**
 * How much of one family's list is known, and since when. All of what is wanted is read once a
 * process; after that, only what is new: back to a job that was known before.
 */
export class ListCoverage {
  private covered: Covered | undefined;
  private reading: Reading | undefined;

  constructor(
    private readonly family: Family,
    private readonly list: JobList,
    private readonly seen: SeenJobs,
    private readonly clock: Clock,
  ) {}

  /**
   * Reads what is missing of what is wanted; many who wait share a read.
   *
   * @throws NclueError what the request throws; `unreadable` where the list is not whole
   */
  async ensure(wanted: Wanted, signal?: AbortSignal): Promise<void> {
    while (!this.covers(wanted)) {
      const { reading } = this;
      if (reading === undefined) {
        await this.begin(wanted, signal).end;
      } else if (reading.askedMs >= wanted.newerThanMs) {
        reading.createdSinceMs = Math.min(reading.createdSinceMs, wanted.createdSinceMs);
        await reading.end;
      } else {
        // It was asked for too early: the one after it serves everyone who has come meanwhile.
        await reading.end.catch(() => {});
      }
    }
  }

  /** Takes in a page that shows all jobs, or the newest ones, whoever has asked for it. */
  note({ jobs, isWhole, hasNewest }: Newest, askedMs: number): void {
    if (isWhole) this.noteWhole({ jobs }, askedMs);
    else if (hasNewest && this.reachesKnown(jobs)) this.extend(jobs, askedMs);
  }

  /** Takes in all jobs as they were read. */
  noteWhole({ jobs }: Pick<Listed, "jobs">, askedMs: number): void {
    const before = this.covered?.askedMs ?? Number.NEGATIVE_INFINITY;
    this.covered = {
      ids: new Set([...(this.covered?.ids ?? []), ...idsOf(jobs)]),
      createdSinceMs: Number.NEGATIVE_INFINITY,
      askedMs: Math.max(before, askedMs),
    };
  }

  private covers({ createdSinceMs, newerThanMs }: Wanted): boolean {
    const { covered } = this;
    if (covered === undefined || covered.createdSinceMs > createdSinceMs) return false;
    return covered.askedMs >= newerThanMs;
  }

  private begin({ createdSinceMs }: Wanted, signal: AbortSignal | undefined): Reading {
    const start = this.clock.sleep(GATHER_MS, signal);
    const reading: Reading = {
      askedMs: Number.POSITIVE_INFINITY,
      createdSinceMs,
      end: start
        .then(() => this.read(reading, signal))
        .finally(() => {
          this.reading = undefined;
        }),
    };
    this.reading = reading;
    return reading;
  }

  private async read(reading: Reading, signal: AbortSignal | undefined): Promise<void> {
    const onDeparture = () => {
      reading.askedMs = Math.min(reading.askedMs, this.clock.monotonicMs());
    };
    const options = { priority: Priority.read, signal, onDeparture };
    const read = await this.list.readBack((jobs) => this.isEnough(jobs, reading), options);
    for (const job of read.jobs) this.seen.see(job, reading.askedMs);
    if (read.isWhole) return this.noteWhole(read, reading.askedMs);
    if (!read.hasNewest) {
      throw incompleteList(this.family, `reading which ${this.family.nouns} exist`);
    }
    if (this.isConnected(read.jobs, reading)) return this.extend(read.jobs, reading.askedMs);
    const { askedMs } = reading;
    const createdSinceMs = oldestOf(read.jobs);
    this.covered = { ids: new Set(idsOf(read.jobs)), createdSinceMs, askedMs };
  }

  /** Whether the newest jobs, in order, are all that is wanted. */
  private isEnough(jobs: readonly Job[], reading: Reading): boolean {
    if (this.isConnected(jobs, reading)) return true;
    return jobs.length >= FEWEST_JOBS && oldestOf(jobs) < reading.createdSinceMs;
  }

  /** Whether the jobs lead to those that are known, and these go back far enough. */
  private isConnected(jobs: readonly Job[], { createdSinceMs }: Reading): boolean {
    const knownSinceMs = this.covered?.createdSinceMs ?? Number.POSITIVE_INFINITY;
    return knownSinceMs <= createdSinceMs && this.reachesKnown(jobs);
  }

  private reachesKnown(jobs: readonly Job[]): boolean {
    return idsOf(jobs).some((id) => this.covered?.ids.has(id));
  }

  private extend(jobs: readonly Job[], askedMs: number): void {
    if (this.covered === undefined) return;
    const { ids, createdSinceMs } = this.covered;
    for (const id of idsOf(jobs)) ids.add(id);
    this.covered = { ids, createdSinceMs, askedMs: Math.max(askedMs, this.covered.askedMs) };
  }
}

function idsOf(jobs: readonly Job[]): readonly string[] {
  return jobs.map(({ id }) => id.toLowerCase());
}

function oldestOf(jobs: readonly Job[]): number {
  const stamps = jobs.map(({ createdAt }) => parseServiceTime(createdAt) ?? Number.NaN);
  return stamps.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}
