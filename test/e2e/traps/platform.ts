import { Chart, Duration, Testing } from 'cdk8s';
import { MonitoringStack, MonitoringStackProps, ScrapeJob, Workload } from '../../../src';
import type { Manifest } from '../../programs/examples';

/** Namespace of the platform. */
export const NAMESPACE = 'monitoring';

/** What a trap asks of the platform, through its public props only. */
export interface PlatformOptions extends Partial<MonitoringStackProps> {
  /** `host:port` of what is scraped every second. @default - nothing is */
  readonly targets?: readonly string[];
}

/** The objects of a small platform, as our constructs print them. */
export function platformObjects({ targets = [], ...props }: PlatformOptions = {}): Manifest[] {
  const chart = new Chart(Testing.app(), 'traps', { namespace: NAMESPACE, disableResourceNameHashes: true });
  const stack = new MonitoringStack(chart, 'platform', {
    cluster: 'traps',
    workload: Workload.of({ activeSeries: 10_000 }),
    clusterJobs: false,
    selfMonitoring: false,
    // Half of the traps are near what these rules warn of.
    acknowledgedRules: ['nothing-scraped', 'ring-ingestors-without-series', 'ring-without-replication'],
    ...props,
  });
  if (targets.length > 0) stack.scrape(ScrapeJob.staticTargets('trap', [...targets], { scrapeInterval: Duration.seconds(1), scrapeTimeout: Duration.seconds(1) }));
  return Testing.synth(chart) as Manifest[];
}
