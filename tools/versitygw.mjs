import path from "node:path";
import { repositoryFolder } from "./folders.mjs";
import {
  fromCache,
  fromGoModule,
  fromPath,
  pinnedVersion,
  printedBy,
  provide,
} from "./provide.mjs";

const folder = path.join(repositoryFolder, "tools", "versitygw");
const version = pinnedVersion(folder, "github.com/versity/versitygw");
const program = `versitygw-${version}/bin/versitygw`;
const sources = [
  fromPath("versitygw", `install versitygw ${version}`, async (found, env) =>
    (await printedBy(found, ["--version"], env)) ? undefined : '"--version" fails',
  ),
  fromCache(program),
  fromGoModule({
    program,
    main: "github.com/versity/versitygw/cmd/versitygw",
    folder,
    ldflags: `-s -w -X main.Version=v${version}`,
    title: `Building versitygw ${version} with Go: about 90 s, once`,
  }),
];

/** The path of versitygw. @param {import("./provide.mjs").Context} context */
export async function provideVersitygw(context) {
  return await provide(
    "versitygw (the S3 server that stands in for Object Storage)",
    sources,
    context,
  );
}
