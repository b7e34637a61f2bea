import type { Usage } from './measure';

/** What was measured of one case, beside the same objects through bare cdk8s. */
export interface Measured {
  readonly name: string;
  readonly family?: string;
  readonly size?: number;
  readonly objects: number;
  /** As a process. */
  readonly platform: Usage;
  readonly floor: Usage;
  /** Milliseconds of a run within a warm process. */
  readonly warmPlatform: number;
  readonly warmFloor: number;
}

/** A promise about the time of a synth, and whether it was kept. */
export interface Verdict {
  readonly budget: string;
  readonly found: string;
  readonly kept: boolean;
}

/** Wall time of a process beside bare cdk8s. */
const TIMES_FLOOR = 1.15;
const BEYOND_FLOOR = 50;

/** Milliseconds of wall for one more of something. */
const PER_PIECE: Record<string, number> = { 'store shards': 2 };

/**
 * Growth counts as linear while a piece between 10 and 100 costs no more than this many times one between 1 and 10 (or one through bare
 * cdk8s, which is linear, for the first ten are too few to be measured well), and this many milliseconds.
 */
const TIMES_LINEAR = 2;
const BEYOND_LINEAR = 0.1;

const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;

export function judge(all: Measured[]): Verdict[] {
  const families = [...new Set(all.flatMap(({ family }) => family ?? []))];
  return [...all.map(besideFloor), ...families.flatMap(family => growth(family, all.filter(measured => measured.family === family)))];
}

function besideFloor({ name, platform, floor }: Measured): Verdict {
  const limit = TIMES_FLOOR * floor.wall + BEYOND_FLOOR;
  return { budget: `${name}: at most ${TIMES_FLOOR} × floor + ${BEYOND_FLOOR} ms = ${ms(limit)}`, found: ms(platform.wall), kept: platform.wall <= limit };
}

function growth(family: string, measured: Measured[]): Verdict[] {
  if (measured.length < 3) {
    return [];
  }
  const [one, ten, hundred] = measured;
  const piece = (from: Measured, to: Measured, of: (of: Measured) => number) => (of(to) - of(from)) / (to.size! - from.size!);
  const inProcess = ({ warmPlatform }: Measured) => warmPlatform;
  const [early, late] = [piece(one, ten, inProcess), piece(ten, hundred, inProcess)];
  const bare = piece(ten, hundred, ({ warmFloor }) => warmFloor);
  const limit = TIMES_LINEAR * Math.max(early, bare) + BEYOND_LINEAR;
  const wall = piece(one, hundred, ({ platform }) => platform.wall);
  return [
    { budget: `${family}: linear, a further one costs at most ${ms(limit)}`, found: `${ms(late)} (of the first ten ${ms(early)}, bare ${ms(bare)})`, kept: late <= limit },
    ...(family in PER_PIECE ? [{ budget: `${family}: at most ${ms(PER_PIECE[family])} each, as a process`, found: ms(wall), kept: wall <= PER_PIECE[family] }] : []),
  ];
}
