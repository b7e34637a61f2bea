import type { Account } from '../harness/accounting';
import { KnownLimit } from '../harness/results';

/** Scrapes from one sample to the next where merging has left out two between them, and some of a third for twins that scrape at different times. */
const LONGEST_GAP = 4;

/**
 * Judges what is there where copies may have become one.
 * @param interval - milliseconds between two scrapes
 * @throws KnownLimit when samples are missing in such short gaps as merging leaves; an error when a gap is longer, or a sample is wrong
 */
export function judgeMerged({ expected, lost, wrong, wrongExamples, longestGap }: Account, interval: number): void {
  if (wrong > 0) throw new Error(`${wrong} samples are wrong: ${wrongExamples.join(' ')}`);
  if (lost === 0) return;
  const missing = `${lost} of ${expected} samples are missing`;
  if (longestGap * 1000 > LONGEST_GAP * interval) throw new Error(`${missing}, and for ${longestGap} s there is none: that is longer than merging leaves out.`);
  throw new KnownLimit(`${missing}, though the copies had them, and nowhere more than two scrapes in a row. Where one copy has a gap, as after a restart of an ingestor or of a sender, `
    + 'Thanos goes on with another one, and first leaves out up to two scrapes that the others have; the compactor makes one of the copies in the same way '
    + '(--deduplication.func=penalty, which twins need). Thanos 0.42.4 has nothing against it: github.com/thanos-io/thanos/issues/7807.');
}
