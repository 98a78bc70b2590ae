import type { Job } from "../../domain/job";
import type { Clock } from "../../kernel/ports";

/** A job as it was seen, and the moment after which that was so, on the monotonic clock. */
export interface SeenJob {
  readonly job: Job;
  readonly askedMs: number;
}

/** How long the service may take to show what it has just done. */
const SHOWS_LATE_MS = 2 * 60_000;

/**
 * What this process knows of one family's jobs: what answers have shown, and what it has created and
 * deleted itself, which an answer may not show yet.
 */
export class SeenJobs {
  private readonly jobs = new Map<string, SeenJob>();
  private readonly deleted = new Set<string>();
  private readonly createdMs = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  /** @param askedMs the job was so after this moment; an older sighting never replaces a newer one. */
  see(job: Job, askedMs: number): void {
    const key = keyOf(job.id);
    const known = this.jobs.get(key);
    if (this.deleted.has(key) || (known !== undefined && known.askedMs > askedMs)) return;
    const fields = withKnown(job.fields, known?.job.fields ?? {});
    this.jobs.set(key, { job: { ...job, fields }, askedMs });
  }

  noteCreated(job: Job): void {
    this.noteNew(job.id);
    this.see(job, this.clock.monotonicMs());
  }

  /** Created just now, by whomever. */
  noteNew(id: string): void {
    this.createdMs.set(keyOf(id), this.clock.monotonicMs());
  }

  /** The same of a job that may be older; what is known of its creation already counts. */
  notePerhapsNew(id: string): void {
    if (!this.createdMs.has(keyOf(id))) this.noteNew(id);
  }

  noteDeleted(id: string): void {
    this.deleted.add(keyOf(id));
    this.jobs.delete(keyOf(id));
  }

  wasDeleted(id: string): boolean {
    return this.deleted.has(keyOf(id));
  }

  /** Whether the job was created so recently that the service may not show it yet. */
  mayStillAppear(id: string): boolean {
    const createdMs = this.wasDeleted(id) ? undefined : this.createdMs.get(keyOf(id));
    return createdMs !== undefined && this.clock.monotonicMs() - createdMs < SHOWS_LATE_MS;
  }

  latest(id: string): SeenJob | undefined {
    return this.jobs.get(keyOf(id));
  }

  all(): readonly Job[] {
    return [...this.jobs.values()].map(({ job }) => job);
  }
}

/** A job's fields never change, so what one answer leaves out is still what was known before. */
export function withKnown(fields: Job["fields"], known: Job["fields"]): Job["fields"] {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value ?? known[name] ?? null]),
  );
}

function keyOf(id: string): string {
  return id.toLowerCase();
}
