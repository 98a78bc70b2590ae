// For `NODE_OPTIONS=--require`: a plugin counts its waits on performance.now(), which is a hundred times
// as quick with this. Its timers are as they were, so tests of hours and heartbeats end in seconds.
const now = performance.now.bind(performance);
performance.now = () => 100 * now();
