/** What one run showed. */
export interface Seen {
  /** What was observed, with figures; a sentence without its full stop. */
  readonly text: string;
  /** Whether it is the harm that the trap is about. */
  readonly harm: boolean;
}

/** A rule that is broken on purpose, so that it is known to hold for the versions that we ship. */
export interface Trap {
  readonly name: string;
  /** What has to be so, and what happens otherwise. */
  readonly rule: string;
  /** Who says so. */
  readonly source: string;
  /** What is changed in what our constructs print. */
  readonly how: string;
  /** What we do about it: a default, a check, or nothing yet. */
  readonly ours: string;
  /** Runs with the rule broken. */
  readonly broken: () => Promise<Seen>;
  /** Runs as our constructs print it. @default - there is nothing to run: the harm itself is the proof */
  readonly right?: () => Promise<Seen>;
}

/** Traps that belong together. */
export interface Family {
  readonly name: string;
  readonly traps: readonly Trap[];
}

/** A trap that cannot be shown with a few processes on one machine. */
export interface UnshownTrap {
  readonly name: string;
  readonly rule: string;
  readonly reason: string;
}

/** Waits. */
export const sleep = (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds));
