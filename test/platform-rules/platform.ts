import { App, Chart } from 'cdk8s';
import { AlertCase } from './alert-case';
import { ALERTMANAGERS, META_MONITORING, RULERS } from './cases/alerting';
import { SCALED_SENDERS, TARGET_ALLOCATORS } from './cases/dynamic';
import { JOB_LOADERS } from './cases/job-loader';
import { CONTINUOUS_TESTS, EMBEDDED_BUCKETS, PLATFORM, PUSHGATEWAYS } from './cases/others';
import { QUERIES, QUERY_FRONTENDS } from './cases/query';
import { RECEIVE } from './cases/receive';
import { SENDERS } from './cases/senders';
import { COMPACTORS, STORE_GATEWAYS } from './cases/store';
import { PlatformRules, PlatformRulesProps } from '../../src/platform-rules';
import type { AlertRuleSet } from '../../src/rules';

/** The platform that all cases are about: all parts, with small figures. */
export const FIGURES: PlatformRulesProps = {
  name: 'platform',
  namespace: 'monitoring',
  senders: [
    { name: 'platform-prometheus', replicas: 2, shards: 2, seriesPerSender: 1000, outage: 3600 },
    {
      name: 'platform-scaled',
      replicas: 2,
      shards: 2,
      seriesPerSender: 1000,
      outage: 3600,
      targetAllocator: { name: 'platform-scaled-allocator', replicas: 2, collectorNotReadyGracePeriod: 300, customResources: true },
      autoscaling: { minReplicaCount: 2, maxReplicaCount: 4, seriesPerSender: 500, scrapeInterval: 30 },
    },
  ],
  rings: [{
    name: 'platform-receive', routers: 2, ingestors: 3, members: 3, replicationFactor: 3, seriesPerIngestor: 1000, tenants: 3, tsdbRetention: 86_400, uploadedBytesPerDay: 1e9,
  }],
  storeGateways: [{ name: 'platform-store', replicas: 2, shards: 2 }],
  compactors: [{ name: 'platform-compactor' }],
  queries: [{ name: 'platform-query', replicas: 2 }],
  queryFrontends: [{ name: 'platform-query-frontend', replicas: 2 }],
  rulers: [{ name: 'platform-ruler', replicas: 2, outage: 3600 }],
  alertmanagers: [{ name: 'platform-alertmanager', replicas: 3, maxPendingRecords: 256 * 1024 ** 2 }],
  pushgateways: [{ name: 'platform-pushgateway', replicas: 2 }],
  continuousTests: [{ name: 'platform-continuous-test' }],
  embeddedBuckets: [{ name: 'platform-bucket', bytesTotal: 100 * 1024 ** 3 }],
  metaMonitoring: [{ name: 'platform-meta', replicas: 2 }],
};

export function rulesOf(props: Partial<PlatformRulesProps> = {}): { readonly app: App; readonly rules: PlatformRules } {
  const app = new App();
  const chart = new Chart(app, 'monitoring', { namespace: 'monitoring' });
  return { app, rules: new PlatformRules(chart, 'rules', { ...FIGURES, ...props }) };
}

/** The sets, and what shows that each of their alerts fires when it must and else does not. */
export const casesOf = (rules: PlatformRules): (readonly [set: AlertRuleSet, cases: AlertCase[]])[] => [
  [rules.platform[0], PLATFORM],
  [rules.senders[0], SENDERS],
  [rules.senders[1], [...SCALED_SENDERS, ...JOB_LOADERS]],
  [rules.targetAllocators[0], TARGET_ALLOCATORS],
  [rules.routers[0], RECEIVE.filter(({ alert }) => alertsOf(rules.routers[0]).includes(alert))],
  [rules.ingestors[0], RECEIVE.filter(({ alert }) => alertsOf(rules.ingestors[0]).includes(alert))],
  [rules.storeGateways[0], STORE_GATEWAYS],
  [rules.compactors[0], COMPACTORS],
  [rules.queries[0], QUERIES],
  [rules.queryFrontends[0], QUERY_FRONTENDS],
  [rules.rulers[0], RULERS],
  [rules.alertmanagers[0], ALERTMANAGERS],
  [rules.pushgateways[0], PUSHGATEWAYS],
  [rules.continuousTests[0], CONTINUOUS_TESTS],
  [rules.embeddedBuckets[0], EMBEDDED_BUCKETS],
  [rules.metaMonitoring[0], META_MONITORING],
];

/** Rules of a set as an evaluator reads them: with the labels of their groups. */
export const printedOf = (set: AlertRuleSet) =>
  set._groups().flatMap(({ group }) => group.rules.map(rule => ({ ...rule, labels: { ...group.labels, ...rule.labels } })));
const alertsOf = (set: AlertRuleSet): string[] => printedOf(set).map(({ alert }) => alert!);
