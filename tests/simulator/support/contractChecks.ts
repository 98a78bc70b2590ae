import assert from "node:assert/strict";
import type { Reply } from "./client";

export function assertRefused(reply: Reply): void {
  assert.ok(reply.status >= 400 && reply.status < 500, `${reply.status} ${reply.text}`);
  assert.notEqual(reply.text, "");
}

export function assertStatusWord(status: unknown): void {
  const words = ["registered", "pending", "in_progress", "completed", "complete", "failed"];
  assert.ok(words.includes(String(status)), String(status));
}

/** The create pages print one word, all others the other. */
export function assertSuccessWord(status: unknown): void {
  assert.ok(["completed", "complete"].includes(String(status)), String(status));
}

export function assertTexts(json: Record<string, unknown>, fields: readonly string[]): void {
  for (const field of fields) {
    assert.equal(typeof json[field], "string", field);
    assert.notEqual(json[field], "", field);
  }
}

/** ISO 8601; only one sample shows an offset, so none is asked for. */
export function assertTimestamps(json: Record<string, unknown>, fields: readonly string[]): void {
  for (const field of fields) {
    assert.match(String(json[field]), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/, field);
  }
}

/** Answers repeat what was sent, but separate keywords by commas. */
export function assertEchoes(
  json: Record<string, unknown>,
  request: Readonly<Record<string, string>>,
): void {
  for (const [field, sent] of Object.entries(request)) {
    if (field === "keyword_set") {
      const keywords = String(json[field]).split(",");
      assert.deepEqual(keywords.map((word) => word.trim()).sort(), sent.split("\n").sort());
    } else {
      assert.equal(json[field], sent, field);
    }
  }
}
