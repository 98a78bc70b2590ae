import type { Environment } from "./ports";
import type { Profile } from "./profiles";

const SITES = { gov: "government", fin: "financial" } as const;

/**
 * A sentence about what names NAVER Cloud's government or financial site, which have keys of their
 * own: the profile that the keys came from, `NCLOUD_API_GW`, or NCLUE's address.
 */
export function otherSite(
  endpoint: string,
  environment: Environment,
  profile: Profile | undefined,
): string | undefined {
  const places: readonly (readonly [string, string | undefined])[] = [
    ["nclue:endpoint (NCLUE_ENDPOINT)", endpoint],
    ["NCLOUD_API_GW", environment.NCLOUD_API_GW],
    ["NCLOUD_SITE", environment.NCLOUD_SITE],
    ...Object.entries(profile ?? {})
      .filter(([name]) => !/key/.test(name))
      .map(([name, value]) => [`the profile's ${name}`, value] as const),
  ];
  for (const [place, value = ""] of places) {
    const [, site] =
      /\b(gov|fin)-(?:ntruss|ncloud|ncloudstorage)\b/i.exec(value) ??
      /^\s*(gov|fin)[a-z]*\s*$/i.exec(value) ??
      [];
    if (site === undefined) continue;
    const name = SITES[site.toLowerCase() as keyof typeof SITES];
    return `${place} names the ${name} site, and NCLUE is on the public site only`;
  }
  return undefined;
}
