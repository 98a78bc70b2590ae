import { resolveSettings, type Settings } from "../../provider/src/kernel/settings";

export const TEST_KEYS = { accessKey: "AK_CANARY_1b7", secretKey: "SK_CANARY_9f3" } as const;

/** Settings as a plugin with this environment would have them. */
export function settingsOf(environment: Readonly<Record<string, string>> = {}): Settings {
  return resolveSettings({
    config: () => undefined,
    environment: {
      NCLOUD_ACCESS_KEY: TEST_KEYS.accessKey,
      NCLOUD_SECRET_KEY: TEST_KEYS.secretKey,
      ...environment,
    },
    profiles: () => undefined,
  });
}
