import { clamp } from './arithmetic';
import * as c from './constants';
import { Load } from './load';
import { calc, Calculation } from './sheet';

/** A query as the planner imagines it. */
export interface QueryLoad {
  /** Series that a usual query touches. */
  readonly series: number;
  /** Samples of one series within the range of a query. */
  readonly samplesPerSeries: number;
  /** The same two as formulas. */
  readonly text: { readonly series: Calculation; readonly samplesPerSeries: Calculation };
}

/** What a usual query of this workload touches; a heavy one touches `HEAVY_QUERY_FACTOR` times the series. */
export function queryLoad({ activeSeries, queryRange, scrapeInterval }: Load): QueryLoad {
  const { QUERY_SERIES_SHARE, QUERY_SERIES_MIN, QUERY_SERIES_MAX } = c;
  return {
    series: clamp(activeSeries * QUERY_SERIES_SHARE, QUERY_SERIES_MIN, QUERY_SERIES_MAX),
    samplesPerSeries: queryRange / scrapeInterval,
    text: {
      series: calc`min(${{ QUERY_SERIES_MAX }}, max(${{ QUERY_SERIES_MIN }}, ${{ activeSeries }} × ${{ QUERY_SERIES_SHARE }}))`,
      samplesPerSeries: calc`${{ queryRange }} ÷ ${{ scrapeInterval }}`,
    },
  };
}
