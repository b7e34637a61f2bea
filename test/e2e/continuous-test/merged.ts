import { compact, DAY, fill, history, HOUR, MINUTE, readDay, SERIES, withQuery } from './past';
import type { Report } from '../../programs/report';
import { Lab } from '../traps/lab';

const MEMBERS = [0, 1, 2];
const INTERVAL = 15;
/** As ingestors upload them. */
const BLOCK_HOURS = 2;
/** The range that blocks must have to be downsampled. */
const RANGE = 48 * HOUR;
/** Samples that no member has, in one series, in a row, twice a day. */
const LOST = 8;
/** Samples that merging may leave out: of raw ones in a row, and of a downsampled point. */
const READS = [{ resolution: 0, mergeGap: 2 }, { resolution: 300, mergeGap: 6 }];

/** Whether a member lacks a sample: once a day it is restarted, three minutes after the one before; and some nobody has. */
function lacks(member: number, index: number, time: number): boolean {
  const ofDay = time % DAY;
  const restart = 3 * HOUR + (MEMBERS.length - member) * 3 * MINUTE;
  const lost = [9 * HOUR, 18 * HOUR + 47 * MINUTE];
  return (ofDay >= restart && ofDay < restart + MINUTE) || (index === 1 && lost.some(begin => ofDay >= begin && ofDay < begin + LOST * INTERVAL));
}

/**
 * Three ingestors that are restarted one after the other, and what becomes of their blocks: all that was accepted is there while the copies
 * are apart; merged, some is not, and is told from what is lost.
 */
export async function checkMerged(report: Report): Promise<void> {
  for (const senders of [2, 1]) await checkMergedOf(report, senders);
}

/** Only twins need the function that leaves samples out. */
function checkMergedOf(report: Report, senders: number): Promise<void> {
  return Lab.with({ prometheus: { replicas: senders } }, async lab => {
    // A whole range, and enough after it that it counts as past.
    const end = Math.floor((Date.now() / 1000 - DAY) / RANGE) * RANGE;
    const past = { from: end - RANGE, to: end + 4 * HOUR, interval: INTERVAL };
    for (const member of MEMBERS) {
      const labels = { receive_replica: `platform-receive-ingestor-${member}`, tenant_id: 'continuous-test' };
      await fill(lab, history(past, (index, time) => lacks(member, index, time)), BLOCK_HOURS, labels);
    }
    const expected = JSON.stringify({ checked: DAY / INTERVAL * SERIES, lost: 2 * LOST, mergedAway: 0, wrong: 0 });
    await withQuery(lab, async url => {
      const counted = JSON.stringify(await readDay(url, INTERVAL, end, { resolution: 0, mergeGap: 0 }));
      report.answer(`a day of copies that are apart, of ${senders} senders: ${counted}`, counted === expected ? undefined : `expected ${expected}`);
    });
    const copies = new Set((await compact(lab)).map(({ thanos }) => JSON.stringify(thanos.labels)));
    report.answer('copies have become one', copies.size === 1 ? undefined : [...copies].join(' '));
    await withQuery(lab, async url => {
      for (const target of READS) {
        const counted = await readDay(url, INTERVAL, end, target);
        const isRight = counted.mergedAway > 0 === senders > 1 && JSON.stringify({ ...counted, mergedAway: 0 }) === expected;
        report.answer(`a day of merged copies in the resolution ${target.resolution} s: ${JSON.stringify(counted)}`, isRight ? undefined : `expected ${expected}, and ${senders > 1 ? 'some' : 'none'} that were merged away`);
      }
    });
  });
}
