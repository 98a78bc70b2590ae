import { printable } from "./text";

/** What stands for a secret value in a text. */
const MASK = "[secret]";
/** Whether a secret value was taken out of a text. */
export function isMasked(text: unknown): boolean {
  return typeof text === "string" && text.includes(MASK);
}

/** A shorter value is masked only where it stands alone: it may be a part of any word. */
const SHORTEST_PART = 4;
/** What a message puts where it cuts a text that is too long for it. */
const CUT = "…";

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
    return this.withoutBeginnings(text.replace(this.pattern, MASK));
  }

  /** A message may have cut a text in the middle of a value. */
  private withoutBeginnings(text: string): string {
    const pieces = text.split(CUT);
    const last = pieces.pop() ?? "";
    return [...pieces.map((piece) => this.withoutBeginning(piece)), last].join(CUT);
  }

  private withoutBeginning(piece: string): string {
    const lengths = [...this.forms].map((form) => lengthOfBeginning(piece, form));
    const length = Math.max(...lengths);
    return length === 0 ? piece : piece.slice(0, -length) + MASK;
  }

  /** A value may be repeated trimmed, without slashes at its ends, or as an address or a document spells it. */
  private addText(text: string): void {
    const bare = text.trim().replace(/^\/+|\/+$/g, "");
    const tidy = bare.replace(/\/+/g, "/");
    for (const form of [text, bare, tidy, bare.normalize("NFC"), bare.normalize("NFD")]) {
      for (const spelled of spellingsOf(form)) this.addForm(spelled);
    }
  }

  private addForm(form: string): void {
    if (form.trim() === "" || this.forms.has(form)) return;
    this.forms.add(form);
    this.pattern = undefined;
  }
}

/** A text as messages, addresses, forms, JSON and XML spell it. */
function spellingsOf(text: string): readonly string[] {
  const wellFormed = text.toWellFormed(); // a lone surrogate cannot be encoded
  const json = JSON.stringify(text).slice(1, -1);
  return [
    text,
    printable(text, Number.POSITIVE_INFINITY),
    encodeURI(wellFormed),
    encodeURIComponent(wellFormed),
    wellFormed.split("/").map(encodeURIComponent).join("/"),
    new URLSearchParams([["", text]]).toString().slice(1),
    json,
    json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${hex(unit)}`),
    text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character),
  ];
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

function hex(unit: string): string {
  return unit.charCodeAt(0).toString(16).padStart(4, "0");
}

/** How much of a value a text ends with, from the value's beginning on; 0 where it is too little to tell. */
function lengthOfBeginning(text: string, form: string): number {
  const [end, value] = [text.toLowerCase(), form.toLowerCase()];
  for (let length = Math.min(end.length, value.length - 1); length >= SHORTEST_PART; length--) {
    if (end.endsWith(value.slice(0, length))) return length;
  }
  return 0;
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
