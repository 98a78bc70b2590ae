/**
 * Which jobs of an update wait for their turn: those that the engine has checked and not yet asked for,
 * and new ones that only the program knows of so far.
 */
export class Turns {
  /** By URN, whether the state holds nothing of it. */
  private readonly checked = new Map<string, boolean>();
  /** New jobs that the program has declared, as the latest check was told. */
  private declared = 0;
  private readonly begun = new Set<string>();

  /** @param isWhole whether the engine will ask for all that the program declares */
  constructor(private readonly isWhole: boolean) {}

  /** @param declared the new jobs that the program has declared so far */
  check(urn: string, isNew: boolean, declared: number): void {
    this.checked.set(urn, isNew);
    if (this.isWhole) this.declared = Math.max(this.declared, declared);
  }

  /** The job no longer waits. */
  take(urn: string): void {
    if (this.checked.get(urn) === true) this.begun.add(urn);
    this.checked.delete(urn);
  }

  isWaiting(urn: string): boolean {
    return this.checked.has(urn);
  }

  get waiting(): number {
    const isNew = [...this.checked.values()];
    const checkedNew = isNew.filter(Boolean).length;
    const declaredNew = this.declared - this.begun.size;
    return isNew.length - checkedNew + Math.max(checkedNew, declaredNew);
  }
}
