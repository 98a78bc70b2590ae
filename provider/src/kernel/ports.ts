/**
 * What the provider takes from the machine. Time, chance and the environment are touched nowhere else
 * in `provider/src` but where a process is put together, so tests decide all of them.
 */

/** Time. Waits are counted on {@link Clock.monotonicMs}, so a clock that jumps changes none of them. */
export interface Clock {
  /** Wall-clock milliseconds since 1970-01-01 UTC. May jump. */
  nowMs(): number;
  /** Milliseconds since some fixed moment. Never jumps, never goes back. */
  monotonicMs(): number;
  /** Resolves after `ms`, or rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A number from 0 (included) to 1 (excluded). */
export type Random = () => number;

export interface HttpRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  /** Redirects are never followed: a signature belongs to one path of one host. */
  readonly redirect: "manual";
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** What is not read as text. */
  readonly body: NodeJS.ReadableStream | null;
  text(): Promise<string>;
}

export type Fetch = (url: string, request: HttpRequest) => Promise<HttpResponse>;

/** Lines for the person in front of the terminal. */
export interface Log {
  /** A line that stays in the diagnostics of the resource `urn`, or of the stack without one. */
  info(text: string, urn?: string): void;
  warn(text: string, urn?: string): void;
  /** A line that is hidden unless the reader asks for it (`NCLUE_LOG=debug`, `pulumi up --debug`). */
  debug(text: string): void;
  /** What a job is doing right now, shown on the resource's own line and replaced by the next one. */
  progress(progress: Progress): void;
}

export interface Progress {
  readonly urn: string | undefined;
  /** What it is about: a job's id. */
  readonly key: string;
  /** Where every line stays on the screen, only a change of this is news. */
  readonly status: string;
  readonly text: string;
  /**
   * How it ended: `completed in 12m 3s · 120,345 lines`. Shown even if nothing was shown before, so
   * that the resource's line never ends with what was true at the last poll.
   */
  readonly isLast?: boolean;
}

/** What the engine says about a resource when it asks for something. */
export interface EngineRequest {
  readonly urn: string | undefined;
  /** The `customTimeouts` of this verb, transforms included; `undefined` where the user set none. */
  readonly timeoutMs: number | undefined;
  /** Known of create and update alone. */
  readonly isPreview: boolean | undefined;
}

/** Of a request that nobody has seen. */
export const UNKNOWN_REQUEST: EngineRequest = {
  urn: undefined,
  timeoutMs: undefined,
  isPreview: undefined,
};

export type Environment = Readonly<Record<string, string | undefined>>;

/** Above this, Node's timers fire at once instead of late. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(
        () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        },
        Math.min(Math.max(0, ms), LONGEST_TIMER_MS),
      );
      signal?.addEventListener("abort", onAbort, { once: true });
    }),
};

/** The same, for what watches in the background: its waits do not keep the process alive. */
export const backgroundClock: Clock = {
  ...systemClock,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms).unref()),
};

export const systemRandom: Random = () => Math.random();

export const systemEnvironment = (): Environment => process.env;
