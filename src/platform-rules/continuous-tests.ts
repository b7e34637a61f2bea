import type { PartFigures } from './figures';
import { JOBS } from './jobs';
import { critical, PlatformAlert, PlatformSet, podsMissing, Selector, share, warning } from './platform-alert';
import { RulePlacement } from '../rules/rule';

/** The continuous test: what it misses, users may miss as well. */
export function continuousTestRules({ name }: PartFigures): PlatformSet {
  return {
    part: name,
    thresholds: { test_delay_seconds: 300, test_read_failed_ratio: 0.2 },
    groups: [{ name, placement: RulePlacement.META_MONITORING, alerts: at => alerts(at, name) }],
  };
}

function alerts(at: Selector, name: string): PlatformAlert[] {
  const of = (...matchers: string[]) => at.pods(JOBS.continuousTest, `${name}-[0-9]+`, ...matchers);
  const grown = (what: string, range: string) => `increase(continuous_test_${what}_samples_total${of()}[${range}]) > 0`;
  const targets = of();
  return [
    ...podsMissing('ContinuousTestMissing', targets, { called: 'the continuous test', planned: 1, without: 'A loss of samples would not be seen.', none: warning }),
    critical('ContinuousTestLostSamples', 0, grown('lost', '15m'),
      'Accepted samples are gone',
      'Of the samples that the ring had accepted, queries no longer return {{ $value | humanize }} that were looked for in the last 15 minutes. Others\' samples are gone as well.'),
    critical('ContinuousTestWrongSamples', 0, grown('wrong', '15m'),
      'Samples come back with another value',
      'Queries returned {{ $value | humanize }} samples within 15 minutes with another value than was written.'),
    critical('ContinuousTestUnwrittenSamples', 0, grown('unwritten', '15m'),
      'The ring does not accept samples',
      '{{ $value | humanize }} samples of the last 15 minutes were refused, or not accepted for so long that they were given up.'),
    warning('ContinuousTestWritesLate', 5, `continuous_test_write_delay_seconds${targets} > $test_delay_seconds`,
      'The ring accepts samples late',
      'The oldest sample that the ring has not accepted is {{ $value | humanizeDuration }} old.'),
    warning('ContinuousTestReadsFailing', 15,
      `${share(`continuous_test_reads_total${of('result="failed"')}`, `continuous_test_reads_total${targets}`, 'by (cluster, namespace, pod)')} > $test_read_failed_ratio`,
      'Known series cannot be read back',
      '{{ $value | humanizePercentage }} of the queries of the continuous test fail: it cannot say whether samples are there.'),
  ];
}
