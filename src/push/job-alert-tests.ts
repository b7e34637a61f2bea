import { Duration } from 'cdk8s';
import { JobAlertsProps, Limits, selector, START, SUCCESS } from './job-limits';
import { RUN_LABEL } from './push-group';
import type { AlertRule, AlertRuleTest, InputSeries, RuleTest } from '../rules';

/** Seconds between two values of a series. */
const STEP = 240;

/**
 * Evaluations until the longest limit is reached; promtool goes through each of them, in each test. Measured: with a hundred, the tests of a nightly
 * job take it 0.3 s of a core, and those of a monthly one 0.6 s.
 */
const EVALUATIONS = 100;

/**
 * Seconds between two evaluations of the tests: a minute, and more where limits are days, for promtool would take seconds to minutes with 1,440
 * of them a day. An alert is then seen to fire later by some hundredths of its limit.
 */
export const testInterval = (longest: number): number => 60 * Math.max(1, Math.ceil(longest / EVALUATIONS / 60));

const times = (value: number, seconds: number): string => `${value}x${Math.max(0, Math.ceil(seconds / STEP) - 1)}`;

/** Tests of one job's alerts. All begin at the time 0. */
class JobTests {
  private readonly run: Record<string, string>;
  private readonly end: number;

  constructor(
    private readonly props: JobAlertsProps, private readonly limits: Limits, private readonly alerts: AlertRule[], private readonly interval: number,
  ) {
    const { settings: { name, labels } } = props;
    this.run = { job: labels.job, [RUN_LABEL]: name };
    this.end = Math.max(limits.firstRun, limits.run, limits.start ?? 0, 2 * (limits.runs ?? 0) + limits.run, limits.maxAge ?? 0) + this.margin;
  }

  public all(): RuleTest[] {
    const { firstRun, run, start, maxAge } = this.limits;
    const [begun, done] = [this.mark(START, 30), this.mark(SUCCESS, 60)];
    return [
      this.test('it has never run', [this.up(1)], [this.rests('PushJobNeverRan', firstRun - 60), this.fires('PushJobNeverRan', firstRun + 60)]),
      ...this.elsewhere(),
      this.test('its Pushgateway is away', [this.up(0)], [this.rests('PushJobNeverRan', this.behind(firstRun))]),
      this.test('the first run fails', [this.up(1), begun], [
        this.rests('PushJobDeadlineMissed', 60), this.fires('PushJobDeadlineMissed', run + 30),
        ...(start === undefined ? [] : [this.rests('PushJobNotStarted', start - 60), this.fires('PushJobNotStarted', start + 30)]),
      ]),
      this.test('it succeeds', [this.up(1), begun, done], [
        this.rests('PushJobNeverRan', this.behind(firstRun)), this.rests('PushJobDeadlineMissed', this.behind(run)),
        ...(maxAge === undefined ? [] : [this.rests('PushJobLastSuccessTooOld', maxAge - 60), this.fires('PushJobLastSuccessTooOld', maxAge + 60)]),
      ]),
      ...this.repeatedFailures(),
      this.refusedPush(),
    ].filter(({ alertRuleTests = [] }) => alertRuleTests.length > 0);
  }

  /** When an alert that is true beyond a limit fires at the latest: in the second evaluation behind it. */
  private behind(limit: number): number {
    return this.interval * Math.ceil((limit + this.interval + 1) / this.interval);
  }

  /** Seconds for which series go on behind the last limit. */
  private get margin(): number {
    return 3 * Math.max(STEP, this.interval);
  }

  /** In a view of many clusters. */
  private elsewhere(): RuleTest[] {
    const { target: { cluster } } = this.props;
    const labels = { ...this.run, cluster: `not-${cluster}` };
    const series = [START, SUCCESS].map(metric => ({ series: `${metric}${selector(labels)}`, values: times(this.end, this.end) }));
    return cluster === undefined ? [] : [
      this.test('only a job of its name in another cluster runs', [this.up(1), ...series], [this.fires('PushJobNeverRan', this.limits.firstRun + 60)]),
      this.test('it fails, and one of its name in another cluster does not', [this.up(1), this.mark(START, 30), ...series],
        [this.fires('PushJobDeadlineMissed', this.limits.run + 30)]),
    ];
  }

  private repeatedFailures(): RuleTest[] {
    const { run, runs } = this.limits;
    if (runs === undefined) {
      return [];
    }
    const starts = [times(30, runs), times(runs + 30, runs), times(2 * runs + 30, run + this.margin)].join(' ');
    return [this.test('the second run fails, and the third', [this.mark(SUCCESS, 60), { series: `${START}${selector(this.run)}`, values: starts }],
      // Not before the third value is there.
      [this.rests('PushJobFailing', 2 * runs - 60), this.fires('PushJobFailing', Math.max(2 * runs + 30 + run, 2 * STEP * Math.ceil(runs / STEP)))])];
  }

  private refusedPush(): RuleTest {
    const { labels } = this.props.settings;
    const group = selector(labels);
    return this.test('a push is refused', [
      { series: `push_time_seconds${group}`, values: times(30, this.end) },
      { series: `push_failure_time_seconds${group}`, values: `0 ${times(60, this.end)}` },
    ], [this.rests('PushJobPushRefused', 60), this.fires('PushJobPushRefused', STEP, { job: labels.job })]);
  }

  /** Of the alerts that the job has. */
  private test(title: string, inputSeries: InputSeries[], expected: AlertRuleTest[]): RuleTest {
    return {
      name: `${this.props.settings.name}: ${title}`,
      interval: Duration.seconds(STEP),
      inputSeries,
      alertRuleTests: expected.filter(({ alertname }) => this.alerts.some(({ alert }) => alert === alertname)),
    };
  }

  private mark(metric: string, value: number): InputSeries {
    return { series: `${metric}${selector(this.run)}`, values: times(value, this.end) };
  }

  private up(value: number): InputSeries {
    return { series: `up{job="pushed", instance="${this.props.target.endpoint.address}"}`, values: times(value, this.end) };
  }

  private rests(alertname: string, evalTime: number): AlertRuleTest {
    return { evalTime: Duration.seconds(evalTime), alertname, expAlerts: [] };
  }

  private fires(alertname: string, limit: number, metricLabels = this.run): AlertRuleTest {
    const { owner } = this.props.settings;
    const { severity = '', summary = '', description = '', runbookUrl = '' } = this.alerts.find(({ alert }) => alert === alertname) ?? {};
    return {
      evalTime: Duration.seconds(this.behind(limit)),
      alertname,
      expAlerts: [{
        expLabels: { ...metricLabels, severity, ...(owner === undefined ? {} : { owner }) },
        expAnnotations: { summary, description, runbook_url: runbookUrl },
      }],
    };
  }
}

/** @param interval seconds between two evaluations */
export const testsOf = (props: JobAlertsProps, limits: Limits, alerts: AlertRule[], interval: number): RuleTest[] =>
  new JobTests(props, limits, alerts, interval).all();
