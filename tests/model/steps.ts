import fc from "fast-check";
import type { FaultAnswer } from "../../simulator/src";
import type { Mishap } from "./engineRules";
import { NAMES, type Name } from "./program";

/** What may happen in a life. */
export type Step =
  | {
      readonly do: "up";
      readonly forced?: Name | undefined;
      readonly mishap?: Mishap | undefined;
    }
  | { readonly do: "refresh" | "destroy"; readonly mishap?: Mishap | undefined }
  | { readonly do: "change"; readonly name: Name; readonly variant: string }
  | {
      readonly do: "import" | "no-import" | "deleted-elsewhere" | "fails-late";
      readonly name: Name;
    }
  | { readonly do: "next-fails" | "next-is-poor" }
  /** Somebody else's job, beside or below the path of ours. */
  | { readonly do: "neighbour"; readonly end: string }
  | { readonly do: "keys"; readonly whose: "first" | "rotated" | "stranger" }
  | { readonly do: "store"; readonly state: "up" | "down" | "forbidden" }
  | { readonly do: "data"; readonly key: string }
  | {
      readonly do: "fault";
      readonly answer: FaultAnswer;
      readonly when: "before" | "after";
      readonly k: number;
      readonly method?: string;
    }
  | { readonly do: "time"; readonly ms: number };

/** Requests of an operation that something may happen to. */
const MOST_K = 12;
const k = fc.integer({ min: 1, max: MOST_K });
const when = fc.constantFrom<"before" | "after">("before", "after");
const name = fc.constantFrom(...NAMES);

const mishap = fc.option(
  fc.record({ kind: fc.constantFrom<Mishap["kind"]>("kill", "cancel"), k, when }),
  { nil: undefined, freq: 2 },
);

const up = fc.record({ do: fc.constant("up" as const), mishap });

export const steps: readonly fc.Arbitrary<Step>[] = [
  up,
  up,
  fc.record({ do: fc.constant("up" as const), forced: name, mishap }),
  fc.record({ do: fc.constantFrom("refresh" as const, "destroy" as const), mishap }),
  fc.record({ do: fc.constant("change" as const), name, variant: fc.constantFrom("a", "b") }),
  fc.record({
    do: fc.constantFrom(
      "import" as const,
      "no-import" as const,
      "deleted-elsewhere" as const,
      "fails-late" as const,
    ),
    name,
  }),
  fc.record({ do: fc.constantFrom("next-fails" as const, "next-is-poor" as const) }),
  fc.record({
    do: fc.constant("neighbour" as const),
    end: fc.constantFrom("", "/", "_vip", "_vip/nclue", "/nclue"),
  }),
  fc.record({
    do: fc.constant("keys" as const),
    whose: fc.constantFrom("first" as const, "rotated" as const, "stranger" as const),
  }),
  fc.record({
    do: fc.constant("store" as const),
    state: fc.constantFrom("up" as const, "down" as const, "forbidden" as const),
  }),
  fc.record({
    do: fc.constant("data" as const),
    key: fc.constantFrom("seq/a/part-2.tsv", "seq/a/_SUCCESS", "labels/a.tsv"),
  }),
  fc.record({
    do: fc.constant("fault" as const),
    answer: fc.constantFrom<FaultAnswer>(
      { kind: "drop" },
      { kind: "status", status: 500, body: {} },
      { kind: "status", status: 503, headers: { "retry-after": "30" } },
    ),
    when,
    k,
  }),
  fc.record({
    do: fc.constant("fault" as const),
    answer: fc.constant<FaultAnswer>({ kind: "truncated" }),
    when: fc.constant("after" as const),
    k,
  }),
  // Any 2xx to DELETE is success: where nothing was done all the same, nobody can know.
  fc.record({
    do: fc.constant("fault" as const),
    answer: fc.constantFrom<FaultAnswer>({ kind: "garbage" }, { kind: "empty" }),
    when,
    method: fc.constantFrom("GET", "POST"),
    k,
  }),
  // Too many requests: nothing was done, by definition.
  fc.record({
    do: fc.constant("fault" as const),
    answer: fc.constant<FaultAnswer>({ kind: "status", status: 429 }),
    when: fc.constant("before" as const),
    k,
  }),
  fc.record({ do: fc.constant("time" as const), ms: fc.constantFrom(500, 60_000, 3_600_000) }),
];
