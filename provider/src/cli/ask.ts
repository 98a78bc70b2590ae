import { createInterface } from "node:readline/promises";

export interface Asking {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
  /** While it asks, the terminal hands Ctrl-C over as a letter. */
  readonly interrupt: () => void;
}

const CTRL_C = "\u0003";

/**
 * The line that a person types in answer to a question: what was typed before the question was there
 * does not answer it. Ctrl-D answers nothing.
 */
export async function ask(question: string, { input, output, signal, interrupt }: Asking) {
  await discardTyped(input, interrupt);
  signal.throwIfAborted();
  const lines = createInterface({ input, output });
  lines.once("SIGINT", interrupt);
  const closed = new Promise<string>((resolve) => lines.once("close", () => resolve("")));
  try {
    return await Promise.race([lines.question(question, { signal }), closed]);
  } catch (error) {
    output.write("\n");
    throw signal.aborted ? signal.reason : error;
  } finally {
    lines.close();
  }
}

/** Raw, a terminal also gives out what was typed without Enter. */
async function discardTyped(input: NodeJS.ReadStream, interrupt: () => void): Promise<void> {
  let hasMore = false;
  const discard = (typed: Buffer | string) => {
    hasMore = true;
    if (typed.toString().includes(CTRL_C)) interrupt();
  };
  input.setRawMode(true).on("data", discard).resume();
  do {
    hasMore = false;
    await turnOfEventLoop();
    await turnOfEventLoop();
  } while (hasMore);
  input.off("data", discard).setRawMode(false).pause();
}

/** What is there to be read is read in the next turn. */
function turnOfEventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
