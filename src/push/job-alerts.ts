import type { Construct } from 'constructs';
import { Duration } from 'cdk8s';
import type { JobSettings } from './job-settings';
import { RUN_LABEL } from './push-group';
import type { Endpoint } from '../core/endpoint';
import { durationText } from '../core/units';
import { AlertRule, AlertRuleSet, AlertRuleTest, AlertSeverity, RuleTest } from '../rules';

const START = 'job_last_start_timestamp_seconds';
const SUCCESS = 'job_last_success_timestamp_seconds';

/** Seconds that a mark may be late: it is scraped and evaluated some time after it was pushed. */
const MARGIN = 120;

/** Seconds; what is rarer is not tested by promtool, which would go through each of its minutes. */
const LONGEST_TESTED = 3 * 86400;

/** What the alerts of a job need to know. */
export interface JobAlertsProps {
  readonly settings: JobSettings;
  readonly shard: Endpoint;
}

const selector = (labels: Record<string, string>): string => `{${Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`;

/** Numbers of the alerts, in seconds. */
interface Limits {
  readonly firstRun: number;
  readonly run: number;
  readonly start?: number;
  readonly runs?: number;
  readonly maxAge?: number;
}

function limitsOf({ gaps, deadline, startingDeadline = 0, maxAge }: JobSettings): Limits {
  const run = deadline + MARGIN;
  return gaps === undefined ? { firstRun: run, run, maxAge }
    : { firstRun: gaps.longest + startingDeadline + MARGIN, run, start: gaps.longest + startingDeadline + MARGIN, runs: gaps.longest, maxAge };
}

function alertsOf({ settings, shard }: JobAlertsProps, limits: Limits): AlertRule[] {
  const { name, labels, schedule } = settings;
  const run = selector({ job: labels.job, [RUN_LABEL]: name });
  const last = (metric: string) => `max by (job, ${RUN_LABEL}) (${metric}${run})`;
  // Without any success, all runs since the beginning of time have failed.
  const success = `(${last(SUCCESS)} or ${last(START)} * 0)`;
  const group = selector({ ...labels, [RUN_LABEL]: '' });
  const job = `Job ${name}`;
  // Of a job whose schedule rests, nothing is awaited.
  const awaited = (alert: AlertRule): AlertRule[] => (settings.suspend ? [] : [alert]);
  const scheduled: AlertRule[] = schedule === undefined ? [] : [...awaited({
    alert: 'PushJobNotStarted',
    expr: `time() - ${last(START)} > $start`,
    severity: AlertSeverity.WARNING,
    summary: `${job} did not begin when it should.`,
    description: `No run of ${name} has begun for ${durationText(limits.start!)}, though its schedule is ${schedule}: it was suspended, the run before is still at work, or its pods cannot be made.`,
  }), {
    alert: 'PushJobFailing',
    expr: `${last(START)} - ${success} > $runs and time() - ${last(START)} > $run`,
    severity: AlertSeverity.CRITICAL,
    summary: `${job} fails again and again.`,
    description: `Runs of ${name} begin, but the last two, or all that there were, did not succeed.`,
  }];
  return [...awaited({
    alert: 'PushJobNeverRan',
    // Of a Pushgateway that is away nothing is known, and there are alerts of its own.
    expr: `absent(${START}${run}) unless on () up{job="pushgateway", instance="${shard.address}"} == 0`,
    for: Duration.seconds(limits.firstRun),
    severity: AlertSeverity.WARNING,
    summary: `${job} has never run.`,
    description: `Nothing is known of any run of ${name}: it was never begun, cannot reach its Pushgateway, or nobody scrapes that.`,
  }), {
    alert: 'PushJobDeadlineMissed',
    expr: `time() - ${last(START)} > $run and ${last(START)} > ${success}`,
    severity: AlertSeverity.WARNING,
    summary: `${job} has failed, or is late.`,
    description: `The last run of ${name} was not done within its deadline of ${durationText(settings.deadline)}, with all its retries: it failed, or its metrics could not be pushed.`,
  }, ...scheduled, ...(limits.maxAge === undefined ? [] : awaited({
    alert: 'PushJobLastSuccessTooOld',
    expr: `time() - ${last(SUCCESS)} > $maxAge`,
    severity: AlertSeverity.CRITICAL,
    summary: `${job} has not succeeded for long.`,
    description: `The last success of ${name} is more than ${durationText(limits.maxAge)} old, and so is what it pushed.`,
  })), {
    alert: 'PushJobPushRefused',
    expr: `max by (job) (push_failure_time_seconds${group}) > max by (job) (push_time_seconds${group})`,
    severity: AlertSeverity.WARNING,
    summary: `Metrics of job ${name} are refused.`,
    description: `The Pushgateway has refused the last push of ${name}: it has timestamps, or contradicts other metrics. The log of the job has the reason.`,
  }];
}

/** The alerts of one job; all tests of them begin at the time 0, in steps of four minutes. */
export function addJobAlerts(at: Construct, props: JobAlertsProps): AlertRuleSet {
  const { settings } = props;
  const limits = limitsOf(settings);
  const alerts = alertsOf(props, limits);
  const { firstRun, ...thresholds } = limits;
  const longest = Math.max(firstRun, ...Object.values(thresholds).filter(limit => limit !== undefined));
  return new AlertRuleSet(at, 'alerts', {
    name: `push-job-${settings.name}`,
    owner: settings.owner,
    thresholds: Object.fromEntries(Object.entries(thresholds).filter(([threshold, limit]) => limit !== undefined && alerts.some(({ expr }) => new RegExp(`\\$${threshold}\\b`).test(expr)))),
    groups: [{ name: `push-job-${settings.name}`, rules: alerts }],
    tests: longest > LONGEST_TESTED ? [] : testsOf(props, limits, alerts),
  });
}

/** Seconds of a step. */
const STEP = 240;

function testsOf({ settings: { name, labels, owner }, shard }: JobAlertsProps, limits: Limits, alerts: AlertRule[]): RuleTest[] {
  const run = { job: labels.job, [RUN_LABEL]: name };
  const group = selector(labels);
  const last = STEP * Math.ceil((Math.max(limits.firstRun, limits.run, limits.start ?? 0, 2 * (limits.runs ?? 0) + limits.run, limits.maxAge ?? 0) + 2 * STEP) / STEP);
  const always = (metric: string, series: string, value: number) => ({ series: `${metric}${series}`, values: `${value}x${last / STEP}` });
  const fires = (alertname: string, evalTime: number, metricLabels: Record<string, string>) => {
    const { severity, summary, description } = alerts.find(({ alert }) => alert === alertname) ?? {};
    return {
      evalTime: Duration.seconds(evalTime),
      alertname,
      expAlerts: [{ expLabels: { ...metricLabels, severity: severity!, ...(owner === undefined ? {} : { owner }) }, expAnnotations: { summary: summary!, description: description! } }],
    };
  };
  const rests = (alertname: string, evalTime: number) => ({ evalTime: Duration.seconds(evalTime), alertname, expAlerts: [] });
  const test = (title: string, inputSeries: RuleTest['inputSeries'], alertRuleTests: AlertRuleTest[]): RuleTest =>
    ({ name: `${name}: ${title}`, interval: Duration.seconds(STEP), inputSeries, alertRuleTests: alertRuleTests.filter(({ alertname }) => alerts.some(({ alert }) => alert === alertname)) });
  const up = (value: number) => always('up', `{job="pushgateway", instance="${shard.address}"}`, value);
  const [begun, done] = [selector(run), selector(run)];
  // Rounded up to the minute in which it is evaluated.
  const after = (limit: number) => 60 * Math.ceil((limit + 61) / 60);
  const tests = [
    test('it has never run', [up(1)], [rests('PushJobNeverRan', limits.firstRun - 60), fires('PushJobNeverRan', after(limits.firstRun + 60), run)]),
    test('its Pushgateway is away', [up(0)], [rests('PushJobNeverRan', after(limits.firstRun + 60))]),
    test('the first run fails', [up(1), always(START, begun, 30)], [
      rests('PushJobDeadlineMissed', 60), fires('PushJobDeadlineMissed', after(limits.run + 30), run),
      ...(limits.start === undefined ? [] : [rests('PushJobNotStarted', limits.start - 60), fires('PushJobNotStarted', after(limits.start + 30), run)]),
    ]),
    test('it succeeds', [up(1), always(START, begun, 30), always(SUCCESS, done, 60)], [
      rests('PushJobNeverRan', after(limits.firstRun)), rests('PushJobDeadlineMissed', after(limits.run + 30)),
      ...(limits.maxAge === undefined ? [] : [rests('PushJobLastSuccessTooOld', limits.maxAge - 60), fires('PushJobLastSuccessTooOld', after(limits.maxAge + 60), run)]),
    ]),
    ...(limits.runs === undefined ? [] : [test('the second run fails, and the third', [
      always(SUCCESS, done, 60),
      { series: `${START}${begun}`, values: `30x${Math.ceil(limits.runs / STEP) - 1} ${limits.runs + 30}x${Math.ceil(limits.runs / STEP) - 1} ${2 * limits.runs + 30}x${Math.ceil(limits.run / STEP) + 2}` },
    ], [
      rests('PushJobFailing', 2 * limits.runs - 60), fires('PushJobFailing', after(2 * limits.runs + 30 + limits.run), run),
    ])]),
    test('a push is refused', [always('push_time_seconds', group, 30), { series: `push_failure_time_seconds${group}`, values: `0 60x${last / STEP - 1}` }], [
      rests('PushJobPushRefused', 60), fires('PushJobPushRefused', 2 * STEP, { job: labels.job }),
    ]),
  ];
  return tests.filter(({ alertRuleTests = [] }) => alertRuleTests.length > 0);
}
