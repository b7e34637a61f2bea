/** What a figure counts. Values are always in this base unit; `format.ts` makes them readable. */
export enum FigureUnit {
  /** A number of things: pods, shards, workers, requests. */
  COUNT = 'count',
  /** Active series, or heads (one head is one series in one TSDB). */
  SERIES = 'series',
  /** Samples in one request. */
  SAMPLES = 'samples',
  /** Samples a second. */
  SAMPLES_PER_SECOND = 'samples/s',
  /** Seconds. */
  SECONDS = 's',
  /** Bytes. */
  BYTES = 'bytes',
  /** CPU cores. */
  CORES = 'cores',
  /** A share or a factor. */
  RATIO = 'ratio',
  /** US dollars. */
  USD = 'USD',
  /** US dollars a month. */
  USD_PER_MONTH = 'USD/month',
}

/** One number of the plan, with what one needs to check it: unit, formula, reason and source. */
export interface Figure {
  /** The part of the platform that the figure belongs to, such as `senders`. */
  readonly part: string;
  /** Name of the figure; where a construct has a prop for it, the name of that prop. */
  readonly name: string;
  /** Unit of `planned` and `value`. */
  readonly unit: FigureUnit;
  /** What the formula gives. */
  readonly planned: number;
  /** What the workload needs of it, where the plan goes beyond, so that the figure is steady. @default - `planned` */
  readonly needed?: number;
  /** The number in force: `planned`, or what was set by hand. */
  readonly value: number;
  /** Whether `value` was set by hand, so that it won over `planned`. */
  readonly byHand: boolean;
  /** The formula, in names of other figures and constants. */
  readonly formula: string;
  /** The same formula with the numbers in place of the names, in base units. */
  readonly numbers: string;
  /** Why the figure is needed and why the formula has this form; one sentence. */
  readonly reason: string;
  /** Where the formula or its constant comes from. */
  readonly source: string;
}
