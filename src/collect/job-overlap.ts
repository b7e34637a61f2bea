import type { ResolvedJob } from './resolved-job';

/**
 * Whether two jobs of one name certainly have targets in common whose series have the same labels: they choose and label their targets by
 * the same steps, and look for them in the same places. Of jobs that differ in more, nobody can tell before they run.
 */
export function haveSharedTargets(one: ResolvedJob, other: ResolvedJob): boolean {
  return stepsOf(one) === stepsOf(other) && overlap(one.discovery.namespaces, other.discovery.namespaces) && overlap(targetsOf(one), targetsOf(other));
}

const stepsOf = (job: ResolvedJob): string => {
  const { kubernetes_sd_configs: found = [] } = job.discovery.config;
  return JSON.stringify([found.map(({ role, selectors }) => ({ role, selectors })), job.config([]).relabel_configs]);
};

const targetsOf = ({ discovery }: ResolvedJob): string[] | undefined => discovery.config.static_configs?.flatMap(({ targets }) => targets);

/** Nothing named is everywhere. */
const overlap = (some: string[] | undefined, others: string[] | undefined): boolean => !some || !others || some.some(each => others.includes(each));
