import { Heartbeat } from "../kernel/heartbeat";
import { type ProgressMode, progressMode } from "../kernel/outputSettings";
import { type Cli, printLine, type Screen } from "./cli";
import { drawJobs } from "./jobTable";
import { LiveScreen } from "./liveScreen";
import { describeAll, describeChange, drawFrame, statusOf, type WatchedFacts } from "./watchFrame";

export interface WatchView {
  /** Something was seen. */
  update(): void;
  /** All is over: what stays on the screen. */
  close(): void;
}

/** The jobs as they are now. */
type Watched = () => readonly WatchedFacts[];

const TICK_MS = 1000;

/**
 * Live on a terminal; elsewhere (and under `CI`) a line for each change and a heartbeat that grows,
 * because a pipeline takes a silent job for dead. `NCLUE_PROGRESS` overrides, as for the provider;
 * but what is no terminal cannot be drawn on. With `--json` all of it goes to the error stream.
 */
export function openWatchView(
  cli: Cli,
  { json = false }: { readonly json?: boolean },
  watched: Watched,
): WatchView {
  const screen = json ? cli.err : cli.out;
  switch (viewMode(cli, screen)) {
    case "live":
      return liveView(cli, screen, watched);
    case "lines":
      return linesView(cli, screen, watched);
    case "off":
      return {
        update: () => {},
        close: () => json || printLine(screen, drawJobs(watched(), screen)),
      };
  }
}

function viewMode({ environment, output }: Cli, screen: Screen): ProgressMode {
  const mode = progressMode(output, environment, screen.isTerminal);
  // Lines about requests would stand in the middle of what is drawn.
  const canDraw = screen.isTerminal && !output.isDebug;
  return mode === "live" && !canDraw ? "lines" : mode;
}

function liveView(cli: Cli, screen: Screen, watched: Watched): WatchView {
  const live = new LiveScreen(screen);
  const draw = () => live.draw(drawFrame(watched(), screen));
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

function linesView(cli: Cli, screen: Screen, watched: Watched): WatchView {
  const shown = new Map<string, string>();
  const heartbeat = new Heartbeat(cli.clock);
  const stop = repeat(
    cli,
    () => heartbeat.dueInMs(),
    () => {
      if (heartbeat.dueInMs() > 0) return;
      printLine(screen, `still watching ${describeAll(watched())}`);
      heartbeat.beat();
    },
  );
  return {
    update() {
      for (const facts of watched()) {
        const status = statusOf(facts);
        if (shown.get(facts.job.id) === status) continue;
        shown.set(facts.job.id, status);
        printLine(screen, describeChange(facts));
        heartbeat.restart();
      }
    },
    close() {
      stop();
      printLine(screen, describeAll(watched()));
    },
  };
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
