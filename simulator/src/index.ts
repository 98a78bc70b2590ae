export type { AccountOptions, KeyAccess, KeyPair } from "./gateway/accounts";
export { defaultAccount } from "./gateway/accounts";
export type { Fault, FaultAnswer, FaultMatch, ScriptedFault } from "./levers/faults";
export type { HeldRequest } from "./levers/holds";
export type { ListChange } from "./levers/listChanges";
export type { LoggedRequest } from "./levers/requestLog";
export type {
  CustomAttributesSeed,
  FeatureSeed,
  Seed,
  Seeds,
  ShoppingIntentSeed,
  TaskRunSeed,
  TaskSeed,
} from "./levers/seeds";
export type { ClockOptions, ClockSettings } from "./service/clock";
export { familyNames } from "./service/families";
export type { FamilyName } from "./service/family";
export type { Plan, StageMs } from "./service/job";
export type { GatewayCode } from "./service/serviceError";
export type { Status } from "./service/status";
export type { JobView, Simulator } from "./simulator";
export { type SimulatorOptions, startSimulator } from "./startSimulator";
export type { ResultStore } from "./storage/resultStore";
export type { StorageOptions } from "./storage/s3ResultStore";
export { type Switches, type SwitchName, switchTable } from "./switches/switchTable";
