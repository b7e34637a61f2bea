import { existsSync } from 'node:fs';
import { Duration } from 'cdk8s';
import { Severity } from '../../src/core/findings';
import { RUNBOOKS } from '../../src/core/runbooks';
import { Pushgateway, PushGatewayJob, PushGatewayJobProps } from '../../src/push';
import { RuleTestOutcome } from '../../src/rules';
import { fixture } from '../fixture';
import { programPath } from '../programs/build';
import { findingsOf } from '../store/parts';

function jobOf(props: Partial<PushGatewayJobProps>, cluster?: string) {
  const { chart } = fixture();
  const pushgateway = new Pushgateway(chart, 'pushgateway', { shards: 1, cluster });
  return { chart, job: new PushGatewayJob(chart, 'report', { pushgateway, image: 'registry.example.com/report:1.0', owner: 'reporting', ...props }) };
}

const SCHEDULES: [string, Partial<PushGatewayJobProps>][] = [
  ['each minute', { schedule: '* * * * *' }],
  ['each quarter of an hour', { schedule: '*/15 * * * *' }],
  ['each night', { schedule: '30 2 * * *', timeZone: 'Europe/Berlin' }],
  ['in working hours', { schedule: '0 9-17 * * 1-5' }],
  ['each week, for a day', { schedule: '@weekly', deadline: Duration.days(1) }],
  ['each month', { schedule: '@monthly' }],
  ['once', {}],
  ['no more, for it is suspended', { schedule: '*/15 * * * *', suspend: true }],
  ['once, and again by hand', { maxAge: Duration.days(1), group: { job: 'report', labels: { team: 'a"b\\c' } } }],
];

test('alerts of a job', () => {
  expect(jobOf({ schedule: '30 2 * * *' }).job.alerts.toYaml()).toMatchSnapshot();
});

test.each(SCHEDULES)('a job that runs %s: promtool', (_, props) => {
  const promtool = programPath('promtool');
  if (existsSync(promtool)) {
    for (const cluster of [undefined, 'eu.1']) {
      expect(jobOf(props, cluster).job.alerts.runTests({ promtool, required: true }).outcome).toBe(RuleTestOutcome.PASSED);
    }
  }
});

test('in a view of many clusters, only a job\'s own is meant, and in its own view, where series do not bear its name', () => {
  const { expr } = jobOf({}, 'eu.1').job.alerts.toYaml().match(/expr: (?<expr>absent.+)/)!.groups!;
  expect(expr).toBe('absent(job_last_start_timestamp_seconds{job="report", push_job="report", cluster=~"|eu\\\\.1"}) unless on () '
    + 'up{instance="pushgateway-0.monitoring.svc.cluster.local:9091", cluster=~"|eu\\\\.1"} == 0');
});

test.each(SCHEDULES)('a job that runs %s: no mistakes', (_, props) => {
  const { chart } = jobOf(props);
  expect([...findingsOf(chart, Severity.ERROR), ...findingsOf(chart, Severity.WARNING)].filter(text => !/^(pushgateway-not-scraped|push-job-alerts-unused):/.test(text))).toEqual([]);
});

test('each alert names its page, here or elsewhere', () => {
  const pagesOf = (props: Partial<PushGatewayJobProps>) => [...jobOf({ schedule: '@daily', ...props }).job.alerts.toYaml().matchAll(/alert: (\w+)[^]*?runbook_url: (\S+)/g)];
  expect(pagesOf({})).toHaveLength(6);
  expect(pagesOf({}).filter(([, alert, url]) => url !== `${RUNBOOKS}/${alert}.md`)).toEqual([]);
  expect(pagesOf({ runbookBaseUrl: 'https://wiki.example.com/jobs/' })[0][2]).toBe('https://wiki.example.com/jobs/PushJobNeverRan.md');
});

test('which alerts there are', () => {
  const alertsOf = (props: Partial<PushGatewayJobProps>) => [...jobOf(props).job.alerts.toYaml().matchAll(/alert: (\w+)/g)].map(([, name]) => name);
  expect(alertsOf({ schedule: '@daily' })).toEqual(['PushJobNeverRan', 'PushJobNotStarted', 'PushJobLastSuccessTooOld', 'PushJobDeadlineMissed', 'PushJobFailing', 'PushJobPushRefused']);
  expect(alertsOf({ schedule: '@daily', suspend: true })).toEqual(['PushJobDeadlineMissed', 'PushJobFailing', 'PushJobPushRefused']);
  expect(alertsOf({})).toEqual(['PushJobNeverRan', 'PushJobDeadlineMissed', 'PushJobPushRefused']);
});

test('what is rarer than a month is not put before promtool', () => {
  expect(jobOf({ schedule: '@yearly' }).job.alerts.runTests().outcome).toBe(RuleTestOutcome.SKIPPED);
});
