import { Chart } from 'cdk8s';
import { MonitoringStack, MonitoringStackProps, ObjectStoreBucket, ScrapeJob, Workload } from 'cdk8s-thanos';

/** What is measured, at one size. */
export interface Case {
  readonly name: string;
  /** Cases of one family differ in one number only; how the time grows with it is judged. */
  readonly family?: string;
  readonly size?: number;
  /** Builds the platform in a chart. */
  readonly build: (chart: Chart) => void;
}

const SIZES = [1, 10, 100];

function stack(chart: Chart, props: Partial<MonitoringStackProps> = {}): MonitoringStack {
  return new MonitoringStack(chart, 'platform', { cluster: 'eu-1', workload: Workload.of({ activeSeries: 10_000 }), createNamespace: true, ...props });
}

function family(name: string, build: (chart: Chart, size: number) => void): Case[] {
  return SIZES.map(size => ({ name: `${size} ${name}`, family: name, size, build: chart => build(chart, size) }));
}

/** Many pods do not fit the bucket of one volume. */
const bucket = (chart: Chart) => ObjectStoreBucket.s3(chart, 'blocks', { bucket: 'blocks', region: 'eu-central-1' });

export const CASES: Case[] = [
  { name: 'default stack', build: chart => { stack(chart); } },
  ...family('store shards', (chart, shards) => { stack(chart, { bucket: bucket(chart), storeGateway: { shards } }); }),
  ...family('scrape jobs', (chart, jobs) => {
    stack(chart).scrape(...Array.from({ length: jobs }, (_, index) => ScrapeJob.pods(`job-${index}`, { namespaces: [`team-${index}`], portName: 'metrics' })));
  }),
  ...family('ingestors in each of 3 zones', (chart, perZone) => {
    stack(chart, { bucket: bucket(chart), ring: { zones: ['a', 'b', 'c'], members: 3 * perZone } });
  }),
  ...family('zones of 3 ingestors', (chart, zones) => {
    stack(chart, { bucket: bucket(chart), ring: { zones: Array.from({ length: zones }, (_, zone) => `z${zone}`), members: 3 * zones } });
  }),
];
