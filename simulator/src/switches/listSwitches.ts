import { oneOf, whole } from "./switchKinds";

export const listSwitches = {
  /** Order of a list; `random` changes at each call, `byId` is arbitrary but steady. */
  listOrder: oneOf("newest", "oldest", "byId", "random"),
  /** Whether `index` counts items or pages. */
  indexMeaning: oneOf("offset", "page"),
  /** Whether `total` counts all of the account's jobs or the ones in this answer, or is left out. */
  totalMeaning: oneOf("all", "returned", "absent"),
  /** A `limit` outside 1 to 100, or not a number. */
  limitOutOfRange: oneOf("refuse", "clamp", "default"),
  /** An `index` past the end. */
  indexPastEnd: oneOf("empty", "refuse"),
  /** The most jobs on a page, whatever `limit` asks for. */
  pageSizeCap: whole(100),
  /** The most jobs on the first page. */
  firstPageCap: whole(100),
  /** The array of a page without jobs: empty, null, or left out. */
  emptyList: oneOf("array", "null", "absent"),
};
