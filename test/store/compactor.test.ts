import { Duration, Size, Yaml } from 'cdk8s';
import { addWriter, TestBucket } from './parts';
import { ended } from '../../src/core/fields';
import { NetworkPeer } from '../../src/core/network-peer';
import { Workload } from '../../src/plan/workload';
import { Compactor, CompactorProps } from '../../src/store';
import { argsOf, errorsOf, fixture, manifest, manifests } from '../fixture';

function compactorOf(props: Partial<CompactorProps> = {}) {
  const { app, chart } = fixture();
  const bucket = new TestBucket(chart, 'blocks');
  return { app, chart, bucket, compactor: new Compactor(chart, 'compactor', { bucket, ...props }) };
}

/** The arguments behind those that all programs have, and behind the bucket. */
const ownArgs = (props: Partial<CompactorProps>) => argsOf(compactorOf(props).chart, 'StatefulSet', 'compactor').slice(8);

describe('what is printed', () => {
  test('defaults', () => {
    expect(Yaml.stringify(...manifests(compactorOf().chart))).toMatchSnapshot();
  });

  test('arguments', () => {
    const { chart } = compactorOf({
      retentionRaw: Duration.days(20),
      retention5m: Duration.days(40),
      retention1h: Duration.days(60),
      waitInterval: Duration.minutes(10),
      consistencyDelay: Duration.hours(1),
      deleteDelay: Duration.hours(24),
      cleanupInterval: Duration.minutes(0),
      compactConcurrency: 3,
      downsampleConcurrency: 2,
      blocksFetchConcurrency: 4,
      blockFilesConcurrency: 5,
      blockMetaFetchConcurrency: 64,
      blockViewerSyncInterval: Duration.minutes(30),
      replicaLabels: ['replica'],
      streamLabels: { ring: '0', cluster: 'eu.1' },
    });
    expect(argsOf(chart, 'StatefulSet', 'compactor')).toEqual([
      'compact',
      '--log.level=info',
      '--log.format=logfmt',
      '--enable-auto-gomemlimit',
      '--http-address=0.0.0.0:10902',
      '--wait',
      '--data-dir=/var/thanos/compact',
      '--objstore.config=type: S3\n',
      '--disable-admin-operations',
      '--retention.resolution-raw=480h',
      '--retention.resolution-5m=960h',
      '--retention.resolution-1h=1440h',
      '--wait-interval=10m',
      '--consistency-delay=1h',
      '--delete-delay=24h',
      '--compact.cleanup-interval=0s',
      '--compact.concurrency=3',
      '--downsample.concurrency=2',
      '--compact.blocks-fetch-concurrency=4',
      '--block-files-concurrency=5',
      '--block-meta-fetch-concurrency=64',
      '--block-viewer.global.sync-block-interval=30m',
      '--selector.relabel-config=- action: "keep"\n  source_labels:\n    - "ring"\n  regex: "0"\n- action: "keep"\n  source_labels:\n    - "cluster"\n  regex: "eu\\\\.1"\n',
      '--deduplication.replica-label=replica',
      '--deduplication.func=penalty',
    ]);
  });

  test('without block viewer, or with more than a viewer', () => {
    expect(ownArgs({ blockViewer: false }).slice(0, 2)).toEqual(['--web.disable', '--disable-admin-operations']);
    expect(ownArgs({ blockViewer: false }).join()).not.toContain('block-viewer');
    expect(ownArgs({ adminOperations: true })[0]).toBe('--retention.resolution-raw=720h');
  });

  test('without downsampling', () => {
    expect(ownArgs({ disableDownsampling: true })).toContain('--downsampling.disable');
  });

  test('the volume, and who may open the page', () => {
    const { chart, compactor } = compactorOf({ storageSize: Size.gibibytes(50), storageClassName: 'fast', allowFrom: [NetworkPeer.namespace('ingress')] });
    expect(manifest(chart, 'StatefulSet', 'compactor').spec.volumeClaimTemplates[0].spec)
      .toMatchObject({ storageClassName: 'fast', resources: { requests: { storage: '51200Mi' } } });
    expect(manifest(chart, 'NetworkPolicy', 'compactor').spec.ingress).toEqual([{
      ports: [{ port: 10902, protocol: 'TCP' }],
      from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress' } } }],
    }]);
    expect(compactor.blockViewerEndpoint.address).toBe('compactor.monitoring.svc.cluster.local:10902');
  });

  test('it is planned for its workload', () => {
    const workload = Workload.of({ activeSeries: 1e6, retentionRaw: Duration.days(90) });
    expect(ownArgs({ workload })).toEqual(expect.arrayContaining(['--retention.resolution-raw=2160h', '--retention.resolution-1h=2160h']));
    expect(compactorOf({ workload }).compactor.figures.find(({ name }) => name === 'storageSize')!.value)
      .toBeGreaterThan(compactorOf().compactor.figures.find(({ name }) => name === 'storageSize')!.value);
  });
});

describe('copies', () => {
  function mergeArgs(props: Partial<CompactorProps>, ...writers: Parameters<typeof addWriter>[2][]) {
    const { chart, bucket } = compactorOf(props);
    // Parts may come after the compactor.
    writers.forEach((writer, index) => addWriter(bucket, `ring-${index}`, writer));
    return argsOf(chart, 'StatefulSet', 'compactor').filter(arg => /deduplication|vertical/.test(arg));
  }

  const ring = { name: 'receive_replica', on: 'blocks', identical: true } as const;
  const twins = { name: 'tenant_id', on: 'blocks' } as const;

  test('of a ring are merged sample by sample', () => {
    expect(mergeArgs({}, { replicaLabels: () => [ring] })).toEqual(['--deduplication.replica-label=receive_replica']);
  });

  test('of two scrapers are not mixed', () => {
    expect(mergeArgs({}, { replicaLabels: () => [ring, twins] })).toEqual([
      '--deduplication.replica-label=receive_replica', '--deduplication.replica-label=tenant_id', '--deduplication.func=penalty',
    ]);
  });

  test('that differ in a label of the series are left', () => {
    expect(mergeArgs({}, { replicaLabels: () => [ring, { name: 'prometheus_replica', on: 'series' }] })).toEqual(['--deduplication.replica-label=receive_replica']);
  });

  test('of other streams are not its own', () => {
    expect(mergeArgs({ streamLabels: { ring: '0' } }, { replicaLabels: () => [ring], streamLabels: { ring: '0' } }, { replicaLabels: () => [twins], streamLabels: { ring: '1' } }))
      .toEqual(['--deduplication.replica-label=receive_replica']);
  });

  test('late samples overlap even where there are none', () => {
    expect(mergeArgs({}, { replicaLabels: () => [], outOfOrderTimeWindow: 3600 })).toEqual(['--compact.enable-vertical-compaction']);
    expect(mergeArgs({}, { replicaLabels: () => [] })).toEqual([]);
  });

  test('stay where that is wanted', () => {
    expect(mergeArgs({ verticalCompaction: false }, { replicaLabels: () => [ring, twins] })).toEqual([]);
  });
});

describe('bad input', () => {
  const FOR_EVER = 'must not be 0: Thanos would keep these samples for ever, and the bucket would grow without end; state how long they are kept, e.g. Duration.days(30)';

  test.each<[Partial<CompactorProps>, string]>([
    [{ retentionRaw: Duration.days(0) }, `'retentionRaw' ${FOR_EVER}`],
    [{ retention5m: Duration.days(0) }, `'retention5m' ${FOR_EVER}`],
    [{ retention1h: Duration.days(0) }, `'retention1h' ${FOR_EVER}`],
    [{ retentionRaw: '30d' as unknown as Duration }, '\'retentionRaw\' must be a Duration, e.g. Duration.hours(1), of at least 1ms, but is "30d"'],
    [{ deleteDelay: Duration.seconds(0) }, '\'deleteDelay\' must be a Duration, e.g. Duration.hours(1), of at least 1m, but is 0s'],
    [{ waitInterval: Duration.seconds(1) }, '\'waitInterval\' must be a Duration, e.g. Duration.hours(1), of at least 1m, but is 1s'],
    [{ compactConcurrency: 0 }, '\'compactConcurrency\' must be a whole number of at least 1, but is 0'],
    [{ replicaLabels: [] }, '\'replicaLabels\' must be a list with at least one item, but is []; leave it out for the default'],
    [{ streamLabels: { 'a-b': 'c' } },
      '\'streamLabels\' key \'a-b\' must be a Prometheus label name (letters, digits and \'_\', not beginning with a digit or \'__\'), but is "a-b"'],
    [{ retention: Duration.days(1) } as Partial<CompactorProps>, '\'retention\' is not known here; did you mean \'retentionRaw\'?'],
  ])('%j', (props, message) => {
    expect(errorsOf(compactorOf(props).app)).toEqual([`[monitoring/compactor] ${ended(message)} (invalid-prop)`]);
  });
});
