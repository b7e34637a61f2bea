import { JOBS } from './jobs';
import { BY_PLATFORM, claimsOf, critical, PlatformAlert, PlatformSet, podsOf, Selector, warning } from './platform-alert';
import { RulePlacement } from '../rules/rule';

const OWN_JOBS = ['thanos-.+', ...Object.values(JOBS).filter(job => job !== JOBS.kubelet && !job.startsWith('thanos-'))];
const DAY = 86_400;

/** What all programs of a platform have in common, its bucket, and what kubelets say of its pods. */
export function generalRules(name: string): PlatformSet {
  const pods = podsOf(name);
  return {
    part: name,
    thresholds: {
      memory_ratio: 0.9,
      restarts: 2,
      open_files_ratio: 0.8,
      bucket_error_ratio: 0.05,
      targets_down_ratio: 0.1,
      volume_ratio: 0.1,
      volume_critical_ratio: 0.03,
    },
    groups: [
      { name: `${name}-programs`, placement: RulePlacement.META_MONITORING, alerts: at => programs(at, pods) },
      { name: `${name}-bucket`, placement: RulePlacement.META_MONITORING, alerts: at => bucket(at, pods) },
      // What kubelets and the users' targets show goes to the ring only.
      { name: `${name}-pods`, placement: RulePlacement.RULER, alerts: at => [...containers(at, pods), ...volumes(at, name), ...targets(at)] },
    ],
  };
}

function programs(at: Selector, pods: string): PlatformAlert[] {
  const own = at.inNamespace(`job=~"${OWN_JOBS.join('|')}"`, `pod=~"${pods}"`);
  return [
    warning('PlatformTargetDown', 15, `up${own} == 0`,
      'A program of the platform does not answer',
      '{{ $labels.container }} of {{ $labels.pod }} ({{ $labels.job }}) has not answered a scrape for 15 minutes.'),
    warning('PlatformProgramRestarting', 0, `changes(process_start_time_seconds${own}[1h]) > $restarts`,
      'A program of the platform starts again and again',
      '{{ $labels.container }} of {{ $labels.pod }} has started {{ $value }} times within an hour.'),
    warning('PlatformOpenFilesNearLimit', 15, `process_open_fds${own} / process_max_fds${own} > $open_files_ratio`,
      'A program of the platform runs out of file descriptors',
      '{{ $labels.pod }} ({{ $labels.job }}) has {{ $value | humanizePercentage }} of the files open that it may.'),
  ];
}

function bucket(at: Selector, pods: string): PlatformAlert[] {
  const own = at.inNamespace('job=~"thanos-.+"', `pod=~"${pods}"`);
  const by = 'by (cluster, namespace, job, operation)';
  const rate = (what: string) => `sum ${by} (rate(thanos_objstore_bucket_${what}_total${own}[15m]))`;
  const broken = at.inNamespace('job=~"thanos-.+"', `pod=~"${pods}"`, 'state=~"corrupted-meta-json|failed"');
  const byJob = 'by (cluster, namespace, job, pod)';
  return [
    warning('ThanosBucketOperationsFailing', 15, `${rate('operation_failures')} / ${rate('operations')} > $bucket_error_ratio`,
      'The bucket does not answer',
      '{{ $value | humanizePercentage }} of the requests {{ $labels.operation }} of {{ $labels.job }} to the bucket fail.'),
    warning('ThanosBlocksSyncFailing', 30, `sum ${byJob} (increase(thanos_blocks_meta_sync_failures_total${own}[30m])) > 0`,
      'What is in the bucket cannot be seen',
      '{{ $labels.pod }} failed {{ $value | humanize }} times within half an hour to see what blocks there are; it goes on with those that it knew.'),
    warning('ThanosBlocksBroken', 60, `max ${BY_PLATFORM} (thanos_blocks_meta_synced${broken}) > 0`,
      'There are blocks that cannot be read',
      'Blocks of the bucket whose meta.json is broken or cannot be fetched: {{ $value }}. They are in no answer, and are neither merged nor deleted.'),
    warning('ThanosUploadsFailing', 30, `sum ${byJob} (increase(thanos_shipper_upload_failures_total${own}[1h])) > 0`,
      'Blocks cannot be uploaded',
      '{{ $labels.pod }} failed {{ $value | humanize }} times within an hour to upload a block; it tries again each half a minute.'),
  ];
}

function containers(at: Selector, pods: string): PlatformAlert[] {
  const own = at.inNamespace(`job="${JOBS.kubelet}"`, `pod=~"${pods}"`, 'container!=""');
  const limit = `container_spec_memory_limit_bytes${own}`;
  const by = 'by (cluster, namespace, pod, container)';
  return [
    warning('PlatformMemoryNearLimit', 15, `max ${by} (container_memory_working_set_bytes${own}) / max ${by} (${limit} > 0) > $memory_ratio`,
      'A container of the platform is near its memory limit',
      '{{ $labels.container }} of {{ $labels.pod }} uses {{ $value | humanizePercentage }} of its memory limit; beyond it, it is killed.'),
    warning('PlatformOutOfMemory', 0, `sum ${by} (increase(container_oom_events_total${own}[15m])) > 0`,
      'A container of the platform ran out of memory',
      '{{ $labels.container }} of {{ $labels.pod }} was killed {{ $value | humanize }} times within 15 minutes for passing its memory limit. A sender loses what it had not sent.'),
  ];
}

function volumes(at: Selector, name: string): PlatformAlert[] {
  const claims = at.inNamespace(`job="${JOBS.kubelet}"`, `persistentvolumeclaim=~"${claimsOf(podsOf(name))}"`);
  const by = 'by (cluster, namespace, persistentvolumeclaim)';
  const free = `max ${by} (kubelet_volume_stats_available_bytes${claims}) / max ${by} (kubelet_volume_stats_capacity_bytes${claims})`;
  const soon = (hours: number, seconds: number) => `max ${by} (predict_linear(kubelet_volume_stats_available_bytes${claims}[${hours}h], ${seconds})) < 0`;
  return [
    // Prediction alone would follow each block that is written; a volume with most of its room free can wait.
    warning('PlatformVolumeFillsUp', 60, `(${free} < 0.5 and ${soon(6, 2 * DAY)}) or ${free} < $volume_ratio`,
      'A volume of the platform fills up',
      'Volume {{ $labels.persistentvolumeclaim }} has {{ $value | humanizePercentage }} of its room free; at the pace of the last 6 hours it is full within two days, or it has too little already.'),
    critical('PlatformVolumeFillsUp', 10, `(${free} < 0.2 and ${soon(1, DAY / 6)}) or ${free} < $volume_critical_ratio`,
      'A volume of the platform is about to be full',
      'Volume {{ $labels.persistentvolumeclaim }} has {{ $value | humanizePercentage }} of its room free, and is full within hours.'),
  ];
}

function targets(at: Selector): PlatformAlert[] {
  const up = `up${at.inCluster()}`;
  return [
    warning('PrometheusTargetsDown', 15, `count by (cluster, job) (${up} == 0) / count by (cluster, job) (${up}) > $targets_down_ratio`,
      'Targets of a job cannot be scraped',
      '{{ $value | humanizePercentage }} of the targets of job {{ $labels.job }} do not answer.'),
  ];
}
