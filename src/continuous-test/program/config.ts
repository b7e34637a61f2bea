/** What is read back: samples of an age, in one resolution. */
export interface ReadTarget {
  /** Seconds between the writing and the reading of a sample. */
  readonly age: number;
  /** Seconds of a downsampled point; 0 for the samples as they were written. */
  readonly resolution: number;
  /**
   * Samples that the merging of copies may have left out: in a row of one series, or of one downsampled point. 0 where copies are still
   * apart.
   */
  readonly mergeGap: number;
}

/** What the program is told by its file of configuration. Durations are in seconds. */
export interface TestConfig {
  /** Full URL of the remote-write handler. */
  readonly writeUrl: string;
  /** What stands before `/api/v1` in the URLs of the query API. */
  readonly queryUrl: string;
  /** Headers of every request to both, such as the tenant's. */
  readonly headers: Record<string, string>;
  /** Labels of every series, beside those that tell the series apart. */
  readonly labels: Record<string, string>;
  readonly series: number;
  /** Between two samples of a series. */
  readonly interval: number;
  /** How long a sample that the ring does not take is tried again. */
  readonly backlog: number;
  /** Between two reads of each age. */
  readonly checkInterval: number;
  /** How long samples must be missing before they count as lost. */
  readonly confirmLossAfter: number;
  /** Of one request. */
  readonly timeout: number;
  readonly reads: readonly ReadTarget[];
  /** `debug`, `info`, `warn` or `error`. */
  readonly logLevel: string;
  /** `logfmt` or `json`. */
  readonly logFormat: string;
}
