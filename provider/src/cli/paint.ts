import { styleText } from "node:util";
import type { Environment } from "../kernel/ports";

export type Colour = "bold" | "dim" | "green" | "red" | "yellow" | "cyan";
export type Paint = (colour: Colour, text: string) => string;

/** Colours on a terminal only, and never where `NO_COLOR` holds anything (https://no-color.org). */
export function paintFor(isTerminal: boolean, environment: Environment): Paint {
  const isPlain = !isTerminal || (environment.NO_COLOR ?? "") !== "" || environment.TERM === "dumb";
  return isPlain
    ? (_, text) => text
    : (colour, text) => styleText(colour, text, { validateStream: false });
}

export function paintStatus(paint: Paint, text: string): string {
  switch (text) {
    case "completed":
      return paint("green", text);
    case "failed":
    case "gone":
      return paint("red", text);
    case "in_progress":
      return paint("cyan", text);
    default:
      return paint("yellow", text);
  }
}
