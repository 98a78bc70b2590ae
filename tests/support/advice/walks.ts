import { endWalks } from "./endWalks";
import { lifecycleWalks } from "./lifecycleWalks";
import { serviceWalks } from "./serviceWalks";
import type { Walk } from "./walk";

/** By layer and text of the remedy, as `remedies.ts` names it. */
export const walks: Readonly<Record<string, Walk>> = {
  ...lifecycleWalks,
  ...endWalks,
  ...serviceWalks,
};
