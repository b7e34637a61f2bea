import { critical, PlatformAlert, warning } from './platform-alert';

const SENT = 'prometheus_remote_storage_queue_highest_sent_timestamp_seconds';
// The queue's own newest timestamp leaves out what still waits in the WAL, which in an outage is nearly all (seen with 3.14).
const TAKEN_IN = 'prometheus_remote_storage_highest_timestamp_in_seconds';

/** Seconds between the newest sample that was taken in and the newest that was sent; since the start where none has been sent. */
function behind(targets: string): string {
  return `${TAKEN_IN}${targets} - ignoring (remote_name, url) group_right () (${SENT}${targets} > 0)`
    + ` or (${SENT}${targets} == 0) + ignoring (remote_name, url) group_left () ((time() - process_start_time_seconds${targets}) and ${TAKEN_IN}${targets} > 0)`;
}

const failed = (targets: string, growth: 'rate' | 'increase', range: string) => ['samples', 'histograms']
  .map(kind => `${growth}(prometheus_remote_storage_${kind}_failed_total${targets}[${range}])`).join(' + ');

const sent = (targets: string) => ['samples', 'histograms'].map(kind => `rate(prometheus_remote_storage_${kind}_total${targets}[5m])`).join(' + ');

/** Alerts of a remote-write queue: of senders, and of a ruler that writes what it records. `prefix` begins the alerts' names. */
export function remoteWriteAlerts(prefix: string, called: string, targets: string, outage: number | undefined): PlatformAlert[] {
  return [
    warning(`${prefix}RemoteWriteBehind`, 5, `(${behind(targets)}) > $remote_write_behind_seconds`,
      `${called} sends late`,
      '{{ $labels.pod }} is {{ $value | humanizeDuration }} behind with sending to {{ $labels.url }}: the newest samples are seen late, and what outlasts its WAL is lost.'),
    ...outage === undefined ? [] : [
      critical(`${prefix}RemoteWriteBehind`, 2, `(${behind(targets)}) > 0.5 * $outage_seconds`,
        `${called} will lose samples soon`,
        '{{ $labels.pod }} is {{ $value | humanizeDuration }} behind, more than half of the $outage_seconds s that its WAL is planned to outlast. Samples beyond that are gone.'),
    ],
    warning(`${prefix}RemoteWriteDropsSamples`, 0, `${failed(targets, 'increase', '15m')} > 0`,
      `${called} gives samples up`,
      '{{ $labels.url }} refused {{ $value | humanize }} samples of {{ $labels.pod }} within 15 minutes for good (an answer 4xx); they are not sent again.'),
    critical(`${prefix}RemoteWriteDropsSamples`, 5, `(${failed(targets, 'rate', '5m')}) / (${sent(targets)}) > $remote_write_failed_ratio`,
      `${called} loses a good part of its samples`,
      '{{ $labels.url }} refuses {{ $value | humanizePercentage }} of what {{ $labels.pod }} sends, for good.'),
  ];
}

/** The defaults of the thresholds in these alerts. */
export const REMOTE_WRITE_THRESHOLDS = { remote_write_behind_seconds: 300, remote_write_failed_ratio: 0.01 };
