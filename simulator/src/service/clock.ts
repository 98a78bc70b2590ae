/** The two times of the stand-in: the service's own, which tests change, and the gateway's. */
export interface Clock {
  /** Milliseconds since 1970 as the service sees it: every status is computed from this. */
  now(): number;
  /**
   * Milliseconds since 1970 by the source itself. The gateway compares signatures with it, so that a
   * client on real time is still let in while the service runs sixty times as fast.
   */
  sourceNow(): number;
  /** Moves the service's time forward at once, frozen or not. */
  advance(ms: number): void;
  set(settings: Partial<ClockSettings>): void;
  settings(): ClockSettings;
}

export interface ClockSettings {
  /** Service milliseconds for one millisecond of the source. @default 1 */
  readonly speed: number;
  /** Whether the service's time moves by {@link Clock.advance} only. @default false */
  readonly frozen: boolean;
}

export interface ClockOptions extends Partial<ClockSettings> {
  /** Where time comes from; give a test's own clock here. @default Date.now */
  readonly source?: () => number;
  /** The service's time at the start, in milliseconds since 1970. @default the source's time */
  readonly startAtMs?: number;
}

export function createClock(options: ClockOptions = {}): Clock {
  const source = options.source ?? Date.now;
  let speed = options.speed ?? 1;
  let frozen = options.frozen ?? false;
  // Time is a straight line through an anchor; each change of slope sets a new anchor.
  let anchorSourceMs = source();
  let anchorServiceMs = options.startAtMs ?? anchorSourceMs;

  const now = (): number =>
    frozen ? anchorServiceMs : anchorServiceMs + (source() - anchorSourceMs) * speed;

  const setAnchor = (serviceMs: number): void => {
    anchorServiceMs = serviceMs;
    anchorSourceMs = source();
  };

  return {
    now,
    sourceNow: source,
    advance(ms) {
      if (!(ms >= 0 && Number.isFinite(ms))) {
        throw new RangeError(`advancing the clock by ${ms}: time only goes forward`);
      }
      setAnchor(now() + ms);
    },
    set(settings) {
      if (settings.speed !== undefined && !(settings.speed >= 0)) {
        throw new RangeError(`setting the clock's speed to ${settings.speed}: must be 0 or more`);
      }
      setAnchor(now());
      speed = settings.speed ?? speed;
      frozen = settings.frozen ?? frozen;
    },
    settings: () => ({ speed, frozen }),
  };
}
