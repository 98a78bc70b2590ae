import type { Environment } from "./ports";
import type { Profile } from "./profiles";

/** The part of a host that only the other sites have, and the words for them. */
const OTHER_HOST = /\b(gov|fin)-(?:ntruss|ncloud|ncloudstorage)\b/i;
const SITES: Readonly<Record<string, string>> = {
  gov: "government",
  government: "government",
  fin: "financial",
  financial: "financial",
};
/** What may stand beside a site's word: `public-gov`, `KR-GOV`. */
const BESIDE = ["public", "pub", "kr", "korea", "ncloud", "naver", "ncp", "site"];

export interface SettingsOfSite {
  readonly endpoint: string;
  readonly objectStorageEndpoint: string;
}

/** The profile that the keys came from. */
export interface NamedProfile {
  readonly section?: string | undefined;
  readonly profile?: Profile | undefined;
}

/**
 * A sentence about what names NAVER Cloud's government or financial site, which have keys of their
 * own: the addresses, what NAVER's own tools read, and the profile that the keys came from.
 */
export function otherSite(
  { endpoint, objectStorageEndpoint }: SettingsOfSite,
  environment: Environment,
  { section = "", profile = {} }: NamedProfile,
): string | undefined {
  const places: readonly (readonly [string, string | undefined])[] = [
    ["nclue:endpoint (NCLUE_ENDPOINT)", endpoint],
    ["nclue:objectStorageEndpoint (NCLOUD_OBS_ENDPOINT)", objectStorageEndpoint],
    ["NCLOUD_API_GW", environment.NCLOUD_API_GW],
    ["NCLOUD_SITE", environment.NCLOUD_SITE],
    [`the profile [${section}]`, section],
    ...Object.entries(profile)
      .filter(([name]) => !/key/.test(name))
      .map(([name, value]) => [`the profile's ${name}`, value] as const),
  ];
  for (const [place, value = ""] of places) {
    const site = siteOf(value.trim().toLowerCase());
    if (site === undefined) continue;
    return `${place} names the ${site} site, and NCLUE is on the public site only`;
  }
  return undefined;
}

function siteOf(text: string): string | undefined {
  const host = OTHER_HOST.exec(text)?.[1];
  if (host !== undefined) return SITES[host];
  const words = text.split(/[-_.\s]+/);
  const [site, ...others] = words.filter((word) => !BESIDE.includes(word));
  if (site === undefined || others.length > 0 || !Object.hasOwn(SITES, site)) return undefined;
  return SITES[site];
}
