import assert from "node:assert/strict";
import * as protocol from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { liveInstancesOf } from "../../../provider/src/plugin/liveInstances";
import { noteRequests } from "../../../provider/src/plugin/requestFacts";

const prefix = "urn:pulumi:dev::project::";
const urn = `${prefix}pulumi-nodejs:dynamic/nclue:TaskRun::scores`;
const foreignUrn = `${prefix}pulumi-nodejs:dynamic/nclue:TaskRun$pulumi-nodejs:dynamic:Resource::mine`;
const nothing = { urn: undefined, timeoutMs: undefined, isPreview: undefined };

function readRequest(id: string, ofUrn = urn): protocol.ReadRequest {
  const request = new protocol.ReadRequest();
  request.setId(id);
  request.setUrn(ofUrn);
  request.setProperties(Struct.fromJavaScript({ runId: id }));
  return request;
}

function createRequest(ofUrn: string, seconds: number): protocol.CreateRequest {
  const request = new protocol.CreateRequest();
  request.setUrn(ofUrn);
  request.setTimeout(seconds);
  request.setProperties(Struct.fromJavaScript({ taskId: "t" }));
  return request;
}

const propertiesOf = (request: { getProperties(): Struct | undefined }): object =>
  request.getProperties()?.toJavaScript() ?? assert.fail();

describe("the facts of a request", () => {
  // The SDK does this before it loads any provider.
  const first = readRequest("first");
  const firstValues = propertiesOf(first);
  const foreign = readRequest("foreign", foreignUrn);
  const facts = noteRequests();

  it("are found for the first of a process too, which came before us", () => {
    assert.equal(facts.urnOf("first"), urn);
    assert.equal(foreign.getId(), "foreign");
    assert.equal(first.getId(), "first");
  });

  it("are those of the values that the verb is called with, however many run at once", () => {
    const requests = [1, 2, 3].map((n) => createRequest(`${urn}-${n}`, n));
    const values = requests.map(propertiesOf);
    for (const [index, each] of [...values.entries()].reverse()) {
      assert.deepEqual(facts.requestOf(each), {
        urn: `${urn}-${index + 1}`,
        timeoutMs: (index + 1) * 1000,
        isPreview: false,
      });
    }
  });

  it("have no time-out where the user set none, and no preview flag where there is none", () => {
    const update = new protocol.UpdateRequest();
    update.setUrn(urn);
    update.setPreview(true);
    update.setNews(Struct.fromJavaScript({}));
    const news = update.getNews()?.toJavaScript() ?? {};
    assert.deepEqual(facts.requestOf(news), { urn, timeoutMs: undefined, isPreview: true });
    const check = new protocol.CheckRequest();
    check.setUrn(urn);
    check.setNews(Struct.fromJavaScript({}));
    const checked = check.getNews()?.toJavaScript() ?? {};
    assert.deepEqual(facts.requestOf(checked), {
      urn,
      timeoutMs: undefined,
      isPreview: undefined,
    });
  });

  it("keep parts of a second, and take the inputs of a read that has no properties", () => {
    assert.equal(facts.requestOf(propertiesOf(createRequest(urn, 1.5))).timeoutMs, 1500);
    const read = new protocol.ReadRequest();
    read.setUrn(urn);
    read.setId("got");
    read.setInputs(Struct.fromJavaScript({ a: 1 }));
    const inputs = read.getInputs()?.toJavaScript() ?? {};
    assert.equal(facts.requestOf(inputs).urn, urn);
    assert.equal(facts.urnOf("got"), urn);
  });

  it("are unknown for any other object, also for a copy", () => {
    const values = propertiesOf(createRequest(urn, 1));
    assert.deepEqual(facts.requestOf({ ...values }), nothing);
    assert.deepEqual(facts.requestOf({}), nothing);
  });

  it("leave alone what belongs to others, also an id that one of our jobs has", () => {
    const before = readRequest("same", `${prefix}pulumi-nodejs:dynamic:Resource::theirs`);
    assert.deepEqual(facts.requestOf(propertiesOf(before)), nothing);
    assert.equal(facts.urnOf("same"), undefined);
    assert.deepEqual(Object.keys(before.getProperties() ?? {}).includes("toJavaScript"), false);
    propertiesOf(readRequest("same"));
    propertiesOf(readRequest("same", foreignUrn));
    assert.equal(facts.urnOf("same"), urn);
  });

  it("follow an alias or a rename: what the engine said last counts", () => {
    propertiesOf(readRequest("moved"));
    propertiesOf(readRequest("moved", `${urn}-renamed`));
    assert.equal(facts.urnOf("moved"), `${urn}-renamed`);
  });

  it("keep no request and no values alive", () => {
    assert.ok(firstValues);
    const count = () => liveInstancesOf(protocol.CreateRequest.prototype).length;
    const before = count();
    for (let n = 0; n < 100; n++) propertiesOf(createRequest(urn, n));
    assert.equal(count(), before);
  });
});
