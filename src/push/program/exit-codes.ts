/** Exit codes of the program that pushes, as in sysexits.h: the Job tells by them that to run once more would not help. */
export const EXIT = { refused: 65, unreachable: 75 } as const;
