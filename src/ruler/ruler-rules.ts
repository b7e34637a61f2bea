import { RULE_REPLICA, RulerSettings } from './ruler-props';
import type { RemoteWriteEndpoint } from '../core/endpoint';
import { quoted } from '../core/fields';
import { Rule, ruleOver, Severity } from '../core/findings';
import { PROGRAM_RULES } from '../core/program-options';
import { LOOKBACK_DELTA, uncountedLimits } from '../core/thanos';
import { durationText } from '../core/units';
import { requestLimitRule, reservedLabelRule, seriesLabelRule, TENANT_RULE, Writer } from '../core/writer-rules';
import * as c from '../plan/constants';

/** A ruler, and what is known of where it writes. */
interface RulerAndTarget {
  readonly ruler: RulerSettings;
  readonly target?: RemoteWriteEndpoint;
}

const OF_STATEFUL = ['tsdbRetention', 'tsdbBlockDuration', 'uploadConcurrency', 'storeRequestSeriesLimit', 'storeRequestSamplesLimit', 'storageClassName'] as const;
const OF_STATELESS = [
  'tenant', 'maxShards', 'maxSamplesPerSend', 'remoteTimeout', 'retryOnHttp429', 'sampleAgeLimit', 'remoteWriteHeaders', 'writeRelabelings', 'remoteWriteClient',
] as const;

function foreign(ruler: RulerSettings): string[] {
  return (ruler.remoteWrite ? OF_STATEFUL : OF_STATELESS).filter(prop => ruler[prop] !== undefined);
}

const dropped = ({ ruler }: RulerAndTarget): string[] => (ruler.alertLabelDrop ?? []).filter(name => name === 'alertname');

const writer = ({ ruler, target }: RulerAndTarget): Writer => ({ ...ruler, maxSamplesPerSend: ruler.maxSamplesPerSend ?? c.BATCH_FLOOR, target });
const alone = ({ ruler }: RulerAndTarget): RulerSettings => ruler;

const STORAGE_RULES: Rule<RulerAndTarget>[] = [{
  id: 'ruler-without-storage',
  broken: ({ ruler }) => !ruler.remoteWrite && !ruler.bucket,
  says: () => 'Neither \'remoteWrite\' nor \'bucket\' is given, so that nothing would keep what rules record, and the state of alerts. Give \'remoteWrite\' the ring, for a '
    + 'stateless ruler, or \'bucket\', for one with blocks of its own.',
}, {
  id: 'ruler-with-two-storages',
  broken: ({ ruler }) => ruler.remoteWrite !== undefined && ruler.bucket !== undefined,
  says: () => '\'remoteWrite\' and \'bucket\' are both given, but a ruler that writes to a receiver keeps no blocks to upload. Leave one of them out.',
}, {
  id: 'ruler-prop-of-other-kind',
  broken: ({ ruler }) => foreign(ruler).length > 0,
  says: ({ ruler }) => `Only a ruler with ${ruler.remoteWrite ? 'a \'bucket\'' : '\'remoteWrite\''} knows ${quoted(foreign(ruler))}, but this one has ${ruler.remoteWrite ? '\'remoteWrite\'' : 'none'}, `
    + 'so that nothing would change. Leave out what is not known.',
}, {
  id: 'ruler-shards-of-stateful',
  broken: ({ ruler }) => (ruler.shards ?? 1) > 1 && !ruler.remoteWrite,
  says: ({ ruler }) => `'shards' (${ruler.shards}) needs 'remoteWrite': blocks of several shards would have the same labels, and each group that moves would leave a series behind. `
    + 'Write to the ring, or use one shard.',
}];

const own = ({ ruler }: RulerAndTarget): string[] => Object.keys(ruler.externalLabels ?? {});

export const RULER_RULES: Rule<RulerAndTarget>[] = [
  ...PROGRAM_RULES.map(rule => ruleOver(alone, rule)),
  ...STORAGE_RULES,
  ruleOver(writer, reservedLabelRule('ruler-label-reserved', 'rulers', RULE_REPLICA)),
  {
    id: 'ruler-drops-alertname',
    broken: both => dropped(both).length > 0,
    says: () => '\'alertLabelDrop\' must not have \'alertname\': Alertmanager would take different alerts with equal labels for one. Leave it out.',
  },
  ruleOver(writer, TENANT_RULE),
  ruleOver(writer, seriesLabelRule('Rulers', RULE_REPLICA)),
  ruleOver(writer, requestLimitRule('ruler-batch-beyond-limit', 'requestSamplesLimit')),
  ruleOver(writer, requestLimitRule('ruler-batch-beyond-limit', 'requestSeriesLimit')),
  ruleOver(alone, uncountedLimits('ruler-limit-not-held', ['storeRequestSeriesLimit', 'storeRequestSamplesLimit'])),
  {
    id: 'ruler-labels-hide-state',
    severity: Severity.NOTE,
    broken: both => both.target !== undefined && own(both).length > 0,
    says: both => `A ruler that starts reads the state of its alerts back without ${quoted(own(both))}, the 'externalLabels': the 'for' of alerts whose own expression has such a label begins anew. `
      + 'For a label that series have anyway, add it by \'alertRelabelings\' to alerts that have lost it.',
  },
  {
    id: 'ruler-interval-beyond-lookback',
    severity: Severity.WARNING,
    broken: ({ ruler }) => 2 * ruler.evaluationInterval > LOOKBACK_DELTA,
    says: ({ ruler }) => `'evaluationInterval' is ${durationText(ruler.evaluationInterval)}, but PromQL takes a series for gone after ${durationText(LOOKBACK_DELTA)} without a sample: one evaluation that fails `
      + 'makes a hole in what is recorded. Stay at half of it or below.',
  },
  {
    id: 'ruler-interval-below-scrapes',
    severity: Severity.WARNING,
    broken: ({ ruler }) => ruler.evaluationInterval < ruler.scrapeInterval,
    says: ({ ruler }) => `'evaluationInterval' (${durationText(ruler.evaluationInterval)}) is below the workload's scrape interval (${durationText(ruler.scrapeInterval)}): rules are evaluated again where nothing has changed. `
      + 'Raise it.',
  },
  {
    id: 'ruler-names-all-and-some',
    severity: Severity.WARNING,
    broken: ({ ruler }) => ruler.allNamespaces === true && ruler.ruleNamespaces !== undefined,
    says: ({ ruler }) => `'allNamespaces' is true, so that 'ruleNamespaces' (${ruler.ruleNamespaces!.join(', ')}) restricts nothing. Leave one of them out.`,
  },
];
