// For `NODE_OPTIONS=--require`: a plugin counts its waits on performance.now(), which is a hundred times
// as quick with this, and for which each request takes a second more: no two looks at the service fall into
// one. Its timers are as they were, so tests of hours and heartbeats end in seconds.
const http = require("node:http");

const now = performance.now.bind(performance);
const { request } = http;
let requests = 0;
performance.now = () => 100 * now() + 1000 * requests;
http.request = (...args) => {
  requests += 1;
  return request(...args);
};
