import type { Screen } from "./cli";

const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";
const ERASE_TO_LINE_END = "\u001b[K";
const ERASE_BELOW = "\u001b[J";

/**
 * A block of lines that is drawn over itself. Its lines must be narrower than the screen and fewer
 * than its rows, or the terminal wraps and scrolls what cannot be drawn over any more.
 */
export class LiveScreen {
  private drawnLines = 0;

  constructor(private readonly screen: Screen) {}

  draw(text: string): void {
    const lines = text.split("\n");
    const up = this.drawnLines === 0 ? HIDE_CURSOR : `\r\u001b[${this.drawnLines}A`;
    const body = lines.map((line) => `${line}${ERASE_TO_LINE_END}\n`).join("");
    // One write for a whole frame, or a slow line shows half of it.
    this.screen.write(`${up}${body}${ERASE_BELOW}`);
    this.drawnLines = lines.length;
  }

  /** The last frame stays. */
  close(): void {
    if (this.drawnLines > 0) this.screen.write(SHOW_CURSOR);
  }
}
