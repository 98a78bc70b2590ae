import assert from "node:assert/strict";
import { nameOfProxy, proxyFor } from "../../../provider/src/kernel/proxies";

const nclue = "https://nclue.apigw.ntruss.com/api/v1";
const proxy = "http://proxy.corp:3128";

function found(address: string, environment: Readonly<Record<string, string>>) {
  const named = proxyFor(address, environment);
  return named && `${nameOfProxy(named)} by ${named.variable}`;
}

describe("proxyFor: which variable counts", () => {
  const table: readonly (readonly [
    string,
    Readonly<Record<string, string>>,
    string | undefined,
  ])[] = [
    [nclue, {}, undefined],
    [nclue, { HTTPS_PROXY: proxy }, `${proxy} by HTTPS_PROXY`],
    [nclue, { https_proxy: proxy }, `${proxy} by https_proxy`],
    [nclue, { HTTPS_PROXY: "http://other:1", https_proxy: proxy }, `${proxy} by https_proxy`],
    [nclue, { HTTP_PROXY: proxy }, undefined],
    ["http://nclue:4010", { HTTP_PROXY: proxy }, `${proxy} by HTTP_PROXY`],
    ["http://nclue:4010", { http_proxy: proxy }, `${proxy} by http_proxy`],
    ["http://nclue:4010", { HTTPS_PROXY: proxy }, undefined],
    [nclue, { ALL_PROXY: proxy }, `${proxy} by ALL_PROXY`],
    [nclue, { all_proxy: proxy, HTTPS_PROXY: "http://other:1" }, "http://other:1 by HTTPS_PROXY"],
    [nclue, { HTTPS_PROXY: " " }, undefined],
    [nclue, { HTTPS_PROXY: "proxy.corp:3128" }, `${proxy} by HTTPS_PROXY`],
    [nclue, { HTTPS_PROXY: "https://proxy.corp" }, "https://proxy.corp by HTTPS_PROXY"],
    [nclue, { ALL_PROXY: "socks5://proxy.corp:1080" }, "socks5://proxy.corp:1080 by ALL_PROXY"],
    [nclue, { HTTPS_PROXY: "http://user:word@proxy.corp:3128" }, `${proxy} by HTTPS_PROXY`],
  ];
  for (const [address, environment, expected] of table) {
    it(`${address} with ${JSON.stringify(environment)}: ${expected ?? "none"}`, () =>
      assert.equal(found(address, environment), expected));
  }

  for (const value of ["ftp://proxy", "http://", "http://user:word@", "not a proxy"]) {
    it(`refuses ${value}, without repeating it`, () =>
      assert.throws(() => proxyFor(nclue, { HTTPS_PROXY: value }), {
        message: "HTTPS_PROXY is not the address of a proxy like http://proxy.example:3128",
      }));
  }
});

describe("proxyFor: credentials", () => {
  for (const credentials of ["user:50%off", "u%ser:word", "user:%", "user:%ff", "u%:w%20d"]) {
    it(`refuses a % that encodes nothing, without repeating the value: ${credentials}`, () => {
      for (const scheme of ["http", "https", "socks5"]) {
        assert.throws(() => proxyFor(nclue, { ALL_PROXY: `${scheme}://${credentials}@x:1` }), {
          message: "ALL_PROXY has a % in its credentials that encodes nothing: write it as %25",
        });
      }
    });
  }

  for (const value of [
    "http://user:12#34@proxy.corp:3128",
    "http://user:12/34@proxy.corp",
    "http://user:12?34@proxy.corp",
    "http://user:wo#rd@proxy.corp:3128",
    "http://DOM\\user:word@proxy.corp",
    "user:12#34@proxy.corp:3128",
    "user:12://34@proxy.corp:3128",
    "socks5://user:12#34@proxy.corp:1080",
    "socks5://DOM\\user:word@proxy.corp:1080",
    "http:\\\\user:word@proxy.corp",
    "http://proxy.corp:3128/@user",
  ]) {
    it(`refuses what ends the credentials too early, without repeating the value: ${value}`, () =>
      assert.throws(() => proxyFor(nclue, { HTTPS_PROXY: value }), {
        message:
          "HTTPS_PROXY has a character in user or password that has to be encoded: " +
          "write # as %23, / as %2F, ? as %3F, % as %25, @ as %40 and \\ as %5C",
      }));
  }

  it("takes what is encoded", () =>
    assert.equal(
      found(nclue, { ALL_PROXY: "http://user:50%25off%21@proxy.corp:3128" }),
      `${proxy} by ALL_PROXY`,
    ));

  it("takes every character that would end them, where it is encoded, and a path", () =>
    assert.equal(
      found(nclue, { ALL_PROXY: "http://DOM%5Cuser:1%232%2F3%3F4%405@proxy.corp:3128/" }),
      `${proxy} by ALL_PROXY`,
    ));
});

describe("proxyFor: loopback", () => {
  for (const host of [
    "localhost",
    "LOCALHOST.",
    "nclue.localhost",
    "127.0.0.1",
    "127.8.9.10",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "0.0.0.0",
    "[::]",
  ]) {
    it(`never uses a proxy for ${host}`, () => {
      const environment = {
        HTTP_PROXY: proxy,
        HTTPS_PROXY: proxy,
        ALL_PROXY: proxy,
        NO_PROXY: "x",
      };
      for (const scheme of ["http", "https"]) {
        assert.equal(found(`${scheme}://${host}:4010`, environment), undefined);
      }
    });
  }

  for (const host of ["localhost.example", "mylocalhost", "[::ffff:10.1.2.3]", "128.0.0.1"]) {
    it(`uses a proxy for ${host}`, () =>
      assert.notEqual(found(`http://${host}`, { HTTP_PROXY: proxy }), undefined));
  }
});

describe("proxyFor: NO_PROXY", () => {
  const exempt: readonly (readonly [string, string, boolean])[] = [
    ["*", nclue, true],
    ["nclue.apigw.ntruss.com", nclue, true],
    ["NCLUE.apigw.ntruss.COM", nclue, true],
    ["ntruss.com", nclue, true],
    [".ntruss.com", nclue, true],
    ["*.ntruss.com", nclue, true],
    ["russ.com", nclue, false],
    ["nclue.apigw.ntruss.com.example", nclue, false],
    ["", nclue, false],
    ["example.com,ntruss.com", nclue, true],
    ["example.com, ntruss.com", nclue, true],
    ["example.com ntruss.com", nclue, true],
    [" , ntruss.com , ", nclue, true],
    ["ntruss.com:443", nclue, true],
    ["ntruss.com:8443", nclue, false],
    ["ntruss.com:8443", "https://nclue.apigw.ntruss.com:8443", true],
    ["nclue:80", "http://nclue", true],
    ["10.1.2.3", "https://10.1.2.3", true],
    ["10.1.2.3:7070", "http://10.1.2.3:7070", true],
    ["10.0.0.0/8", "https://10.1.2.3", true],
    ["10.0.0.0/8", "https://11.1.2.3", false],
    ["10.0.0.0/8", nclue, false],
    ["10.0.0.0/99", "https://10.1.2.3", false],
    ["2.3", "https://10.1.2.3", false],
    ["fd00::/8", "https://[fd12::1]", true],
    ["fd00::/8", "https://[fe80::1]", false],
    ["fd00::/8", "https://10.1.2.3", false],
    ["[fd12::1]", "https://[fd12::1]", true],
    ["fd12::1", "https://[fd12::1]", true],
    ["[fd12::1]:8443", "https://[fd12::1]:8443", true],
    ["fd00:0:0::1", "https://[fd00::1]", true],
    ["[FD00:0:0:0:0:0:0:1]:443", "https://[fd00::1]", true],
    ["fd00:0:0::2", "https://[fd00::1]", false],
    ["ntruss.com.", nclue, true],
    ["ntruss.com", "https://nclue.apigw.ntruss.com.", true],
  ];
  for (const [list, address, isExempt] of exempt) {
    it(`"${list}" ${isExempt ? "exempts" : "does not exempt"} ${address}`, () => {
      for (const variable of ["NO_PROXY", "no_proxy"]) {
        const environment = { ALL_PROXY: proxy, [variable]: list };
        assert.equal(found(address, environment) === undefined, isExempt);
      }
    });
  }
});
