import { Duration, Size } from 'cdk8s';
import { addWriter, findingsOf, TestBucket } from './parts';
import { Severity } from '../../src/core/findings';
import { decide } from '../../src/plan/context';
import { planRing } from '../../src/plan/ring';
import { Workload } from '../../src/plan/workload';
import { Compactor, CompactorProps } from '../../src/store';
import { fixture } from '../fixture';

function findings(severity: Severity, props: Partial<CompactorProps>, writer?: Parameters<typeof addWriter>[2]): string[] {
  const { chart } = fixture();
  // One ring, whatever the workload: the plan would spread it.
  decide(chart, { ring: planRing((props.workload ?? Workload.of({ activeSeries: 100_000 }))._load, { senderReplicas: 2 }, { rings: 1 }) });
  const bucket = new TestBucket(chart, 'blocks');
  new Compactor(chart, 'compactor', { bucket, ...props });
  if (writer) {
    addWriter(bucket, 'ring', writer);
  }
  return findingsOf(chart, severity);
}

const days = (raw: number, fiveMinutes = 30, hour = 30) =>
  ({ retentionRaw: Duration.days(raw), retention5m: Duration.days(fiveMinutes), retention1h: Duration.days(hour) });

describe('retention', () => {
  test('too short for the next resolution', () => {
    expect(findings(Severity.ERROR, { ...days(1, 9, 9) })).toEqual([
      'compactor-retention-too-short: \'retentionRaw\' is 1d, below 1d16h: it would be deleted before samples of 5 minutes are made from it, and Thanos refuses to start. '
      + 'Raise it, or set \'disableDownsampling\'.',
      'compactor-retention-too-short: \'retention5m\' is 9d, below 10d: it would be deleted before samples of 1 hour are made from it, and Thanos refuses to start. '
      + 'Raise it, or set \'disableDownsampling\'.',
    ]);
    expect(findings(Severity.ERROR, { ...days(1, 9, 9), disableDownsampling: true })).toEqual([]);
  });

  test('tight', () => {
    expect(findings(Severity.WARNING, days(2, 12, 12))).toEqual([
      'compactor-retention-tight: \'retentionRaw\' is 2d, below 3d: blocks that are a little late are deleted before samples of 5 minutes are made from them. Raise it.',
      'compactor-retention-tight: \'retention5m\' is 12d, below 16d: blocks that are a little late are deleted before samples of 1 hour are made from them. Raise it.',
    ]);
    expect(findings(Severity.WARNING, days(3, 16, 16))).toEqual([]);
  });

  test('of a coarse resolution that ends first', () => {
    expect(findings(Severity.WARNING, days(90, 30, 90))).toEqual([
      'compactor-coarse-retention-shorter: \'retentionRaw\' is 90d, \'retention5m\' 30d, \'retention1h\' 90d: a coarser resolution that ends earlier leaves holes in graphs '
      + 'that ask for it. Let each be at least as long as the finer one.',
    ]);
  });

  test('that differs is noted', () => {
    expect(findings(Severity.NOTE, days(30, 90, 365))).toEqual([
      'compactor-retentions-differ: \'retentionRaw\' is 30d, \'retention5m\' 90d, \'retention1h\' 365d: one cannot zoom into data whose finer samples are gone, and downsampling '
      + 'saves no space by itself. Equal ones are the usual choice.',
    ]);
    expect(findings(Severity.NOTE, days(30))).toEqual([]);
  });
});

describe('more than one compactor can do', () => {
  test('an index that Thanos does not merge', () => {
    const workload = Workload.of({ activeSeries: 9e6, scrapeInterval: Duration.seconds(15), churnPerHour: 0.2 });
    expect(findings(Severity.WARNING, { workload, compactConcurrency: 3 })).toEqual([
      'compactor-index-too-large: The index of a block of two weeks would have 125 GiB, but Thanos merges blocks only up to 54.4 GiB: blocks stay small and many, and samples of 1 hour '
      + 'do not come about. Spread the series over more rings.',
    ]);
  });

  test('more work than a day has', () => {
    const workload = Workload.of({ activeSeries: 9e6, scrapeInterval: Duration.seconds(2), churnPerHour: 0 });
    expect(findings(Severity.WARNING, { workload, compactConcurrency: 1 }).filter(finding => finding.startsWith('compactor-falls'))).toEqual([
      'compactor-falls-behind: A day\'s blocks take 1d4h48m of work, but \'compactConcurrency\' 1 has 1d a day: the compactor falls behind for ever. Raise it, up to 3, or spread '
      + 'the series over more rings.',
    ]);
  });

  test('a volume below the plan', () => {
    expect(findings(Severity.WARNING, { storageSize: Size.gibibytes(1) })).toEqual([
      expect.stringMatching(/^below-plan: 'storageSize' is 1 GiB, but this workload needs [\d.]+ GiB: Each worker has the blocks that it merges and the one that it writes on disk;/),
    ]);
  });
});

describe('merging', () => {
  const twins = () => [{ name: 'receive_replica', on: 'blocks' }, { name: 'tenant_id', on: 'blocks' }] as const;

  test('of copies that the selection tears apart', () => {
    expect(findings(Severity.ERROR, { streamLabels: { tenant_id: 'a' } }, { replicaLabels: () => [...twins()], streamLabels: { tenant_id: 'a' } })).toEqual([
      'compactor-selects-replica-label: \'streamLabels\' selects blocks by \'tenant_id\', which tells copies of a series apart: this compactor would see one copy only, and never '
      + 'merge them. Select by a label that differs between rings.',
    ]);
  });

  test('switched off keeps every copy', () => {
    expect(findings(Severity.WARNING, { verticalCompaction: false }, { replicaLabels: () => [...twins()] })).toEqual([
      'compactor-keeps-copies: \'verticalCompaction\' is false, so the bucket keeps a copy of every series for each value of \'receive_replica\' and \'tenant_id\', for ever. '
      + 'Leave it on, unless the copies are wanted.',
    ]);
  });

  test('switched off halts at late samples', () => {
    expect(findings(Severity.ERROR, { verticalCompaction: false }, { outOfOrderTimeWindow: 5400 })).toEqual([
      'compactor-halts-at-late-samples: \'verticalCompaction\' is false, but \'monitoring/ring\' takes samples up to 1h30m late, whose blocks overlap with others: the compactor would '
      + 'halt at the first of them. Leave \'verticalCompaction\' on, or set \'outOfOrderTimeWindow\' to 0.',
    ]);
    expect(findings(Severity.ERROR, { verticalCompaction: false, streamLabels: { ring: '0' } }, { outOfOrderTimeWindow: 5400, streamLabels: { ring: '1' } })).toEqual([]);
  });
});
