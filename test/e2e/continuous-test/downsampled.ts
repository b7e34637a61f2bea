import { compact, DAY, fill, history, HOUR, MINUTE, readDay, SERIES, withQuery } from './past';
import type { Report } from '../../programs/report';
import { Lab } from '../traps/lab';

/** Of 20 days, as the compactor has them after some weeks. */
const BLOCK_HOURS = 500;
/** Ages in days, and resolutions in seconds, at which a day is read. */
const DEPTHS = [[5, 0], [20, 0], [5, 300], [20, 300], [20, HOUR]] as const;

/** Seconds of the samples that are missing in one series, one of each pair at the end of a downsampled point; and of whole points. */
function lostAt(today: number): number[] {
  const twentyDaysAgo = [5 * HOUR + MINUTE, 6 * HOUR, 2 * HOUR + MINUTE, 2 * HOUR + 2 * MINUTE].map(before => today - 20 * DAY - before);
  const points = Array.from({ length: 200 }, (_, minute) => today - 5 * DAY - 12 * HOUR + minute * MINUTE);
  return [...twentyDaysAgo, today - 5 * DAY - 11 * MINUTE, ...points];
}

/** Downsampled history: each sample is looked for once, and each that is missing is found, at the ends of points too. */
export function checkDownsampled(report: Report): Promise<void> {
  return Lab.with({}, async lab => {
    const today = Math.floor(Date.now() / 1000 / DAY) * DAY;
    const past = { from: today - 34 * DAY, to: today - 2 * DAY, interval: MINUTE, restart: today - 14 * DAY + 50 * MINUTE };
    const lost = new Set(lostAt(today));
    // A label that no compaction removes: these are blocks that have been merged.
    await fill(lab, history(past, (index, time) => index === 1 && lost.has(time)), BLOCK_HOURS, { receive_ring: '0' });
    const resolutions = (await compact(lab)).map(({ thanos }) => thanos.downsample.resolution);
    report.answer('there are downsampled blocks', resolutions.includes(300_000) && resolutions.includes(3_600_000) ? undefined : resolutions.join(', '));
    await withQuery(lab, async url => {
      for (const [days, resolution] of DEPTHS) {
        const end = today - days * DAY;
        const shown = JSON.stringify(await readDay(url, MINUTE, end, { resolution, mergeGap: 0 }));
        const ofDay = lostAt(today).filter(time => time >= end - DAY && time < end).length;
        const expected = JSON.stringify({ checked: DAY / MINUTE * SERIES, lost: ofDay, mergedAway: 0, wrong: 0 });
        report.answer(`a day of ${days} days ago in the resolution ${resolution} s: ${shown}`, shown === expected ? undefined : `expected ${expected}`);
      }
    });
  });
}
