import * as fs from 'node:fs';
import * as path from 'node:path';
import { Metrics as AlarmRecorderMetrics } from '../../src/alerting/program/metrics';
import { Metrics as ContinuousTestMetrics } from '../../src/continuous-test/program/metrics';
import { Metrics as JobLoaderMetrics } from '../../src/job-loader/program/metrics';
import { JOBS } from '../../src/platform-rules/jobs';
import { Cleaner } from '../../src/push/program/cleaner';
import { Metrics as RuleLoaderMetrics } from '../../src/rule-loader/program/metrics';

interface Shown {
  readonly from: string;
  readonly labels: string;
}

/** Metrics that the real programs showed to `collect-metrics.ts`, the jobs that they come from, and their labels. */
export const SHOWN = JSON.parse(fs.readFileSync(path.join(__dirname, 'metrics.json'), 'utf8')) as Record<string, Shown>;

/** Metrics that rules read and that no program of the platform shows, and why they are there. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
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
  [JOBS.alertmanager]: new AlarmRecorderMetrics().text(),
  [JOBS.continuousTest]: new ContinuousTestMetrics().text(),
  [JOBS.prometheus]: new JobLoaderMetrics().text(),
  [JOBS.ruler]: new RuleLoaderMetrics().text(),
  [JOBS.pushgatewayClient]: new Cleaner(() => { /* nothing is logged */ }).text(),
};

/** Labels that a target has, and those that names in conflict with them become. */
export const OF_TARGETS = ['job', 'namespace', 'pod', 'container', 'cluster', 'exported_namespace'];

export interface Read {
  readonly metric: string;
  readonly job?: string;
  readonly matched: string[];
}

/** The metrics that an expression reads; buckets by their count. */
export const readBy = (expr: string): Read[] => [...expr.matchAll(/([a-zA-Z_:][\w:]*)\{([^}]*)\}/g)].map(([, metric, matchers]) => ({
  metric: metric.replace(/_bucket$/, '_count'),
  job: /job="([^"]*)"/.exec(matchers)?.[1],
  matched: [...matchers.matchAll(/(\w+)(?:=~|!~|!=|=)"/g)].map(([, label]) => label).filter(label => label !== 'le'),
}));

/** Whether a program of our own shows it. */
export const isOurs = ({ metric, job }: Read): boolean =>
  (job === undefined ? Object.values(OWN) : [OWN[job] ?? '']).some(text => new RegExp(`^# HELP ${metric} `, 'm').test(text));
