/** What stands for a secret value in a text. */
const MASK = "[secret]";
/** A shorter value is masked only where it stands alone: it may be a part of any word. */
const SHORTEST_PART = 4;

/**
 * The secret values that this process has met, and how to keep them out of texts. The service and
 * Object Storage repeat what they are asked for, in messages and in keys, so every text that leaves
 * the process passes through here.
 */
export class SecretMask {
  private readonly values = new Map<string, RegExp>();

  /** Takes in every text and number within a value. */
  add(value: unknown): void {
    if (typeof value === "string") this.addText(value);
    else if (typeof value === "number") this.addText(String(value));
    else if (typeof value === "object" && value !== null) {
      for (const inner of Object.values(value)) this.add(inner);
    }
  }

  /** The text with each secret value in it replaced. */
  mask(text: string): string {
    let masked = text;
    for (const pattern of this.values.values()) masked = masked.replace(pattern, MASK);
    return masked;
  }

  /** A value may be repeated trimmed, without slashes at its ends, or encoded for an address. */
  private addText(text: string): void {
    const bare = text.trim().replace(/^\/+|\/+$/g, "");
    const forms = [text, bare, bare.replace(/\/+/g, "/"), bare.normalize("NFC")];
    for (const form of forms) {
      this.addForm(form);
      this.addForm(encodeURI(wellFormed(form)));
      this.addForm(encodeURIComponent(wellFormed(form)));
      this.addForm(JSON.stringify(form).slice(1, -1));
    }
    this.sort();
  }

  private addForm(form: string): void {
    if (form.trim() === "" || this.values.has(form)) return;
    const escaped = form.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const pattern =
      form.length < SHORTEST_PART ? `(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])` : escaped;
    this.values.set(form, new RegExp(pattern, "giu"));
  }

  /** Longest first, so that a value within another leaves nothing of it behind. */
  private sort(): void {
    const sorted = [...this.values].sort(([a], [b]) => b.length - a.length);
    this.values.clear();
    for (const [form, pattern] of sorted) this.values.set(form, pattern);
  }
}

/** A lone surrogate cannot be encoded. */
function wellFormed(text: string): string {
  return text.toWellFormed();
}
