// For `NODE_OPTIONS=--require`: a failed request is sent again, and a result is looked for again, after a
// hundredth of the wait. Those waits are of half a second to twenty seconds; all other timers are as they
// were.
const { setTimeout: start } = globalThis;
const [shortestMs, longestMs] = [500, 20_000];
const isBetweenAttempts = (ms) => ms >= shortestMs && ms <= longestMs;
globalThis.setTimeout = (callback, ms, ...more) =>
  start(callback, isBetweenAttempts(ms) ? ms / 100 : ms, ...more);
