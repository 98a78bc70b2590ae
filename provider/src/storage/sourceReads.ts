import { isData, type SourceObject } from "../domain/sourceDigest";
import type { Clock } from "../kernel/ports";
import { Remembered } from "../kernel/remembered";
import type { ObjectStore } from "./objectStore";

/**
 * Reads of source data that all resources with the same place share.
 *
 * A place is a file or a directory: with a trailing `/` surely a directory, without one a directory
 * where no such object exists but objects below `path/` do.
 */
export class SourceReads {
  private readonly places = new Map<string, Remembered<readonly SourceObject[]>>();

  constructor(
    private readonly store: Pick<ObjectStore, "pages">,
    private readonly clock: Clock,
  ) {}

  /**
   * The objects of a place that count as data; none where there are none.
   *
   * @param newerThanMs on the monotonic clock: what was asked for at this moment or later is new enough.
   * @throws what the store throws
   */
  read(bucket: string, path: string, newerThanMs: number): Promise<readonly SourceObject[]> {
    const key = `${bucket}\u0000${path}`;
    const place = this.places.get(key) ?? new Remembered<readonly SourceObject[]>(this.clock);
    this.places.set(key, place);
    return place.get(newerThanMs, () => this.list(bucket, path));
  }

  /** In the store's order the file itself comes before everything below the directory of its name. */
  private async list(bucket: string, path: string): Promise<readonly SourceObject[]> {
    const directory = path.endsWith("/") ? path : `${path}/`;
    const objects: SourceObject[] = [];
    let isElsewhere = false;
    for await (const page of this.store.pages(bucket, path)) {
      const file = page.find(({ key }) => key === path && !path.endsWith("/"));
      if (file !== undefined) return [file];
      objects.push(...page.filter(({ key }) => key.startsWith(directory)));
      // Only neighbours with a longer name so far: the directory itself is asked for.
      isElsewhere = objects.length === 0 && directory !== path;
      const isOver = page.at(-1)?.key.startsWith(directory) !== true;
      if (isElsewhere || isOver) break;
    }
    if (isElsewhere) {
      for await (const page of this.store.pages(bucket, directory)) objects.push(...page);
    }
    return objects.filter(({ key }) => isData(key.slice(directory.length)));
  }
}
