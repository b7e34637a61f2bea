import type { PartFigures } from './figures';
import { JOBS } from './jobs';
import { BY_PLATFORM, BY_POD, PlatformAlert, PlatformSet, podsMissing, podsOf, Selector, share, warning } from './platform-alert';
import { RulePlacement } from '../rules/rule';

/** Query: one view of all stores. */
export function queryRules(figures: PartFigures): PlatformSet {
  const { name, replicas } = figures;
  return {
    part: name,
    thresholds: {
      pods: replicas,
      query_error_ratio: 0.05,
      query_latency_seconds: 20,
      query_gate_ratio: 0.9,
      store_error_ratio: 0.05,
      dns_failure_ratio: 0.1,
    },
    groups: [
      { name, placement: RulePlacement.META_MONITORING, alerts: at => queries(at, figures) },
      { name: `${name}-stores`, placement: RulePlacement.META_MONITORING, alerts: at => stores(at, figures) },
    ],
  };
}

/** Share of answers 5xx; 4xx are the asker's. */
export const failedRequests = (handled: (...matchers: string[]) => string): string =>
  share(`http_requests_total${handled('code=~"5.."')}`, `http_requests_total${handled()}`, BY_PLATFORM);

export const slowest = (targets: string): string =>
  `histogram_quantile(0.99, sum by (cluster, namespace, le) (rate(http_request_duration_seconds_bucket${targets}[5m])))`;

function queries(at: Selector, { name, replicas }: PartFigures): PlatformAlert[] {
  const targets = at.pods(JOBS.query, podsOf(name));
  const handled = (...matchers: string[]) => at.pods(JOBS.query, podsOf(name), 'handler=~"query|query_range"', ...matchers);
  const gate = 'thanos_query_concurrent_gate_queries';
  return [
    ...podsMissing('ThanosQueryMissing', targets, {
      called: 'Query', planned: replicas, without: 'Nobody sees metrics, and the ruler judges no rule: no alert of the whole view can fire.',
    }),
    warning('ThanosQueryFailing', 10, `${failedRequests(handled)} > $query_error_ratio`,
      'Query fails',
      '{{ $value | humanizePercentage }} of queries are answered 5xx.'),
    warning('ThanosQuerySlow', 15, `${slowest(handled())} > $query_latency_seconds`,
      'Query is slow',
      'One query in a hundred takes longer than {{ $value | humanizeDuration }}.'),
    warning('ThanosQueryGateSaturated', 10, `${gate}_in_flight${targets} / ${gate}_max${targets} > $query_gate_ratio`,
      'Query works on as many queries as it may',
      '{{ $labels.pod }} works on {{ $value | humanizePercentage }} of the queries that it may take at once; others wait, rules among them.'),
  ];
}

function stores(at: Selector, { name, replicas = 1 }: PartFigures): PlatformAlert[] {
  const targets = at.pods(JOBS.query, podsOf(name));
  const calls = (...matchers: string[]) => at.pods(JOBS.query, podsOf(name), 'grpc_method="Series"', ...matchers);
  const failing = share(`grpc_client_handled_total${calls('grpc_code!~"OK|Canceled"')}`, `grpc_client_handled_total${calls()}`, BY_PLATFORM);
  const dns = (kind: string) => {
    const rate = (what: string) => `sum ${BY_POD} (rate(thanos_query_${kind}_dns_${what}_total${targets}[5m]))`;
    return `${rate('failures')} / ${rate('lookups')} > $dns_failure_ratio`;
  };
  const connected = `sum ${BY_POD} (thanos_store_nodes_grpc_connections${targets})`;
  return [
    warning('ThanosQueryStoresFailing', 10, `${failing} > $store_error_ratio`,
      'Stores do not answer Query',
      '{{ $value | humanizePercentage }} of calls to stores fail. Queries lack what these stores have, with no more than a warning in the answer; rules that abort are not judged.'),
    warning('ThanosQueryDnsFailing', 15, ['endpoints', 'endpoint_groups'].map(dns).join(' or '),
      'Query cannot look its stores up',
      '{{ $value | humanizePercentage }} of the DNS lookups of {{ $labels.pod }} fail; it goes on with the stores that it knew.'),
    warning('ThanosQueryWithoutStores', 5, `up${targets} == 1 unless ${BY_POD.replace('by', 'on')} ${connected} > 0`,
      'Query knows no store',
      '{{ $labels.pod }} is connected to no store: its answers are empty, and look like those of a platform without data.'),
    ...replicas < 2 ? [] : [
      warning('ThanosQueryStoresDiffer', 15, `max ${BY_PLATFORM} (${connected}) - min ${BY_PLATFORM} (${connected}) > 0`,
        'Pods of Query know different stores',
        'One pod of Query is connected to {{ $value }} stores fewer than another: answers differ from one time to the next.'),
    ],
  ];
}
