import assert from "node:assert/strict";
import { proxyCheck } from "../../../provider/src/cli/proxyCheck";

const proxy = "http://proxy.corp:3128";

describe("proxyCheck", () => {
  for (const variable of ["grpc_proxy", "https_proxy", "http_proxy"]) {
    it(`warns of ${variable}, and of no name in capitals`, () => {
      assert.match(proxyCheck({ [variable]: proxy })[0]?.text ?? "", new RegExp(variable));
      assert.deepEqual(proxyCheck({ [variable.toUpperCase()]: proxy }), []);
    });
  }

  it("goes by the first variable alone, and says nothing of a proxy that gRPC does not use", () => {
    assert.deepEqual(proxyCheck({ https_proxy: "https://proxy.corp", http_proxy: proxy }), []);
    for (const other of ["socks5://proxy.corp:1080", "proxy.corp:3128", ""]) {
      assert.deepEqual(proxyCheck({ https_proxy: other }), [], other);
    }
  });

  for (const [list, isExempt] of [
    ["127.0.0.1,localhost", true],
    ["localhost,127.0.0.1", true],
    ["localhost, 127.0.0.1", false],
    ["localhost 127.0.0.1", false],
    ["127.0.0.1:4010", false],
    ["localhost", false],
    ["*", false],
    [".0.0.1", true],
    ["127.0.0.0/8", true],
    ["10.0.0.0/8", false],
    ["127.0.0.0/99", false],
    ["0.0.0.0/0", false],
    ["", false],
  ] as const) {
    it(`${isExempt ? "says nothing" : "warns"} where no_proxy is "${list}"`, () =>
      assert.equal(proxyCheck({ http_proxy: proxy, no_proxy: list }).length === 0, isExempt));
  }

  it("takes no_grpc_proxy before no_proxy, and no name in capitals", () => {
    const [exempt, other] = ["127.0.0.1", "example.com"];
    const rows = (more: object) => proxyCheck({ http_proxy: proxy, ...more }).length;
    assert.equal(rows({ no_grpc_proxy: exempt, no_proxy: other }), 0);
    assert.equal(rows({ no_grpc_proxy: other, no_proxy: exempt }), 1);
    assert.equal(rows({ NO_PROXY: exempt }), 1);
  });

  it("asks for both spellings, without blanks", () =>
    assert.match(
      proxyCheck({ http_proxy: proxy })[0]?.remedy ?? "",
      /^set NO_PROXY=127\.0\.0\.1,localhost and no_proxy=127\.0\.0\.1,localhost, both without/,
    ));
});
