/** A workload in plain numbers: seconds, bytes, series, samples a second. Every value is valid. */
export interface Load {
  /** Series of the scrape jobs. */
  readonly activeSeries: number;
  /** These and those of the platform itself, if it is scraped: what everything is planned for. */
  readonly totalSeries: number;
  /** Seconds. */
  readonly scrapeInterval: number;
  /** One sender replica's samples a second over all shards: `totalSeries ÷ scrapeInterval`. */
  readonly samplesPerSecond: number;
  /** Share of the active series that is replaced in an hour. */
  readonly churnPerHour: number;
  /** Seconds. */
  readonly outage: number;
  /** Seconds. */
  readonly drain: number;
  /** Seconds. */
  readonly retentionRaw: number;
  /** Seconds. */
  readonly retention5m: number;
  /** Seconds. */
  readonly retention1h: number;
  readonly bytesPerSample: number;
  readonly targets: number;
  readonly largestTargetSeries: number;
  readonly queriesPerSecond: number;
  /** Seconds. */
  readonly queryRange: number;
  readonly concurrentQueries: number;
  /** Seconds. */
  readonly latency: number;
  /** Seconds. */
  readonly latencyUnderLoad: number;
  readonly prices: LoadPrices;
}

/** Prices in US dollars. */
export interface LoadPrices {
  readonly storedGibMonth: number;
  readonly millionClassA: number;
  readonly millionClassB: number;
  readonly vcpuMonth: number;
  readonly memoryGibMonth: number;
}
