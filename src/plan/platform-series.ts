import { ceil } from './arithmetic';
import * as c from './constants';
import { Figure, FigureUnit } from './figure';
import { Load } from './load';
import { calc, Sheet } from './sheet';

/**
 * Adds the series of the platform's own programs to those of the scrape jobs.
 *
 * They follow from the workload, and not from the pods that are planned, for these follow from all series.
 */
export function planPlatformSeries(load: Load, monitored: boolean, part = 'workload'): { load: Load; figures: Figure[] } {
  const sheet = new Sheet<'platformSeries' | 'totalSeries'>(part, {});
  const { activeSeries, scrapeInterval } = load;
  const { PLATFORM_SERIES, PLATFORM_SERIES_SHARE } = c;
  const platformSeries = sheet.figure('platformSeries', {
    unit: FigureUnit.SERIES,
    value: monitored ? ceil(PLATFORM_SERIES + PLATFORM_SERIES_SHARE * activeSeries) : 0,
    how: monitored ? calc`ceil(${{ PLATFORM_SERIES }} + ${{ PLATFORM_SERIES_SHARE }} × ${{ activeSeries }})` : calc`0`,
    reason: monitored
      ? 'Each pod of the platform is scraped as well; the smallest platform has fifteen, and more series need more of them.'
      : 'Nothing scrapes the platform itself.',
    source: c.SOURCE.rig,
  });
  const totalSeries = sheet.figure('totalSeries', {
    unit: FigureUnit.SERIES,
    value: activeSeries + platformSeries,
    how: calc`${{ activeSeries }} + ${{ platformSeries }}`,
    reason: 'Everything that is scraped; all else is planned for it.',
    source: c.SOURCE.sum,
  });
  return { load: { ...load, totalSeries, samplesPerSecond: totalSeries / scrapeInterval }, figures: sheet.figures };
}
