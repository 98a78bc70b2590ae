import assert from "node:assert/strict";
import { withWalk } from "../support/guideWalk";

const keys = [
  "NCLOUD_ACCESS_KEY",
  "NCLOUD_SECRET_KEY",
  "NCLOUD_ACCESS_KEY_ID",
  "NCLOUD_SECRET_ACCESS_KEY",
  "NCLOUD_PROFILE",
];

describe("A walk through keys and rights", () => {
  it("takes the keys of the file that the guide shows, and those of the profile that is named", () =>
    withWalk("keys-and-rights", { unset: keys }, async (n) => {
      const { buckets, copies, does } = n;
      assert.match((await does("npx pulumi-nclue doctor", "failed")).output, /no keys found/);
      copies("ini", "home/.ncloud/configure", {
        fill: {
          "= another access key": `= ${buckets.accessKey}`,
          "= its secret key   ;": `= ${buckets.secretKey}   ;`,
        },
      });
      const other = await does("npx pulumi-nclue doctor", "failed");
      assert.match(other.output, /\.ncloud\/configure/);
      assert.match(other.output, /refused|401/);
      const prod = await does("NCLOUD_PROFILE=acme.prod npx pulumi-nclue doctor");
      assert.match(prod.output, /acme\.prod/);
      const both = "NCLOUD_PROFILE=acme.prod NCLOUD_ACCESS_KEY=x NCLOUD_SECRET_KEY=y";
      await does(`${both} npx pulumi-nclue doctor`, "failed");
    }));
});
