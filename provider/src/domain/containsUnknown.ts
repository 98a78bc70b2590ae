/** Tells the engine's mark for "known after the update" from a value. */
export type IsUnknown = (value: unknown) => boolean;

export function containsUnknown(value: unknown, isUnknown: IsUnknown): boolean {
  if (isUnknown(value)) return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((inner) => containsUnknown(inner, isUnknown));
}
