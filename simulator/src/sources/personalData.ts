interface Kind {
  readonly pattern: RegExp;
  /** Whether what the pattern finds may be meant; it is, where this is left out. */
  readonly isPlausible?: (found: string) => boolean;
}

/** The kinds of personal data that the guide names, as far as a pattern can find them. */
const kinds: readonly Kind[] = [
  // E-mail address
  { pattern: /[\w.+-]+@[\w-]+\.[\w.-]*\w/g },
  // Mobile number, as it is dialled at home or from abroad
  { pattern: /(?<!\d|\d\.)(\+82[-. ]?0?|0)10[-. ]?\d{4}[-. ]?\d{4}(?!\d)/g },
  { pattern: /(?<!\d|\d\.)(\+82[-. ]?0?|0)1[16-9][-. ]?\d{3,4}[-. ]?\d{4}(?!\d)/g },
  // Resident registration number: a date of birth, then seven digits
  { pattern: /(?<!\d)\d{6}[- ]?[1-8]\d{6}(?!\d)/g, isPlausible: isResidentNumber },
  // Driving licence
  { pattern: /(?<!\d)\d{2}-\d{2}-\d{6}-\d{2}(?!\d)/g },
  // Payment card in groups of four digits
  { pattern: /(?<!\d)\d{4}([- ])\d{4}\1\d{4}\1\d{4}(?!\d)/g },
  // Payment card without separators
  { pattern: /(?<!\d)[3-69]\d{15}(?!\d)/g, isPlausible: isCardNumber },
  // Passport: eight digits, or seven and a letter; a date is none
  { pattern: /\b[DGMORS](?!(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01]))\d{8}\b/gi },
  { pattern: /\b[DGMORS]\d{3}[A-Z]\d{4}\b/gi },
];

export function holdsPersonalData(text: string): boolean {
  return kinds.some(({ pattern, isPlausible = () => true }) =>
    (text.match(pattern) ?? []).some(isPlausible),
  );
}

/** Since 2020 the last digits are drawn by lot, so that no check digit can be asked for. */
function isResidentNumber(found: string): boolean {
  const digits = [...found].filter((character) => /\d/.test(character)).map(Number);
  if (!isDateOfBirth(digits)) return false;
  if (found.includes("-")) return true;
  // Thirteen digits that begin with 1 are rather a time in milliseconds.
  return digits[0] !== 1;
}

/** The seventh digit says the century, by pairs: 1 and 2, and for foreigners 5 and 6, are the 1900s. */
function isDateOfBirth(digits: readonly number[]): boolean {
  const [year = 0, month = 0, day = 0] = [0, 2, 4].map((at) =>
    Number(digits.slice(at, at + 2).join("")),
  );
  const century = [1, 2, 5, 6].includes(digits[6] ?? 0) ? 1900 : 2000;
  const date = new Date(Date.UTC(century + year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** By Luhn's check digit. */
function isCardNumber(found: string): boolean {
  const doubled = [...found].map((digit, at) => Number(digit) * (at % 2 === 0 ? 2 : 1));
  const sum = doubled.reduce((all, number) => all + (number > 9 ? number - 9 : number), 0);
  return sum % 10 === 0;
}
