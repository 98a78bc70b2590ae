import { argumentScenarios } from "./argumentScenarios";
import { barrierScenarios } from "./barrierScenarios";
import { createScenarios } from "./createScenarios";
import { deleteScenarios } from "./deleteScenarios";
import { importScenarios } from "./importScenarios";
import { parentScenarios } from "./parentScenarios";
import type { Scenario } from "./parts";
import { resultScenarios } from "./resultScenarios";
import { stateScenarios } from "./stateScenarios";
import { waitScenarios } from "./waitScenarios";

export const scenarios: Readonly<Record<string, Scenario>> = {
  ...argumentScenarios,
  ...stateScenarios,
  ...waitScenarios,
  ...resultScenarios,
  ...deleteScenarios,
  ...createScenarios,
  ...parentScenarios,
  ...importScenarios,
  ...barrierScenarios,
};
