/** What stands for a secret value in a text. */
const MASK = "[secret]";
/** A shorter value is masked only where it stands alone: it may be a part of any word. */
const SHORTEST_PART = 4;
/** Where messages cut what is too long for them (`kernel/text.ts` and its callers). */
const CUTS = [59, 79, 299, 1999];

/**
 * The secret values that this process has met, and how to keep them out of texts. The service and
 * Object Storage repeat what they are asked for, in messages and in keys, so every text that leaves
 * the process passes through here.
 */
export class SecretMask {
  private readonly forms = new Set<string>();
  private pattern: RegExp | undefined;

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
    if (this.forms.size === 0) return text;
    this.pattern ??= patternOf(this.forms);
    return text.replace(this.pattern, MASK);
  }

  /** A value may be repeated trimmed, without slashes at its ends, or encoded for an address. */
  private addText(text: string): void {
    const bare = text.trim().replace(/^\/+|\/+$/g, "");
    const tidy = bare.replace(/\/+/g, "/");
    for (const form of [text, bare, tidy, bare.normalize("NFC"), bare.normalize("NFD")]) {
      const wellFormed = form.toWellFormed(); // a lone surrogate cannot be encoded
      this.addForm(form);
      this.addForm(encodeURI(wellFormed));
      this.addForm(encodeURIComponent(wellFormed));
      this.addForm(JSON.stringify(form).slice(1, -1));
    }
  }

  /** A message may cut a long value before it comes here. */
  private addForm(form: string): void {
    if (form.trim() === "" || this.forms.has(form)) return;
    const beginnings = CUTS.filter((cut) => cut < form.length).map((cut) => form.slice(0, cut));
    for (const each of [form, ...beginnings]) this.forms.add(each);
    this.pattern = undefined;
  }
}

/** Longest first, so that a value within another leaves nothing of it behind. */
function patternOf(forms: ReadonlySet<string>): RegExp {
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map(patternOfForm).join("|"), "giu");
}

function patternOfForm(form: string): string {
  const escaped = form.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  return form.length < SHORTEST_PART ? `(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])` : escaped;
}
