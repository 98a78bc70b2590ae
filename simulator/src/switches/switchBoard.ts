import { type Switches, type SwitchName, switchTable } from "./switchTable";

/** The switches of one simulator. */
export interface SwitchBoard {
  read(): Switches;
  /** Changes some switches at once. @throws TypeError naming the first unknown name or value */
  set(changes: Partial<Switches>): void;
  /** Puts every switch back to where it was at the start. */
  reset(): void;
}

const defaults = Object.fromEntries(
  Object.entries(switchTable).map(([name, entry]) => [name, entry.byDefault]),
) as Switches;

export function createSwitchBoard(initial: Partial<Switches> = {}): SwitchBoard {
  checkSwitches(initial);
  const atStart: Switches = { ...defaults, ...initial };
  let current = atStart;
  return {
    read: () => current,
    set(changes) {
      checkSwitches(changes);
      current = { ...current, ...changes };
    },
    reset() {
      current = atStart;
    },
  };
}

function checkSwitches(changes: Partial<Switches>): void {
  for (const [name, value] of Object.entries(changes)) {
    const entry = Object.hasOwn(switchTable, name) ? switchTable[name as SwitchName] : undefined;
    if (!entry) throw new TypeError(`setting switch ${name}: there is no such switch`);
    if (!entry.allows(value)) {
      throw new TypeError(
        `setting switch ${name} to ${JSON.stringify(value)}: must be ${entry.accepts}`,
      );
    }
  }
}
