import type { RingFigures } from './figures';
import { JOBS } from './jobs';
import { BY_PLATFORM, BY_POD, critical, gibibytes, PlatformAlert, PlatformSet, podsOf, Selector, warning } from './platform-alert';
import { quorum } from '../plan/combinations';
import { RulePlacement } from '../rules/rule';

const HOUR = 3600;

/** The ingestors of a ring: they hold heads, and upload blocks. */
export function ingestorRules(figures: RingFigures): PlatformSet {
  const { name, ingestors, seriesPerIngestor, tenants, tsdbRetention, uploadedBytesPerDay } = figures;
  const pods = podsOf(`${name}-ingestor`);
  const group = (suffix: string, alerts: (at: Selector) => PlatformAlert[], placement = RulePlacement.META_MONITORING) =>
    ({ name: `${name}-ingestor-${suffix}`, placement, alerts });
  return {
    part: `${name}-ingestor`,
    thresholds: {
      ingestors,
      ...quorumThresholds(figures),
      ingestor_series: seriesPerIngestor,
      tenants,
      ring_imbalance_ratio: 1.3,
      upload_seconds: 3.5 * HOUR,
      upload_critical_seconds: tsdbRetention === undefined ? undefined : tsdbRetention / 2,
      uploaded_gibibytes_per_day: gibibytes(uploadedBytesPerDay),
    },
    groups: [
      group('members', at => membersAlerts(at, figures)),
      group('heads', at => heads(at, pods, figures)),
      group('tsdb', at => tsdb(at, pods)),
      group('uploads', at => uploads(at, pods, figures)),
      // A day of uploads is more than a small Prometheus keeps.
      ...uploadedBytesPerDay === undefined ? [] : [group('growth', at => growth(at, pods), RulePlacement.RULER)],
    ],
  };
}

const answering = (at: Selector, pods: string): string => `(count(up${at.pods(JOBS.ingestor, pods)} == 1) or vector(0))`;

function membersAlerts(at: Selector, figures: RingFigures): PlatformAlert[] {
  const { name, ingestors } = figures;
  const pods = podsOf(`${name}-ingestor`);
  return [
    ...ingestors === undefined ? [] : [
      warning('ThanosReceiveIngestorMissing', 10, `${answering(at, pods)} < $ingestors`,
        'An ingestor is away',
        '{{ $value }} of $ingestors ingestors answer. Series of the others have a copy less until they are back.'),
    ],
    ...quorumLost(at, figures),
    critical('ThanosReceiveNoSamples', 10,
      `sum ${BY_PLATFORM} (rate(prometheus_tsdb_head_samples_appended_total${at.pods(JOBS.ingestor, pods)}[5m])) == 0`,
      'The ring takes no samples in',
      'No ingestor has taken a sample in for five minutes, though some answer.'),
  ];
}

/** Copies of a series, and members of a ring without zones, that may be away while every write finds its quorum. */
function quorumThresholds({ members, membersOfZones, replicationFactor }: RingFigures): PlatformSet['thresholds'] {
  const spared = replicationFactor === undefined ? undefined : replicationFactor - quorum(replicationFactor);
  return membersOfZones ? { copies_spared: spared } : { members_needed: members === undefined || spared === undefined ? undefined : members - spared };
}

/**
 * Thanos puts copies of a series into different zones as far as there are zones, so that a whole zone may go where single members of
 * two zones may not: what counts is how many copies the members that are away hold of one series, at the worst.
 */
function quorumLost(at: Selector, { name, ingestors, members, membersOfZones, replicationFactor }: RingFigures): PlatformAlert[] {
  // Pods that are not yet on the ring, or no more, hold no copy that a write needs.
  const pods = (set: string, count: number) => `${set}-${ingestors === members ? '[0-9]+' : `(${Array.from({ length: count }, (_, ordinal) => ordinal).join('|')})`}`;
  const lost = (expr: string, description: string) => critical('ThanosReceiveQuorumLost', 2, expr, 'The ring has lost its write quorum',
    `${description} Nearly all writes fail; senders keep what their WAL holds.`);
  if (members === undefined || replicationFactor === undefined) {
    return [];
  }
  if (!membersOfZones) {
    return [lost(`${answering(at, pods(`${name}-ingestor`, members))} < $members_needed`,
      '{{ $value }} members answer, and $members_needed are needed so that every write finds its quorum.')];
  }
  const zones = Object.entries(membersOfZones);
  const copies = Math.ceil(replicationFactor / zones.length);
  const away = zones.map(([zone, count]) => `clamp_max(${count} - ${answering(at, pods(`${name}-ingestor-${zone}`, count))}, ${copies})`);
  return [lost(`${away.join(' + ')} > $copies_spared`,
    'Members that are away hold {{ $value }} copies of some series, and a write finds its quorum without $copies_spared.')];
}

function heads(at: Selector, pods: string, { seriesPerIngestor, tenants }: RingFigures): PlatformAlert[] {
  const targets = at.pods(JOBS.ingestor, pods);
  const series = `sum ${BY_POD} (prometheus_tsdb_head_series${targets})`;
  const late = ['prometheus_tsdb_too_old_samples_total', 'prometheus_tsdb_out_of_bound_samples_total', 'prometheus_tsdb_out_of_order_samples_total']
    .map(metric => `sum by (cluster, namespace, tenant) (increase(${metric}${targets}[5m]))`).join(' + ');
  return [
    ...seriesPerIngestor === undefined ? [] : [
      warning('ThanosReceiveSeriesBeyondPlan', 30, `${series} > $ingestor_series`,
        'An ingestor has more series than planned',
        '{{ $labels.pod }} has {{ $value | humanize }} series in its heads, and is planned for $ingestor_series: its memory is the next to go.'),
    ],
    warning('ThanosReceiveRingUnbalanced', 60, `max ${BY_PLATFORM} (${series}) / avg ${BY_PLATFORM} (${series}) > $ring_imbalance_ratio`,
      'One ingestor has far more series than the others',
      'The fullest ingestor has {{ $value | humanize }} times the mean of series: the ring changed not long ago, a pod is on no ring, or one metric has most series.'),
    warning('ThanosReceiveTooOldSamples', 10, `${late} > 0`,
      'Samples come too late to be kept',
      'Ingestors refused {{ $value | humanize }} samples of tenant {{ $labels.tenant }} within five minutes as older than the out-of-order window, or out of order. They are lost.'),
    ...tenants === undefined ? [] : [
      warning('ThanosReceiveTenantsBeyondPlan', 30, `count ${BY_PLATFORM} (count by (cluster, namespace, tenant) (prometheus_tsdb_head_series${targets})) > $tenants`,
        'The ring has more tenants than planned',
        'The ring has {{ $value }} tenants, and $tenants are planned. Each has a head, blocks and uploads of its own in every ingestor.'),
    ],
  ];
}

const TSDB_FAILURES: Readonly<Record<string, string>> = {
  'compaction': 'prometheus_tsdb_compactions_failed_total',
  'truncation of the head': 'prometheus_tsdb_head_truncations_failed_total',
  'truncation of the WAL': 'prometheus_tsdb_wal_truncations_failed_total',
  'checkpoint': 'prometheus_tsdb_checkpoint_creations_failed_total',
  'reload of blocks': 'prometheus_tsdb_reloads_failures_total',
};

function tsdb(at: Selector, pods: string): PlatformAlert[] {
  const targets = at.pods(JOBS.ingestor, pods);
  const failing = Object.entries(TSDB_FAILURES).map(([operation, metric]) =>
    `label_replace(sum ${BY_POD} (increase(${metric}${targets}[30m])) > 0, "operation", "${operation}", "", "")`);
  const found = ['prometheus_tsdb_wal_corruptions_total', 'prometheus_tsdb_mmap_chunk_corruptions_total'].map(metric => `sum ${BY_POD} (${metric}${targets}) > 0`);
  return [
    critical('ThanosReceiveWalWritesFailing', 0, `sum ${BY_POD} (increase(prometheus_tsdb_wal_writes_failed_total${targets}[5m])) > 0`,
      'An ingestor cannot write its WAL',
      '{{ $labels.pod }} failed {{ $value | humanize }} writes to its WAL within five minutes: what it takes in is not on disk.'),
    warning('ThanosReceiveTsdbFailing', 0, failing.join(' or '),
      'An ingestor cannot keep its database in order',
      '{{ $labels.pod }} failed {{ $value | humanize }} times within half an hour: {{ $labels.operation }}. Its disk and its memory grow meanwhile.'),
    warning('ThanosReceiveTsdbCorrupted', 0, found.join(' or '),
      'An ingestor found damage in its database',
      '{{ $labels.pod }} found damage at its start ({{ $value | humanize }} times), and dropped what was behind it. Other members have the copies.'),
  ];
}

function uploads(at: Selector, pods: string, { tsdbRetention }: RingFigures): PlatformAlert[] {
  const targets = at.pods(JOBS.ingestor, pods);
  const last = `max ${BY_POD} (thanos_objstore_bucket_last_successful_upload_time${targets})`;
  // 0 until the first upload; a pod that is on no ring has nothing to upload.
  const age = `(time() - (${last} > 0) or max ${BY_POD} (time() - process_start_time_seconds${targets}))`
    + ` and ${BY_POD.replace('by', 'on')} sum ${BY_POD} (rate(prometheus_tsdb_head_samples_appended_total${targets}[5m])) > 0`;
  return [
    warning('ThanosReceiveUploadMissing', 30, `(${age}) > $upload_seconds`,
      'An ingestor has not uploaded for hours',
      '{{ $labels.pod }} has uploaded nothing for {{ $value | humanizeDuration }}; it cuts a block every two hours.'),
    ...tsdbRetention === undefined ? [] : [
      critical('ThanosReceiveUploadMissing', 10, `(${age}) > $upload_critical_seconds`,
        'Blocks will be deleted before they are in the bucket',
        '{{ $labels.pod }} has uploaded nothing for {{ $value | humanizeDuration }}, half of the time for which it keeps blocks. What it deletes then is in no bucket.'),
    ],
  ];
}

function growth(at: Selector, pods: string): PlatformAlert[] {
  const uploaded = `thanos_objstore_bucket_operation_transferred_bytes_sum${at.pods(JOBS.ingestor, pods, 'operation="upload"')}`;
  return [
    warning('ThanosBucketGrowsBeyondPlan', 60, `sum ${BY_PLATFORM} (increase(${uploaded}[1d])) / 1024 ^ 3 > 1.25 * $uploaded_gibibytes_per_day`,
      'More goes into the bucket than planned',
      'Ingestors uploaded {{ printf "%.1f" $value }} GiB in a day, and $uploaded_gibibytes_per_day GiB are planned: bucket, compactor and cost grow in proportion.'),
  ];
}
