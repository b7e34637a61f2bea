/**
 * What the load generator serves, known on both sides: by the program in the pod, and by the accounting that reads it back.
 *
 * Each answer to a scrape has a serial number, and each sample of that answer carries it in its value, beside the index of its series.
 * So a sample alone tells which series it must be of, in which answer it was given and when; a copy that is lost, doubled, moved to another
 * series or to another time cannot pass for a right one.
 */

/** Name of the metric; labels: `index`, `group`, `generation` on those that churn, `filler_…`. */
export const METRIC = 'generator_value';

/** Series of one `group`, which a query asks for at once. */
export const GROUP_SIZE = 100;

/** Series that one pod can serve: index and serial number share the 53 bits of a float that are exact. */
export const MAX_SERIES = 2 ** 21;

const SERIALS = 2 ** 32;
/** Serial numbers count tenths of a second from here; 32 bits last for 13 years. */
const EPOCH = Date.UTC(2026, 0, 1);
const TICK = 100;

/** The shape of the load of one pod. */
export interface Load {
  /** Series of each answer. */
  readonly series: number;
  /** How many of them, the first ones, change a label every so often. */
  readonly churning: number;
  /** Seconds between two such changes. */
  readonly churnEvery: number;
  /** Further labels of each series, to give it the size of a usual one. */
  readonly fillers: number;
}

/** The serial number of an answer at a time; milliseconds since 1970. */
export const serialAt = (time: number): number => Math.floor((time - EPOCH) / TICK);

/** When an answer with a serial number was given, to a tenth of a second; milliseconds since 1970. */
export const timeOf = (serial: number): number => EPOCH + serial * TICK;

/** The value of a series in an answer. */
export const valueOf = (index: number, serial: number): number => index * SERIALS + serial;

/** The serial number that a value of a series carries; undefined when no answer can have had this value in that series. */
export function serialOf(index: number, value: number): number | undefined {
  const serial = value - index * SERIALS;
  return Number.isInteger(serial) && serial >= 0 && serial < SERIALS ? serial : undefined;
}

/** The label `generation` of a series that churns. */
export const generationOf = (load: Load, serial: number): string => String(Math.floor(serial * TICK / 1000 / load.churnEvery));

/** All labels of a series in an answer. */
export function labelsOf(load: Load, index: number, serial: number): Record<string, string> {
  return {
    index: String(index),
    group: String(Math.floor(index / GROUP_SIZE)),
    ...(index < load.churning ? { generation: generationOf(load, serial) } : {}),
    ...Object.fromEntries(fillerNames(load).map(name => [name, `${name}-of-series-${index}`])),
  };
}

/** Names of all labels that a series may have. */
export const labelNames = (load: Load): string[] => ['index', 'group', ...(load.churning > 0 ? ['generation'] : []), ...fillerNames(load)];

const fillerNames = ({ fillers }: Load): string[] => Array.from({ length: fillers }, (_, number) => `filler_${number}`);

/** An answer to a scrape, as the generator remembers it. */
export interface Answer {
  readonly serial: number;
  /** Address of the one who asked. */
  readonly sender: string;
  /** What it calls itself; Prometheus says `Prometheus/<version>`. */
  readonly userAgent: string;
}

/** What one process of the generator remembers; `GET /scrapes`. */
export interface Life {
  readonly load: Load;
  /** Start of the process; milliseconds since 1970. */
  readonly started: number;
  /** When this was told; milliseconds since 1970. */
  readonly now: number;
  /** When it stopped answering, if it was told to stop; milliseconds since 1970. */
  readonly stopped?: number;
  /** Answers that left the process whole, oldest first. */
  readonly answers: Answer[];
}
