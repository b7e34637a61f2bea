import { Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import { testInterval, testsOf } from './job-alert-tests';
import { JobAlertsProps, Limits, limitsOf, selector, START, SUCCESS } from './job-limits';
import { RUN_LABEL } from './push-group';
import { Severity } from '../core/findings';
import { Graph } from '../core/graph';
import { RUNBOOKS, runbookUrl } from '../core/runbooks';
import { durationText } from '../core/units';
import { AlertRule, AlertRuleSet, AlertSeverity } from '../rules';

/** Seconds: two months and more, as the alerts of a monthly job need. What is rarer has no tests, for promtool would be given millions of samples. */
const LONGEST_TESTED = 100 * 86400;

/** Parts of the expressions, and how the job is called. */
interface Words {
  readonly run: string;
  readonly job: string;
  /** The newest value of a mark, should two shards hold one for a while. */
  readonly last: (metric: string) => string;
  /** When it succeeded last. Without any success, all runs since the beginning of time have failed. */
  readonly success: string;
}

function wordsOf({ settings: { name, labels }, target: { cluster } }: JobAlertsProps): Words {
  const run = selector({ job: labels.job, [RUN_LABEL]: name }, cluster);
  const last = (metric: string) => `max by (job, ${RUN_LABEL}) (${metric}${run})`;
  return { run, job: `Job ${name}`, last, success: `(${last(SUCCESS)} or ${last(START)} * 0)` };
}

/** What is awaited of a job, unless its schedule rests. */
function awaitedAlerts({ settings: { name, schedule }, target: { endpoint, cluster } }: JobAlertsProps, limits: Limits, words: Words): AlertRule[] {
  const { run, job, last } = words;
  return [{
    alert: 'PushJobNeverRan',
    // Of a Pushgateway that is away nothing is known, and there are alerts of its own.
    expr: `absent(${START}${run}) unless on () up${selector({ instance: endpoint.address }, cluster)} == 0`,
    for: Duration.seconds(limits.firstRun),
    severity: AlertSeverity.WARNING,
    summary: `${job} has never run.`,
    description: `Nothing is known of any run of ${name}: it was never begun, cannot reach its Pushgateway, or nobody scrapes that.`,
  }, ...(limits.start === undefined ? [] : [{
    alert: 'PushJobNotStarted',
    expr: `time() - ${last(START)} > $start`,
    severity: AlertSeverity.WARNING,
    summary: `${job} did not begin when it should.`,
    description: `No run of ${name} has begun for ${durationText(limits.start)}, though its schedule is ${schedule}: it was suspended, the run before is still at work, or its pods cannot be made.`,
  }]), ...(limits.maxAge === undefined ? [] : [{
    alert: 'PushJobLastSuccessTooOld',
    expr: `time() - ${last(SUCCESS)} > $maxAge`,
    severity: AlertSeverity.CRITICAL,
    summary: `${job} has not succeeded for long.`,
    description: `The last success of ${name} is more than ${durationText(limits.maxAge)} old, and so is what it pushed.`,
  }])];
}

/** What must not become of its runs. */
function failureAlerts({ settings: { name, labels, deadline }, target: { cluster } }: JobAlertsProps, limits: Limits, words: Words): AlertRule[] {
  const { job, last, success } = words;
  const group = selector({ ...labels, [RUN_LABEL]: '' }, cluster);
  return [{
    alert: 'PushJobDeadlineMissed',
    expr: `time() - ${last(START)} > $run and ${last(START)} > ${success}`,
    severity: AlertSeverity.WARNING,
    summary: `${job} has failed, or is late.`,
    description: `The last run of ${name} was not done within its deadline of ${durationText(deadline)}, with all its retries: it failed, or its metrics could not be pushed.`,
  }, ...(limits.runs === undefined ? [] : [{
    alert: 'PushJobFailing',
    expr: `${last(START)} - ${success} > $runs and time() - ${last(START)} > $run`,
    severity: AlertSeverity.CRITICAL,
    summary: `${job} fails again and again.`,
    description: `Runs of ${name} begin, but the last two, or all that there were, did not succeed.`,
  }]), {
    alert: 'PushJobPushRefused',
    expr: `max by (job) (push_failure_time_seconds${group}) > max by (job) (push_time_seconds${group})`,
    severity: AlertSeverity.WARNING,
    summary: `Metrics of job ${name} are refused.`,
    description: `The Pushgateway has refused the last push of ${name}: it has timestamps, or contradicts other metrics. The log of the job has the reason.`,
  }];
}

/** The alerts of one job. */
export function addJobAlerts(at: Construct, props: JobAlertsProps): AlertRuleSet {
  const { settings } = props;
  const limits = limitsOf(settings);
  const words = wordsOf(props);
  const alerts = [...(settings.suspend ? [] : awaitedAlerts(props, limits, words)), ...failureAlerts(props, limits, words)]
    .map(alert => ({ ...alert, runbookUrl: runbookUrl(settings.runbookBaseUrl ?? RUNBOOKS, alert.alert) }));
  const { firstRun, ...thresholds } = limits;
  const longest = Math.max(firstRun, ...Object.values(thresholds).filter(limit => limit !== undefined));
  const interval = testInterval(longest);
  const set = new AlertRuleSet(at, 'alerts', {
    name: `push-job-${settings.name}`,
    owner: settings.owner,
    thresholds: Object.fromEntries(Object.entries(thresholds).filter(([threshold, limit]) => limit !== undefined && alerts.some(({ expr }) => new RegExp(`\\$${threshold}\\b`).test(expr)))),
    groups: [{ name: `push-job-${settings.name}`, rules: alerts }],
    // Of the tests alone: evaluators take their own, for groups state none.
    evaluationInterval: Duration.seconds(interval),
    tests: longest > LONGEST_TESTED ? [] : testsOf(props, limits, alerts, interval),
  });
  set._leaveToOwner();
  Graph.of(at).addCheck(at, report => {
    if (!set._isUsed) {
      report('push-job-alerts-unused', `Nobody evaluates the alerts of the job '${settings.name}', so that nobody is told when it fails, or no longer runs. `
        + 'Give the stack an \'alertmanager\', a \'ruler\' or \'metaMonitoring\'; without a stack, give \'alerts\' to an evaluator by its \'addRules\'.', Severity.WARNING);
    }
  });
  return set;
}
