import type { PartFigures } from './figures';
import { JOBS } from './jobs';
import { BY_PLATFORM, PlatformAlert, PlatformSet, podsMissing, podsOf, Selector, share, warning } from './platform-alert';
import { failedRequests, slowest } from './queries';
import { RulePlacement } from '../rules/rule';

/** The query frontend: where people and dashboards ask. */
export function queryFrontendRules(figures: PartFigures): PlatformSet {
  return {
    part: figures.name,
    thresholds: { pods: figures.replicas, query_error_ratio: 0.05, query_latency_seconds: 20, query_retries: 1, cache_error_ratio: 0.1 },
    groups: [{ name: figures.name, placement: RulePlacement.META_MONITORING, alerts: at => alerts(at, figures) }],
  };
}

function alerts(at: Selector, { name, replicas }: PartFigures): PlatformAlert[] {
  const of = (...matchers: string[]) => at.pods(JOBS.queryFrontend, podsOf(name), ...matchers);
  const handled = (...matchers: string[]) => of('handler="query-frontend"', ...matchers);
  const retries = share(`cortex_query_frontend_retries_sum${of()}`, `cortex_query_frontend_retries_count${of()}`, BY_PLATFORM);
  const cache = 'cortex_cache_request_duration_seconds_count';
  const cacheErrors = share(`${cache}${of('status_code=~"5.."')}`, `${cache}${of()}`, 'by (cluster, namespace, method)');
  return [
    ...podsMissing('ThanosQueryFrontendMissing', of(), {
      called: 'the query frontend', planned: replicas, without: 'People and dashboards see nothing; rules are judged all the same.', none: warning,
    }),
    warning('ThanosQueryFrontendFailing', 10, `${failedRequests(handled)} > $query_error_ratio`,
      'The query frontend fails',
      '{{ $value | humanizePercentage }} of the requests of people and dashboards are answered 5xx.'),
    warning('ThanosQueryFrontendSlow', 15, `${slowest(handled())} > $query_latency_seconds`,
      'The query frontend is slow',
      'One request in a hundred takes longer than {{ $value | humanizeDuration }}.'),
    warning('ThanosQueryFrontendRetries', 15, `${retries} > $query_retries`,
      'The query frontend has to ask again and again',
      'A request is repeated {{ $value | humanize }} times on average before Query answers it.'),
    warning('ThanosQueryFrontendCacheFailing', 15, `${cacheErrors} > $cache_error_ratio`,
      'The cache of answers does not answer',
      '{{ $value | humanizePercentage }} of requests to the cache fail ({{ $labels.method }}); Query computes all anew.'),
  ];
}
