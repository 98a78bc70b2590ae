import { createRequire } from "node:module";

const SDK = require.resolve("@pulumi/pulumi/package.json");
const PROTOCOL = "@pulumi/pulumi/proto/provider_pb";

/**
 * The URN of the resource that a read or a delete is about, by its id. The engine sends it, but the
 * SDK hands only the id on, and what the state could remember goes stale with an alias or a rename
 * of the stack. The SDK asks a request for its id at the latest right before it calls the provider:
 * that is the moment to note the URN. Only the very first read of a process is asked before anything
 * of ours is loaded; it is looked for among the requests that are still alive.
 */
export function noteRequestUrns(): (id: string) => string | undefined {
  const urns = new Map<string, string>();
  const { DeleteRequest, ReadRequest } = createRequire(SDK)(
    PROTOCOL,
  ) as typeof import("@pulumi/pulumi/proto/provider_pb");
  for (const { prototype } of [DeleteRequest, ReadRequest]) {
    const { getId } = prototype;
    prototype.getId = function (this: { getUrn(): string }) {
      const id = getId.call(this);
      urns.set(id, this.getUrn());
      return id;
    };
  }
  let hasMissed = false;
  return (id) => {
    if (!urns.has(id) && !hasMissed) {
      hasMissed = true;
      askLiveReadsForTheirIds();
    }
    return urns.get(id);
  };
}

/** Only the debugger's protocol finds objects that nobody hands on; it takes some 50 ms. */
function askLiveReadsForTheirIds(): void {
  // Node can be built without its inspector.
  const inspector: typeof import("node:inspector") | undefined =
    process.getBuiltinModule("node:inspector");
  if (inspector === undefined) return;
  const session = new inspector.Session();
  session.connect();
  const protocol = `process.getBuiltinModule("module").createRequire(${JSON.stringify(SDK)})("${PROTOCOL}")`;
  const expression = `${protocol}.ReadRequest.prototype`;
  // Within one process the answers come before the calls return.
  session.post("Runtime.evaluate", { expression }, (_, evaluated) => {
    const prototypeObjectId = evaluated?.result.objectId;
    if (prototypeObjectId === undefined) return;
    session.post("Runtime.queryObjects", { prototypeObjectId }, (_, found) => {
      session.post("Runtime.callFunctionOn", {
        objectId: found?.objects.objectId,
        functionDeclaration: "function () { for (const request of this) request.getId(); }",
      });
    });
  });
  session.disconnect();
}
