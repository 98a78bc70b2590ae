import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describeCopiedExamples } from "./copiedExamples";
import { describeEmptyProjects } from "./emptyProjects";
import { type Packs, packPackages } from "./packageManagers";
import { describePackedFiles } from "./packedFiles";

// Packed once: compiling and packing takes longer than most of what is tried with it.
const folder = mkdtempSync(path.join(os.tmpdir(), "nclue-install-"));
let provider = "";
const packs: Packs = { folder, provider: () => provider };

describe("the packages that npm run pack makes", () => {
  before(async () => {
    provider = await packPackages(folder);
  });
  after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

  describe("as files", () => describePackedFiles(packs));
  describe("installed into an empty project", () => describeEmptyProjects(packs));
  describe("in an example that is copied out of the clone", () => describeCopiedExamples(packs));
});
