import * as fs from 'node:fs';
import * as path from 'node:path';
import { casesOf, printedOf, rulesOf } from './platform';
import { PLATFORM_STEPS } from '../../src/collect/default-metric-relabelings';
import { Metrics as ContinuousTestMetrics } from '../../src/continuous-test/program/metrics';
import { JOBS } from '../../src/platform-rules/jobs';
import { Cleaner } from '../../src/push/program/cleaner';
import { Metrics as RuleLoaderMetrics } from '../../src/rule-loader/program/metrics';

interface Shown {
  readonly from: string;
  readonly labels: string;
}

const SHOWN = JSON.parse(fs.readFileSync(path.join(__dirname, 'metrics.json'), 'utf8')) as Record<string, Shown>;

/** Metrics that rules read and that no program of the platform shows, and why they are there. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  up: 'Prometheus makes it of each scrape',
  kubelet_volume_stats_available_bytes: 'kubelets show it',
  kubelet_volume_stats_capacity_bytes: 'kubelets show it',
  kubelet_volume_stats_used_bytes: 'kubelets show it',
  container_memory_working_set_bytes: 'cAdvisor shows it',
  container_spec_memory_limit_bytes: 'cAdvisor shows it',
  container_oom_events_total: 'cAdvisor shows it',
};

/** Programs of our own, by the job that their metrics come with. */
const OWN: Readonly<Record<string, string>> = {
  [JOBS.continuousTest]: new ContinuousTestMetrics().text(),
  [JOBS.ruler]: new RuleLoaderMetrics().text(),
  [JOBS.pushgatewayClient]: new Cleaner(() => { /* nothing is logged */ }).text(),
};

/** Labels that a target has, and those that names in conflict with them become. */
const OF_TARGETS = ['job', 'namespace', 'pod', 'container', 'cluster', 'exported_namespace'];

interface Read {
  readonly metric: string;
  readonly job?: string;
  readonly matched: string[];
}

const readBy = (expr: string): Read[] => [...expr.matchAll(/([a-zA-Z_:][\w:]*)\{([^}]*)\}/g)].map(([, metric, matchers]) => ({
  metric: metric.replace(/_bucket$/, '_count'),
  job: /job="([^"]*)"/.exec(matchers)?.[1],
  matched: [...matchers.matchAll(/(\w+)(?:=~|!~|!=|=)"/g)].map(([, label]) => label).filter(label => label !== 'le'),
}));

const all = casesOf(rulesOf().rules).flatMap(([set]) => printedOf(set)).map(({ alert, expr }) => ({ alert, expr, reads: readBy(expr) }));

const isOurs = ({ metric, job = '' }: Read) => new RegExp(`^# HELP ${metric} `, 'm').test(OWN[job] ?? '');

test('rules read only metrics that the real programs show, from the jobs that show them', () => {
  const wrong = all.flatMap(({ alert, reads }) => reads.filter(read => {
    const shown = SHOWN[read.metric];
    const from = shown?.from.split(' ').map(source => source.split('/')[0]) ?? [];
    return !(read.metric in ELSEWHERE) && !isOurs(read) && !(shown && (read.job === undefined || from.includes(read.job)));
  }).map(({ metric, job }) => `${alert}: ${metric} of ${job}`));
  expect(wrong).toEqual([]);
});

test('rules match only labels that these metrics have', () => {
  const wrong = all.flatMap(({ alert, reads }) => reads.filter(read => !(read.metric in ELSEWHERE) && !isOurs(read)).flatMap(({ metric, matched }) => {
    const known = [...OF_TARGETS, ...SHOWN[metric]?.labels.split(' ') ?? []];
    return matched.filter(label => !known.includes(label)).map(label => `${alert}: ${metric}{${label}}`);
  }));
  expect(wrong).toEqual([]);
});

test('tests put in only labels that these metrics have', () => {
  const put = casesOf(rulesOf().rules).flatMap(([, cases]) => cases.flatMap(({ alert, firing, quiet }) =>
    Object.keys({ ...firing, ...quiet }).flatMap(key => readBy(key).map(read => ({ alert, ...read })))));
  const wrong = put.filter(read => !(read.metric in ELSEWHERE) && !isOurs(read)).flatMap(({ alert, metric, matched }) => {
    const known = [...OF_TARGETS, ...SHOWN[metric]?.labels.split(' ') ?? []];
    return matched.filter(label => !known.includes(label)).map(label => `${alert}: ${metric}{${label}}`);
  });
  expect([...new Set(wrong)]).toEqual([]);
});

test('the job that scrapes the platform drops nothing that rules read', () => {
  const dropped = (name: string, le: string) => PLATFORM_STEPS.some(({ action, source_labels: sources, regex }) => {
    const value = sources!.map(label => ({ __name__: name, le })[label] ?? '').join(';');
    return new RegExp(`^(?:${regex})$`).test(value) === (action === 'drop');
  });
  const read = all.flatMap(({ expr }) => [...expr.matchAll(/([a-zA-Z_:][\w:]*)\{/g)].map(([, metric]) => metric));
  expect([...new Set(read)].filter(metric => dropped(metric, metric.endsWith('_bucket') ? '+Inf' : ''))).toEqual([]);
});
