import type { BucketFigures } from './figures';
import { JOBS } from './jobs';
import { claimsOf, gibibytes, PlatformSet, warning } from './platform-alert';
import { RulePlacement } from '../rules/rule';

/** The embedded object store. It shows no metrics of its own, so kubelets and its clients tell of it. */
export function bucketRules({ name, bytesTotal }: BucketFigures): PlatformSet {
  return {
    part: name,
    thresholds: { bucket_gibibytes: gibibytes(bytesTotal) },
    groups: bytesTotal === undefined ? [] : [{
      name,
      placement: RulePlacement.RULER,
      alerts: at => [
        warning('EmbeddedBucketBeyondPlan', 60,
          `max by (cluster, namespace, persistentvolumeclaim) (kubelet_volume_stats_used_bytes${at.inNamespace(`job="${JOBS.kubelet}"`, `persistentvolumeclaim=~"${claimsOf(`${name}-[0-9]+`)}"`)}) / 1024 ^ 3 > $bucket_gibibytes`,
          'The embedded bucket holds more than planned',
          'Volume {{ $labels.persistentvolumeclaim }} holds {{ printf "%.1f" $value }} GiB, and $bucket_gibibytes GiB are planned once the retention is reached: it is exceeded, or retention is not applied.'),
      ],
    }],
  };
}
