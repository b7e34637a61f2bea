import { ceil, clamp } from './arithmetic';
import * as c from './constants';
import { FigureUnit } from './figure';
import { Load } from './load';
import { calc, Calculated, Sheet } from './sheet';

/** Figures of a usual query, which the parts that answer queries lean on. */
export type QueryLoadKey = 'seriesPerQuery' | 'samplesPerSeries';

/** Series that one request may touch before a store gateway refuses it. */
export function seriesAllowed(seriesPerQuery: number): Calculated {
  const { REQUEST_SERIES_FACTOR, STORE_SERIES_LIMIT_MIN, STORE_SERIES_LIMIT_MAX } = c;
  return {
    value: ceil(clamp(REQUEST_SERIES_FACTOR * seriesPerQuery, STORE_SERIES_LIMIT_MIN, STORE_SERIES_LIMIT_MAX)),
    how: calc`ceil(min(${{ STORE_SERIES_LIMIT_MAX }}, max(${{ STORE_SERIES_LIMIT_MIN }}, ${{ REQUEST_SERIES_FACTOR }} × ${{ seriesPerQuery }})))`,
  };
}

/** Records what a usual query touches; a heavy one touches `HEAVY_QUERY_FACTOR` times the series. */
export function planQueryLoad(sheet: Sheet<QueryLoadKey>, { totalSeries, queryRange, scrapeInterval }: Load) {
  const { QUERY_SERIES_SHARE, QUERY_SERIES_MIN, QUERY_SERIES_MAX } = c;
  const seriesPerQuery = sheet.figure('seriesPerQuery', {
    unit: FigureUnit.SERIES,
    value: ceil(clamp(totalSeries * QUERY_SERIES_SHARE, QUERY_SERIES_MIN, QUERY_SERIES_MAX)),
    how: calc`ceil(min(${{ QUERY_SERIES_MAX }}, max(${{ QUERY_SERIES_MIN }}, ${{ totalSeries }} × ${{ QUERY_SERIES_SHARE }})))`,
    reason: 'A usual panel shows one metric of one service; a heavy one is planned for with ten times as many.',
    source: c.SOURCE.derivation,
  });
  const samplesPerSeries = sheet.figure('samplesPerSeries', {
    unit: FigureUnit.SAMPLES,
    value: ceil(queryRange / scrapeInterval),
    how: calc`ceil(${{ queryRange }} ÷ ${{ scrapeInterval }})`,
    reason: 'What one series brings into a usual query.',
    source: c.SOURCE.derivation,
  });
  return { seriesPerQuery, samplesPerSeries };
}
