import type { UnshownTrap } from './trap';

/** Traps that need more than a few processes on one machine, with the reason. */
export const UNSHOWN: readonly UnshownTrap[] = [];
