import type { ProgramName } from '../images';

/** A flag that a table of the checks knows. */
export interface FlagRow {
  readonly program: ProgramName;
  readonly flag: string;
  /** Components that it concerns. @default - all of the program */
  readonly components?: string[];
}

/** Rows of several flags of which the same is to be said. */
export const flagRows = <R>(program: ProgramName, flags: string[], row: R) => flags.map(flag => ({ program, flag, ...row }));
