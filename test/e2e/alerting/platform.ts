import type { KubernetesObject } from '@kubernetes/client-node';
import { App, Chart, Duration } from 'cdk8s';
import { RECEIVER_LABELS, RECEIVER_NAME, RECEIVER_PORT } from './receiver/objects';
import { type AlertmanagerOptions, AlertRuleSet, MonitoringStack, NetworkPeer, Notifier, ScrapeJob, Workload } from '../../../src';
import { NODE_IMAGE } from '../cluster/images';
import { GENERATOR_LABELS, GENERATOR_PORT } from '../generator/objects';
import { METRIC } from '../generator/series';
import { GENERATOR_JOB, PLATFORM_NAME, readObjects, type Synthesized } from '../platforms/small';

/** A platform that alerts; what of it changes in the course of the tests. */
export interface AlertingPlatform {
  readonly namespace: string;
  /** Namespace of the generator. */
  readonly generatorNamespace: string;
  /** Namespace of the webhook receiver. */
  readonly receiverNamespace: string;
  /** Limit of the alert `POLICY`. */
  readonly limit: number;
  /** Whether the job that pushes is there. */
  readonly pushes: boolean;
}

/** An alert of the platform's own app, whose limit changes. */
export const POLICY = 'E2ePolicy';
/** Whose messages come on which path of the receiver. */
export const PATHS = { platform: '/platform', metaMonitoring: '/meta-monitoring' };
/** What the job pushes, and the job's label. */
export const PUSHED = { metric: 'e2e_pushed_rows', value: 42, job: 'e2e-export' };

/** Seconds between two scrapes of the generator. */
export const SCRAPE_INTERVAL = 5;
/** Seconds between two evaluations of the ruler's rules, and two scrapes of what is not the generator. */
export const EVALUATION_INTERVAL = 15;
/** Seconds that a new group waits; otherwise half a minute of each figure would be nothing but that. */
export const GROUP_WAIT = 5;
/** Seconds; longer than the last replica waits for those before it. */
export const GROUP_INTERVAL = 60;
/** Seconds after which what the job pushed is stale; the least that there is. */
export const STALE_AFTER = 60;
/** Seconds between two looks of the cleaner. */
export const CLEANER_INTERVAL = 10;

const SERIES = 5000;
const LIMITS = 'e2e-policies';

/** Synthesizes it through public props alone, with every check on. */
export function alertingPlatform(platform: AlertingPlatform): Synthesized {
  const { namespace, generatorNamespace, limit, pushes } = platform;
  const app = new App();
  const chart = new Chart(app, 'monitoring', { namespace, disableResourceNameHashes: true });
  const stack = new MonitoringStack(chart, PLATFORM_NAME, {
    cluster: 'e2e',
    workload: Workload.of({ activeSeries: SERIES, scrapeInterval: Duration.seconds(SCRAPE_INTERVAL) }),
    clusterJobs: false,
    clusterJobOptions: { scrapeInterval: Duration.seconds(EVALUATION_INTERVAL) },
    ruler: { evaluationInterval: Duration.seconds(EVALUATION_INTERVAL) },
    alertmanager: tellsReceiver(platform, PATHS.platform),
    metaMonitoring: { alertmanager: tellsReceiver(platform, PATHS.metaMonitoring) },
    pushgateway: { cleaner: { interval: Duration.seconds(CLEANER_INTERVAL) } },
  });
  stack.scrape(ScrapeJob.pods(GENERATOR_JOB, {
    namespaces: [generatorNamespace], podLabels: GENERATOR_LABELS, portName: GENERATOR_PORT.name, scrapeInterval: Duration.seconds(SCRAPE_INTERVAL),
  }));
  stack.addRules(new AlertRuleSet(chart, LIMITS, {
    name: LIMITS,
    thresholds: { limit },
    groups: [{ name: LIMITS, rules: [{ alert: POLICY, expr: `max(${METRIC}) < $limit`, severity: 'warning', summary: 'Shown in tests' }] }],
  }));
  stack.alertmanager!.addWatchdog({ notifiers: [webhook(platform, PATHS.platform)] });
  stack.metaMonitoring!.alertmanager.addWatchdog({ notifiers: [webhook(platform, PATHS.metaMonitoring)] });
  if (pushes) addJob(stack);
  return { objects: readObjects(app.synthYaml()), stack };
}

function webhook({ receiverNamespace }: AlertingPlatform, path: string): Notifier {
  const peer = NetworkPeer.pods({ namespaceLabels: { 'kubernetes.io/metadata.name': receiverNamespace }, podLabels: RECEIVER_LABELS, ports: [{ port: RECEIVER_PORT }] });
  return Notifier.webhook({ url: `http://${RECEIVER_NAME}.${receiverNamespace}.svc.cluster.local:${RECEIVER_PORT}${path}`, peer });
}

function tellsReceiver(platform: AlertingPlatform, path: string): AlertmanagerOptions {
  return {
    receivers: [{ name: 'people', notifiers: [webhook(platform, path)] }],
    route: { receiver: 'people', groupWait: Duration.seconds(GROUP_WAIT), groupInterval: Duration.seconds(GROUP_INTERVAL) },
  };
}

/** A job that has no client library: it writes a file, and has nothing to reach. */
function addJob(stack: MonitoringStack): void {
  stack.addPushJob('export', {
    image: NODE_IMAGE,
    command: ['node', '--eval', `require('node:fs').writeFileSync(process.env.PUSHGATEWAY_METRICS_FILE, '${PUSHED.metric} ${PUSHED.value}\\n')`],
    group: { job: PUSHED.job },
    deleteAfter: Duration.seconds(STALE_AFTER),
    allowTo: [],
  });
}

/** Objects of the one that are not the same in the other, or not there. */
export function changed(before: readonly KubernetesObject[], after: readonly KubernetesObject[]): KubernetesObject[] {
  const known = new Set(before.map(object => JSON.stringify(object)));
  return after.filter(object => !known.has(JSON.stringify(object)));
}
