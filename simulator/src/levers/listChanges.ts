import { familyNames } from "../service/families";
import type { FamilyName } from "../service/family";
import type { Service } from "../service/service";
import { removeJob } from "../service/takenNames";
import type { Seeder } from "./seeder";
import type { Seed } from "./seeds";

/** What others do to the jobs of a family while a client reads its list. */
export interface ListChange {
  readonly family: FamilyName;
  /** After which list request of the family, counted from now. @default 1 */
  readonly nth?: number;
  /** Ids of jobs to delete. */
  readonly remove?: readonly string[];
  /** Jobs to create. */
  readonly add?: readonly Seed[];
}

export interface ListChanges {
  plan(change: ListChange): void;
  /** Makes the changes that are due once a list of the family was read. */
  afterList(family: FamilyName): void;
}

export function createListChanges(service: Service, seeder: Seeder): ListChanges {
  let planned: { readonly change: ListChange; listsLeft: number }[] = [];

  const make = ({ family, remove = [], add = [] }: ListChange): void => {
    for (const id of remove) {
      const job = service.store.find(id);
      if (job && job.deletedAtMs === undefined) removeJob(job, service);
    }
    for (const seed of add) seeder.seed(family, seed);
  };

  return {
    plan(change) {
      if (!familyNames.includes(change.family)) {
        throw new TypeError(`planning a change: there is no family ${change.family}`);
      }
      planned.push({ change, listsLeft: change.nth ?? 1 });
    },
    afterList(family) {
      if (planned.length === 0) return;
      const counted = planned.filter(({ change }) => change.family === family);
      for (const entry of counted) entry.listsLeft -= 1;
      planned = planned.filter(({ listsLeft }) => listsLeft > 0);
      for (const { change, listsLeft } of counted) {
        if (listsLeft === 0) make(change);
      }
    },
  };
}
