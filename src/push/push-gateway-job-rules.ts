import { type JobSettings, VARIABLES } from './job-settings';
import { KeepGroup } from './push-gateway-job-props';
import { groupText } from './push-group';
import type { Gaps } from './schedule';
import { quoted } from '../core/fields';
import { Rule, Severity } from '../core/findings';
import { programRules } from '../core/program-options';
import { durationText } from '../core/units';

const OF_SCHEDULES = ['timeZone', 'suspend', 'startingDeadline', 'successfulHistory', 'failedHistory'] as const;

const withoutSchedule = (s: JobSettings) => (s.schedule === undefined ? OF_SCHEDULES.filter(prop => s[prop] !== undefined) : []);
const replaced = (s: JobSettings) => (s.metricLabels ?? []).filter(name => name in s.labels);
const taken = (s: JobSettings) => Object.keys(s.env ?? {}).filter(name => VARIABLES[s.method].includes(name));
const belowPeriod = (value: number | undefined, gaps?: Gaps): boolean => value !== undefined && gaps !== undefined && value < gaps.longest;

export const PUSH_GATEWAY_JOB_RULES: Rule<JobSettings>[] = [
  ...programRules(),
  {
    id: 'push-label-in-group',
    broken: s => replaced(s).length > 0,
    says: s => `'metricLabels' has ${quoted(replaced(s), ' and ')}, which the group ${groupText(s.labels)} has too: Pushgateway gives the group's value to each series, and the metrics' own is lost. `
      + 'Give the label another name in the metrics or in the group.',
  },
  {
    id: 'push-job-deadline-beyond-period',
    severity: Severity.WARNING,
    broken: s => s.gaps !== undefined && s.deadline > s.gaps.shortest,
    says: s => `'deadline' (${durationText(s.deadline)}) is longer than the shortest time between two runs of '${s.schedule}' (${durationText(s.gaps!.shortest)}): a run that takes so long lets the next one fall out, `
      + 'for no two may overlap. Lower it, or let it run less often.',
  },
  {
    id: 'push-job-starting-deadline-beyond-period',
    severity: Severity.WARNING,
    broken: s => s.gaps !== undefined && s.startingDeadline! > s.gaps.shortest,
    says: s => `'startingDeadline' (${durationText(s.startingDeadline!)}) is longer than the shortest time between two runs of '${s.schedule}' (${durationText(s.gaps!.shortest)}): after a pause, a run begins late just before `
      + 'its successor would begin in time. Lower it.',
  },
  {
    id: 'push-job-push-timeout-beyond-deadline',
    broken: s => s.pushTimeout >= s.deadline,
    says: s => `'pushTimeout' (${durationText(s.pushTimeout)}) must be shorter than 'deadline' (${durationText(s.deadline)}), in which the job has to be done as well. Lower the first or raise the other.`,
  },
  {
    id: 'push-job-max-age-below-period',
    broken: s => belowPeriod(s.maxAge, s.gaps),
    says: s => `'maxAge' (${durationText(s.maxAge!)}) must not be shorter than the longest time between two runs of '${s.schedule}' (${durationText(s.gaps!.longest)}): the alert would fire before each of them. `
      + 'Raise it, or let it run more often.',
  },
  {
    id: 'push-group-deleted-between-runs',
    severity: Severity.WARNING,
    broken: s => s.keep !== KeepGroup.UNTIL_DONE && belowPeriod(s.deleteAfter, s.gaps),
    says: s => `'deleteAfter' (${durationText(s.deleteAfter)}) is shorter than the longest time between two runs of '${s.schedule}' (${durationText(s.gaps!.longest)}): its metrics are gone before the next run, `
      + "and alerts on them end by themselves. Raise it; or, if they are to be there for a while only, use 'keep: KeepGroup.UNTIL_DONE'.",
  },
  {
    id: 'push-job-without-schedule',
    broken: s => withoutSchedule(s).length > 0,
    says: s => `${quoted(withoutSchedule(s), ' and ')} must not be given without a 'schedule': a Job that runs once has no use for it. Leave it out, or give a schedule.`,
  },
  {
    id: 'push-job-env-taken',
    broken: s => taken(s).length > 0,
    says: s => `'env' must not have ${quoted(taken(s), ' and ')}, by which the job is told where its metrics go; leave it out.`,
  },
];
