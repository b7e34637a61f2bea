import { Duration } from 'cdk8s';
import { addWriter, findingsOf, TestBucket } from './parts';
import { Severity } from '../../src/core/findings';
import { Compactor, CompactorProps, StoreGateway, StoreGatewayProps } from '../../src/store';
import { argsOf, errorsOf, fixture } from '../fixture';

function parts(gateways: Record<string, Partial<StoreGatewayProps>>, compactor?: Partial<CompactorProps>) {
  const { app, chart } = fixture();
  const bucket = new TestBucket(chart, 'blocks');
  Object.entries(gateways).forEach(([id, props]) => new StoreGateway(chart, id, { bucket, ...props }));
  if (compactor) {
    new Compactor(chart, 'compactor', { bucket, ...compactor });
  }
  return { app, chart, bucket };
}

describe('blocks that are marked for deletion', () => {
  const delayOf = (compactor?: Partial<CompactorProps>) =>
    argsOf(parts({ store: {} }, compactor).chart, 'StatefulSet', 'store-0').filter(arg => arg.startsWith('--ignore-deletion-marks-delay'));

  test('are served for half of the time that they have left', () => {
    expect(delayOf()).toEqual([]);
    expect(delayOf({})).toEqual(['--ignore-deletion-marks-delay=24h']);
    expect(delayOf({ deleteDelay: Duration.hours(12) })).toEqual(['--ignore-deletion-marks-delay=6h']);
  });

  test('must not be served when they are gone', () => {
    expect(errorsOf(parts({ store: { ignoreDeletionMarksDelay: Duration.hours(12) } }, { deleteDelay: Duration.hours(12) }).app)).toEqual([
      '[monitoring/store] \'ignoreDeletionMarksDelay\' is 12h and \'syncBlockDuration\' 15m, but the compactor deletes a block 12h (\'deleteDelay\') after its mark: queries would fail '
      + 'over blocks that are gone. Lower it to 6h, or raise the compactor\'s \'deleteDelay\'. (store-serves-deleted-blocks)',
    ]);
  });

  test('cannot be dropped in time by a gateway that looks too seldom', () => {
    expect(errorsOf(parts({ store: {} }, { deleteDelay: Duration.minutes(30) }).app)).toEqual([
      '[monitoring/store] \'ignoreDeletionMarksDelay\' is 15m and \'syncBlockDuration\' 15m, but the compactor deletes a block 30m (\'deleteDelay\') after its mark: queries would fail '
      + 'over blocks that are gone. Raise the compactor\'s \'deleteDelay\' above 30m, or sync more often. (store-serves-deleted-blocks)',
    ]);
  });

  test('must be served until their successors are', () => {
    expect(findingsOf(parts({ store: { ignoreDeletionMarksDelay: Duration.minutes(20) } }, {}).chart, Severity.WARNING)).toEqual([
      'store-drops-blocks-early: \'ignoreDeletionMarksDelay\' is 20m, less than two times \'syncBlockDuration\' (15m): a block would be dropped before the one that replaces it is loaded. '
      + 'Raise it, or sync more often.',
    ]);
  });
});

describe('the young end', () => {
  function errorsAt(hours: number, gateways: Record<string, Partial<StoreGatewayProps>> = {}) {
    const { app, bucket } = parts({ store: { minAge: Duration.hours(hours) }, ...gateways });
    addWriter(bucket, 'ring', { localRetention: 24 * 3600 });
    return errorsOf(app);
  }

  test('is left to the ring for as long as it keeps data', () => {
    expect(errorsAt(21)).toEqual([]);
    expect(errorsAt(22)).toEqual([
      '[monitoring/store] \'minAge\' is 22h, but \'monitoring/ring\' keeps data for 24h: with the 2h30m that a block needs to be written, uploaded and found, data in between is served '
      + 'by nobody. Lower \'minAge\' to 21h30m, or raise the ring\'s \'ingestor.tsdbRetention\'. (store-gap-after-ring)',
    ]);
  });

  test('or to another gateway', () => {
    expect(errorsAt(24 * 14, { recent: { maxAge: Duration.days(14) } })).toEqual([]);
    expect(errorsAt(24 * 14, { recent: { maxAge: Duration.days(13) } })).toHaveLength(1);
  });
});

describe('the old end', () => {
  test('is as old as the data that is kept', () => {
    expect(findingsOf(parts({ store: { maxAge: Duration.days(14) } }, {}).chart, Severity.WARNING)).toEqual([
      'store-old-data-unserved: \'maxAge\' is 336h, but the bucket keeps data for 720h, and no other StoreGateway goes on where this one ends. Add one with \'minAge\' 336h, '
      + 'or leave \'maxAge\' out.',
    ]);
    expect(findingsOf(parts({ store: { maxAge: Duration.days(31) } }, {}).chart, Severity.WARNING)).toEqual([]);
  });

  test('or served by another gateway', () => {
    expect(findingsOf(parts({ recent: { maxAge: Duration.days(14) }, old: { minAge: Duration.days(14) } }, {}).chart, Severity.WARNING)).toEqual([]);
  });
});
