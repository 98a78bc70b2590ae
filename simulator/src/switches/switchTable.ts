import { answerSwitches } from "./answerSwitches";
import { effectSwitches, resultSwitches } from "./effectSwitches";
import { errorSwitches } from "./errorSwitches";
import { gatewaySwitches } from "./gatewaySwitches";
import { listSwitches } from "./listSwitches";
import { requestSwitches } from "./requestSwitches";

/**
 * What no document of NCLUE settles, one switch each. The default is the reading that seems likeliest;
 * a client should live with every other one too. Times are in milliseconds of the service's clock
 * unless a comment says otherwise.
 */
export const switchTable = {
  ...errorSwitches,
  ...gatewaySwitches,
  ...requestSwitches,
  ...listSwitches,
  ...answerSwitches,
  ...effectSwitches,
  ...resultSwitches,
};

export type SwitchName = keyof typeof switchTable;

/** The position of every switch. */
export type Switches = {
  readonly [Name in SwitchName]: (typeof switchTable)[Name]["byDefault"];
};
