import type { FileGroup } from './rule-file';
import type { SentAlert } from '../core/alert-source';

/** What is known of the alerts of some groups before any of them fires. */
export function sentAlerts(groups: FileGroup[]): SentAlert[] {
  return groups.flatMap(({ labels: ofGroup, rules }) => rules.flatMap(({ alert, labels: own }) => {
    if (alert === undefined) return [];
    const labels = Object.entries({ ...ofGroup, ...own });
    const made = ([, value]: [string, string]) => value.includes('{{');
    return [{ name: alert, labels: Object.fromEntries(labels.filter(label => !made(label))), unknownLabels: labels.filter(made).map(([name]) => name) }];
  }));
}
