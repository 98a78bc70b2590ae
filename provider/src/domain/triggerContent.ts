/** How Pulumi marks an asset, and an archive, in the values that it hands to a provider. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const KINDS: Readonly<Record<string, string>> = {
  c44067f5952c0a294b673a41bacd8c17: "asset",
  "0def7320c3a5731c473e5ecbe6d01bc7": "archive",
};

/**
 * Triggers with the content of assets and archives in place of where that lies: the same file in
 * another folder is no change.
 */
export function triggerContent(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(triggerContent);
  const { [SIGNATURE]: signature, hash } = value as Readonly<Record<string, unknown>>;
  const kind = typeof signature === "string" ? KINDS[signature] : undefined;
  if (kind !== undefined && typeof hash === "string" && hash !== "") return { [kind]: hash };
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, triggerContent(inner)]),
  );
}
