/**
 * The bench runs on a scaled clock: the simulator's time, its rate and the pace of both providers
 * are SPEED times faster than in truth, so that hours fit into minutes. What does not scale is the
 * engine: its start and end, and its work for each resource, weigh SPEED times too much.
 */
export const SPEED = 20;

/** The service's documented rate. */
export const REQUESTS_PER_SECOND = 1;

/** How long each run takes at the service: 10 minutes. */
export const PLAN = { registeredMs: 10_000, pendingMs: 50_000, inProgressMs: 540_000 };
export const RUN_SECONDS = (PLAN.registeredMs + PLAN.pendingMs + PLAN.inProgressMs) / 1000;

/** The numbers of runs. */
export const COUNTS = [1, 8, 40, 200, 500] as const;

/** So many seconds the service needs at least for `count` runs, whoever asks for them. */
export const limitSeconds = (count: number): number => count / REQUESTS_PER_SECOND + RUN_SECONDS;

/**
 * Seconds at the service's true pace for a command on the scaled clock. What comes before the first
 * request and after the last one (the engine's start, its reading of the program, its end) is real
 * time and counts once; all between counts SPEED times, the engine's work in it included.
 */
export const unscaledSeconds = (wallMs: number, serviceMs: number): number =>
  (wallMs - serviceMs + serviceMs * SPEED) / 1000;
