/** The kinds of personal data that the guide names, as far as a pattern can find them. */
const patterns: readonly RegExp[] = [
  // E-mail address
  /[\w.+-]+@[\w-]+\.[\w.-]*\w/,
  // Mobile number
  /(?<!\d)01[016-9][- ]?\d{3,4}[- ]?\d{4}(?!\d)/,
  // Resident registration number: a date of birth, then seven digits
  /(?<!\d)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])-?[1-8]\d{6}(?!\d)/,
  // Driving licence
  /(?<!\d)\d{2}-\d{2}-\d{6}-\d{2}(?!\d)/,
  // Payment card
  /(?<!\d)\d{4}-\d{4}-\d{4}-\d{4}(?!\d)/,
  // Passport
  /\b[DGMORS]\d{8}\b/,
];

export function holdsPersonalData(text: string): boolean {
  return patterns.some((pattern) => pattern.test(text));
}
