import assert from "node:assert/strict";
import { pages } from "./markdown";

/** What a reader of a guide does next: a command to type, or a text to copy into a file. */
export interface GuideStep {
  /** `console` for a command, otherwise the language of the block. */
  readonly language: string;
  /** The command, or the block. */
  readonly text: string;
  /** What the guide shows below a command. */
  readonly shown: string;
}

/** All commands and blocks of a page, in their order. */
export function guideSteps(document: string): readonly GuideStep[] {
  const page = pages().find(({ file }) => file === document);
  assert.ok(page, `there is no ${document}`);
  const blocks = [...page.text.matchAll(/^( *)```(\w+)\n([\s\S]*?)^ *```$/gm)];
  return blocks.flatMap(([, indent = "", language = "", block = ""]) => {
    const text = block.replaceAll(new RegExp(`^${indent}`, "gm"), "");
    return language === "console" ? commandsIn(text) : [{ language, text, shown: "" }];
  });
}

/** A line that begins with `$`, with the lines that a `\` joins to it, and what is printed below. */
function commandsIn(block: string): readonly GuideStep[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((typed) => {
      const [, text = "", shown = ""] = /^((?:.*\\\n)*.*)\n?([\s\S]*)$/.exec(typed) ?? [];
      return { language: "console", text, shown };
    });
}

/** The same as a pattern, in which `…` stands for anything within a line. */
export function patternOf(shown: string): RegExp {
  const parts = shown.trimEnd().split("…");
  return new RegExp(parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*"));
}
