import { type Cli, printLine, type Screen } from "./cli";
import { LiveScreen } from "./liveScreen";
import { drawRuns } from "./runTable";
import { describeAll, describeChange, drawFrame, statusOf, type WatchedFacts } from "./watchFrame";

export interface WatchView {
  /** Something was seen. */
  update(): void;
  /** All is over: what stays on the screen. */
  close(): void;
}

type Look = () => readonly WatchedFacts[];

const TICK_MS = 1000;
const HEARTBEAT_MS = 60_000;

/**
 * Live on a terminal; elsewhere (and under `CI`) a line for each change and a heartbeat a minute,
 * because a pipeline takes a silent job for dead. `NCLUE_PROGRESS` overrides, as for the provider;
 * but what is no terminal cannot be drawn on. With `--json` all of it goes to the error stream.
 */
export function openWatchView(cli: Cli, { json }: { json: boolean }, look: Look): WatchView {
  const screen = json ? cli.err : cli.out;
  switch (viewKind(cli, screen)) {
    case "live":
      return liveView(cli, screen, look);
    case "lines":
      return linesView(cli, screen, look);
    case "off":
      return { update: () => {}, close: () => json || printTable(screen, look) };
  }
}

function viewKind({ environment }: Cli, screen: Screen): "live" | "lines" | "off" {
  const wanted = environment.NCLUE_PROGRESS;
  if (wanted === "off" || wanted === "lines") return wanted;
  if (!screen.isTerminal) return "lines";
  if (wanted === "live") return "live";
  return (environment.CI ?? "") === "" ? "live" : "lines";
}

function liveView(cli: Cli, screen: Screen, look: Look): WatchView {
  const live = new LiveScreen(screen);
  const draw = () => live.draw(drawFrame(look(), screen));
  const stop = repeat(cli, () => TICK_MS, draw);
  return {
    update: draw,
    close() {
      stop();
      draw();
      live.close();
    },
  };
}

function linesView(cli: Cli, screen: Screen, look: Look): WatchView {
  const shown = new Map<string, string>();
  let lastLineMs = cli.clock.monotonicMs();
  const print = (text: string) => {
    lastLineMs = cli.clock.monotonicMs();
    printLine(screen, text);
  };
  const silenceLeftMs = () => lastLineMs + HEARTBEAT_MS - cli.clock.monotonicMs();
  const stop = repeat(cli, silenceLeftMs, () => {
    if (silenceLeftMs() <= 0) print(`still watching ${describeAll(look())}`);
  });
  return {
    update() {
      for (const run of look()) {
        const status = statusOf(run);
        if (shown.get(run.runId) === status) continue;
        shown.set(run.runId, status);
        print(describeChange(run));
      }
    },
    close() {
      stop();
      print(describeAll(look()));
    },
  };
}

function printTable(screen: Screen, look: Look): void {
  printLine(screen, drawRuns(look(), screen.paint));
}

/** Does something after each delay until it is stopped. */
function repeat(cli: Cli, delayMs: () => number, work: () => void): () => void {
  const stopped = new AbortController();
  const loop = async () => {
    while (!stopped.signal.aborted) {
      await cli.clock.sleep(delayMs(), stopped.signal);
      work();
    }
  };
  loop().catch((error: unknown) => {
    if (!stopped.signal.aborted) throw error;
  });
  return () => stopped.abort();
}
