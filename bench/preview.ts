import { type Kind, measure } from "./measure";

/** One preview, for `main.ts` to run in a process of its own; prints its milliseconds. */
async function preview([kind, count]: readonly string[]): Promise<void> {
  const [figures] = await measure({
    kind: kind as Kind,
    count: Number(count),
    verbs: ["preview"],
  });
  console.log(figures?.wallMs);
}

preview(process.argv.slice(2)).then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
