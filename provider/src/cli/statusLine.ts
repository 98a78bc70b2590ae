import type { Screen } from "./cli";
import { cutLine } from "./table";

const ERASE_TO_LINE_END = "\u001b[K";

/**
 * A screen whose last line may be one that is drawn over itself: it gives way to whatever is printed.
 * To be shown on a terminal only.
 */
export class StatusLine implements Screen {
  private isShown = false;

  constructor(private readonly screen: Screen) {}

  get isTerminal(): boolean {
    return this.screen.isTerminal;
  }

  get columns(): number {
    return this.screen.columns;
  }

  get rows(): number {
    return this.screen.rows;
  }

  get paint(): Screen["paint"] {
    return this.screen.paint;
  }

  write(text: string): void {
    this.clear();
    this.screen.write(text);
  }

  show(text: string): void {
    this.isShown = true;
    const line = cutLine(text, this.columns - 1);
    this.screen.write(`\r${this.paint("dim", line)}${ERASE_TO_LINE_END}`);
  }

  clear(): void {
    if (this.isShown) this.screen.write(`\r${ERASE_TO_LINE_END}`);
    this.isShown = false;
  }
}
