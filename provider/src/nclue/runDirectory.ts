import { Priority } from "./rateLimiter";
import type { RunPages } from "./runPages";
import type { RunRecord } from "./wire";

interface Seeker {
  readonly isSought: (run: RunRecord) => boolean;
  readonly resolve: (isProof: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Which runs exist, as far as making new ones needs to know: one look at the first page of the
 * list, shared by all creates of the process, kept up to date with what this process makes and
 * deletes. That is all runs where the account has no more than a page; beyond it the service's own
 * refusal of a taken name answers, and only then are further pages read ({@link lookAgain}).
 */
export class RunDirectory {
  private readonly runs = new Map<string, RunRecord>();
  private readonly deleted = new Set<string>();
  private readonly claims = new Map<string, string>();
  private firstLook: Promise<void> | undefined;
  private isWalking = false;
  private readonly seekers: Seeker[] = [];

  constructor(private readonly pages: RunPages) {}

  /** The runs known so far; the first call looks at the list. */
  async known(signal?: AbortSignal): Promise<readonly RunRecord[]> {
    this.firstLook ??= this.pages.read(0, { priority: Priority.read, signal }).then((page) => {
      for (const run of page.runs) this.add(run);
    });
    const look = this.firstLook;
    try {
      await look;
    } catch (error) {
      if (this.firstLook === look) this.firstLook = undefined;
      throw error;
    }
    return [...this.runs.values()];
  }

  /** The runs known so far, without a look. */
  seen(): Iterable<RunRecord> {
    return this.runs.values();
  }

  /**
   * Reads the list anew, page by page, until a page holds what is sought, or to its end; returns
   * whether that proves anything: an entry that cannot be read may be what is sought. All who ask
   * while a walk goes on share the next one.
   */
  lookAgain(isSought: (run: RunRecord) => boolean, signal?: AbortSignal): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.seekers.push({ isSought, resolve, reject });
      void this.serveSeekers(signal);
    });
  }

  private async serveSeekers(signal?: AbortSignal): Promise<void> {
    if (this.isWalking) return;
    this.isWalking = true;
    while (this.seekers.length > 0) {
      const served = new Set(this.seekers.splice(0));
      try {
        const isProof = await this.walkFor(served, signal);
        for (const { resolve } of served) resolve(isProof);
      } catch (error) {
        for (const { reject } of served) reject(error);
      }
    }
    this.isWalking = false;
  }

  /**
   * A list that shrinks while it is read hides a run between two pages: what a walk over several
   * has not found is looked for once more.
   */
  private async walkFor(seekers: Set<Seeker>, signal?: AbortSignal): Promise<boolean> {
    let isProof = true;
    for (let walks = 1, pages = 0; walks === 1 || (walks === 2 && pages > 1); walks++) {
      const walk = this.pages.walk({ priority: Priority.read, signal });
      for (let step = await walk.next(); ; step = await walk.next()) {
        if (step.done === true) {
          isProof &&= step.value;
          break;
        }
        pages += 1;
        for (const run of step.value) this.add(run);
        const runs = step.value.filter((run) => !this.deleted.has(run.runId));
        for (const seeker of seekers) {
          if (!runs.some(seeker.isSought)) continue;
          seekers.delete(seeker);
          seeker.resolve(true);
        }
        if (seekers.size === 0) return true;
      }
    }
    return isProof;
  }

  /** This process has made the run, or found it. */
  add(run: RunRecord): void {
    if (!this.deleted.has(run.runId)) this.runs.set(run.runId, run);
  }

  /** This process has deleted the run; a look that was under way may still show it. */
  remove(runId: string): void {
    this.deleted.add(runId);
    this.runs.delete(runId);
  }

  /** Reserves a name for one resource, so that two never share a run. */
  claim(name: string, owner: string): void {
    this.claims.set(name, owner);
  }

  isClaimedByOther(name: string, owner: string): boolean {
    const claimedBy = this.claims.get(name);
    return claimedBy !== undefined && claimedBy !== owner;
  }
}
