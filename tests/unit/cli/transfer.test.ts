import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { PassThrough, Readable, Writable } from "node:stream";
import { Activity } from "../../../provider/src/cli/activity";
import type { Cli, Screen } from "../../../provider/src/cli/cli";
import { StatusLine } from "../../../provider/src/cli/statusLine";
import { describeTransfer, transfer } from "../../../provider/src/cli/transfer";
import { FakeClock } from "../../support/fakeClock";

const screen: Screen = {
  isTerminal: false,
  columns: 80,
  rows: 24,
  paint: (_, text) => text,
  write: () => {},
};

function open() {
  const clock = new FakeClock();
  const stop = new AbortController();
  const received: Buffer[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _, done) {
      received.push(chunk);
      done();
    },
  });
  const activity = new Activity(clock, new StatusLine(screen), "off");
  const cli = { clock, activity, interrupted: stop.signal, stdout: new PassThrough() };
  return { clock, stop, sink, received, cli: cli as unknown as Cli };
}

const text = "user\tscore\n".repeat(1000);
const md5 = createHash("md5").update(text).digest("hex");
const size = Buffer.byteLength(text);

describe("a transfer", () => {
  for (const known of [
    { size, md5 },
    { size, md5: md5.toUpperCase() },
    { size: null, md5: null },
  ]) {
    it(`hands on all bytes, knowing ${JSON.stringify(known)}`, async () => {
      const { cli, sink, received } = open();
      const body = Readable.from([Buffer.from(text)]);
      assert.equal(await transfer(cli, { body, ...known }, sink, "a.tsv"), size);
      assert.equal(Buffer.concat(received).toString(), text);
    });
  }

  it("is an error where less has come than was announced", async () => {
    const { cli, sink } = open();
    const body = Readable.from([Buffer.from("user")]);
    await assert.rejects(
      transfer(cli, { body, size, md5: null }, sink, "a.tsv"),
      /^NclueError: it ended after 4 bytes of 11\.0 kB\nrun it again$/,
    );
  });

  it("is an error where something else has come", async () => {
    const { cli, sink } = open();
    const body = Readable.from([Buffer.from(text.replace("user", "usor"))]);
    await assert.rejects(
      transfer(cli, { body, size, md5 }, sink, "a.tsv"),
      /is not what Object Storage holds: its MD5 digest is another one/,
    );
  });

  it("is an error where the connection breaks, with the reason", async () => {
    const { cli, sink } = open();
    const body = new PassThrough();
    const ended = transfer(cli, { body, size: null, md5: null }, sink, "a.tsv");
    body.write("user");
    setImmediate(() => body.destroy(new Error("socket hang up")));
    await assert.rejects(ended, /it ended after 4 bytes \(socket hang up\)\nrun it again/);
  });

  it("is an error where nothing has come for a minute", async () => {
    const { cli, clock, sink } = open();
    const body = new PassThrough();
    const ended = transfer(cli, { body, size, md5: null }, sink, "a.tsv");
    ended.catch(() => {});
    await clock.advance(59_000);
    body.write("user");
    await clock.advance(59_999);
    assert.equal(body.destroyed, false);
    await clock.advance(1);
    await assert.rejects(ended, /ended after 4 bytes of 11\.0 kB \(.*nothing came for 1m\)/);
    assert.equal(body.destroyed, true);
  });

  it("waits as long as it takes for a reader that is slow", async () => {
    const { cli, clock } = open();
    const slow = new Writable({
      highWaterMark: 1,
      write: (_chunk, _encoding, done) => void clock.sleep(600_000).then(() => done()),
    });
    const chunks = Array.from({ length: 4 }, () => Buffer.alloc(100_000));
    const body = Readable.from(chunks);
    const ended = transfer(cli, { body, size: 400_000, md5: null }, slow, "a.tsv");
    assert.equal(await clock.runUntil(ended), 400_000);
  });

  it("ends at once, with its reason, when it is interrupted", async () => {
    const { cli, stop, sink } = open();
    const body = new PassThrough();
    const ended = transfer(cli, { body, size, md5: null }, sink, "a.tsv");
    const reason = new Error("stopped");
    stop.abort(reason);
    await assert.rejects(ended, (error) => error === reason);
    assert.deepEqual([body.destroyed, sink.destroyed], [true, true]);
  });

  it("leaves the standard output open", async () => {
    const { cli } = open();
    cli.stdout.on("data", () => {});
    const body = Readable.from([Buffer.from(text)]);
    await transfer(cli, { body, size, md5 }, cli.stdout, "a.tsv");
    assert.equal((cli.stdout as PassThrough).writableEnded, false);
  });
});

describe("the words for a transfer", () => {
  for (const [bytes, all, elapsedMs, words] of [
    [0, null, 0, "downloading a.tsv · 0 bytes"],
    [1_234_567, null, 1000, "downloading a.tsv · 1.2 MB"],
    [0, 0, 0, "downloading a.tsv · 0 bytes"],
    [0, 2000, 0, `downloading a.tsv ${"▱".repeat(20)} 0 % · 0 bytes of 2.0 kB`],
    [
      500,
      2000,
      1000,
      `downloading a.tsv ${"▰".repeat(5)}${"▱".repeat(15)} 25 % · 500 bytes of 2.0 kB · 3s left`,
    ],
    [2000, 2000, 9000, `downloading a.tsv ${"▰".repeat(20)} 100 % · 2.0 kB of 2.0 kB`],
  ] as const) {
    it(`are: ${words}`, () =>
      assert.equal(describeTransfer("a.tsv", bytes, all, elapsedMs), words));
  }
});
