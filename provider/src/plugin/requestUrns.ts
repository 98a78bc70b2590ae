import { createRequire } from "node:module";

/**
 * The URN of the resource that a read or a delete is about, by its id. The engine sends it, but the
 * SDK hands only the id on, and what the state could remember goes stale with an alias or a rename
 * of the stack. The SDK asks a request for its id at the latest right before it calls the provider:
 * that is the moment to note the URN. Only the very first read of a process is asked before anything
 * of ours is loaded: its warnings stand on the stack, and its progress is not shown.
 */
export function noteRequestUrns(): (id: string) => string | undefined {
  const urns = new Map<string, string>();
  const fromSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
  const { DeleteRequest, ReadRequest } = fromSdk(
    "@pulumi/pulumi/proto/provider_pb",
  ) as typeof import("@pulumi/pulumi/proto/provider_pb");
  for (const { prototype } of [DeleteRequest, ReadRequest]) {
    const { getId } = prototype;
    prototype.getId = function (this: { getUrn(): string }) {
      const id = getId.call(this);
      urns.set(id, this.getUrn());
      return id;
    };
  }
  return (id) => urns.get(id);
}
