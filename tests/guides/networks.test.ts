import assert from "node:assert/strict";
import { withWalk } from "../support/guideWalk";
import { testProxy } from "../support/testProxy";
import { tlsFront } from "../support/tlsFront";

describe("A walk through networks", () => {
  it("goes through the proxy, and trusts the company's certificate when it is told to", () =>
    withWalk("networks", {}, async (n) => {
      const { simulator, writes, types, does } = n;
      const servicePort = Number(new URL(simulator.endpoint).port);
      const front = await tlsFront(servicePort, { names: ["nclue.test"] });
      const proxy = await testProxy({ port: front.port });
      try {
        await does("export NCLUE_ENDPOINT=https://nclue.test/api/v1");
        await types("export HTTPS_PROXY=", {
          fill: { "http://proxy.example:3128": proxy.address },
        });
        await types("export NO_PROXY=");
        await types("export no_proxy=");
        const inspected = await does("npx pulumi-nclue tasks", "failed");
        assert.match(inspected.output, /its issuer is unknown/);
        assert.match(inspected.output, /NODE_EXTRA_CA_CERTS/);
        writes("company-root.pem", front.certificate);
        await types("export NODE_EXTRA_CA_CERTS=", {
          fill: { "/etc/ssl/certs/company-root.pem": `${n.folder}/company-root.pem` },
        });
        assert.match((await does("npx pulumi-nclue tasks")).output, /churn/);
        assert.deepEqual([...new Set(proxy.asked)], ["CONNECT nclue.test:443"]);
        const { output } = await does("npx pulumi-nclue doctor");
        assert.ok(output.includes(proxy.address.replace("http://", "")), output);
      } finally {
        proxy.close();
        front.close();
      }
    }));
});
