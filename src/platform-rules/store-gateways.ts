import type { StoreGatewayFigures } from './figures';
import { JOBS } from './jobs';
import { BY_POD, PlatformAlert, PlatformSet, podsMissing, podsOf, Selector, warning } from './platform-alert';
import { RulePlacement } from '../rules/rule';

/** Store gateways: they serve old blocks. */
export function storeGatewayRules(figures: StoreGatewayFigures): PlatformSet {
  const { name, shards, replicas } = figures;
  return {
    part: name,
    thresholds: {
      pods: shards === undefined || replicas === undefined ? undefined : shards * replicas,
      shards,
      store_latency_seconds: 30,
      store_gate_ratio: 0.9,
    },
    groups: [{ name, placement: RulePlacement.META_MONITORING, alerts: at => alerts(at, figures) }],
  };
}

function alerts(at: Selector, { name, shards, replicas }: StoreGatewayFigures): PlatformAlert[] {
  const targets = at.pods(JOBS.storeGateway, podsOf(name));
  const series = at.pods(JOBS.storeGateway, podsOf(name), 'grpc_method="Series"');
  const ofShard = (expr: string) => `label_replace(${expr}, "shard", "$1", "pod", "(.+)-[0-9]+")`;
  const loaded = ofShard(`thanos_bucket_store_blocks_loaded${targets}`);
  const gate = 'thanos_bucket_store_series_gate_queries';
  return [
    ...podsMissing('ThanosStoreMissing', targets, {
      called: 'the store gateways', planned: shards === undefined || replicas === undefined ? undefined : shards * replicas,
      without: 'Queries see nothing older than what ingestors keep.', none: warning,
    }),
    ...shards === undefined ? [] : [
      warning('ThanosStoreShardMissing', 5, `(count(count by (shard) (${ofShard(`up${targets} == 1`)})) or vector(0)) < $shards`,
        'A shard of the store gateways is gone',
        '{{ $value }} of $shards shards have a pod that answers. Queries lack the blocks of the others, and say so in a warning only.'),
    ],
    warning('ThanosStoreBlockLoadsFailing', 15, `sum ${BY_POD} (increase(thanos_bucket_store_block_load_failures_total${targets}[30m])) > 0`,
      'A store gateway cannot load blocks',
      '{{ $labels.pod }} failed to load {{ $value | humanize }} blocks within half an hour; queries lack them, unless another replica has them.'),
    warning('ThanosStoreBlocksDiffer', 60, `max by (cluster, namespace, shard) (${loaded}) - min by (cluster, namespace, shard) (${loaded}) > 0`,
      'Replicas of a store gateway have different blocks',
      'Replicas of {{ $labels.shard }} differ by {{ $value }} blocks for an hour. Query asks one of them, so answers differ from one time to the next.'),
    warning('ThanosStoreQueriesDropped', 5, `sum by (cluster, namespace, pod, reason) (increase(thanos_bucket_store_queries_dropped_total${targets}[5m])) > 0`,
      'A store gateway refuses queries that touch too much',
      '{{ $labels.pod }} refused {{ $value | humanize }} queries within five minutes, for their {{ $labels.reason }} pass its limit.'),
    warning('ThanosStoreGateSaturated', 10, `${gate}_in_flight${targets} / ${gate}_max${targets} > $store_gate_ratio`,
      'A store gateway works on as many queries as it may',
      '{{ $labels.pod }} works on {{ $value | humanizePercentage }} of the queries that it may take at once; others wait.'),
    warning('ThanosStoreSlow', 15,
      `histogram_quantile(0.99, sum by (cluster, namespace, pod, le) (rate(grpc_server_handling_seconds_bucket${series}[5m]))) > $store_latency_seconds`,
      'A store gateway answers slowly',
      'One query in a hundred takes longer than {{ $value | humanizeDuration }} at {{ $labels.pod }}.'),
  ];
}
