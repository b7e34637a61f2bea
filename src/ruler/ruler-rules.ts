import { RULE_REPLICA, RulerSettings } from './ruler-props';
import type { RemoteWriteEndpoint } from '../core/endpoint';
import { Rule, Severity } from '../core/findings';
import { PROGRAM_RULES } from '../core/program-options';
import { LOOKBACK_DELTA, uncountedLimits } from '../core/thanos';
import { durationText } from '../core/units';
import * as c from '../plan/constants';

/** A ruler, and what is known of where it writes. */
export interface RulerAndTarget {
  readonly ruler: RulerSettings;
  readonly target?: RemoteWriteEndpoint;
}

/** How far a limit of the receiver must stand above the largest request. */
const REQUEST_HEADROOM = 1.1;

const quoted = (names: string[]): string => names.map(name => `'${name}'`).join(', ');

const OF_STATEFUL = ['tsdbRetention', 'tsdbBlockDuration', 'uploadConcurrency', 'storeRequestSeriesLimit', 'storeRequestSamplesLimit', 'storageClassName'] as const;
const OF_STATELESS = [
  'tenant', 'maxShards', 'maxSamplesPerSend', 'remoteTimeout', 'retryOnHttp429', 'sampleAgeLimit', 'remoteWriteHeaders', 'writeRelabelings', 'remoteWriteClient',
] as const;

function foreign(ruler: RulerSettings): string[] {
  return (ruler.remoteWrite ? OF_STATEFUL : OF_STATELESS).filter(prop => ruler[prop] !== undefined);
}

function limitRule(limit: 'requestSamplesLimit' | 'requestSeriesLimit'): Rule<RulerAndTarget> {
  const needed = ({ maxSamplesPerSend = c.BATCH_FLOOR }: RulerSettings) => Math.ceil(REQUEST_HEADROOM * maxSamplesPerSend);
  return {
    id: 'ruler-batch-beyond-limit',
    broken: ({ ruler, target }) => (target?.[limit] ?? 0) > 0 && target![limit]! < needed(ruler),
    says: ({ ruler, target }) => `The receiver's '${limit}' (${target![limit]}) must be at least ${needed(ruler)}, ${REQUEST_HEADROOM} times 'maxSamplesPerSend' (${ruler.maxSamplesPerSend ?? c.BATCH_FLOOR}): `
      + 'a larger request is answered 413, and its samples are lost. Raise the limit, or lower \'maxSamplesPerSend\'.',
  };
}

const reserved = ({ ruler, target }: RulerAndTarget): string[] =>
  Object.keys(ruler.externalLabels ?? {}).filter(name => [RULE_REPLICA, target?.tenantLabel, target?.replicaLabel].includes(name));

const dropped = ({ ruler }: RulerAndTarget): string[] => (ruler.alertLabelDrop ?? []).filter(name => name === 'alertname');

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

const LABEL_RULES: Rule<RulerAndTarget>[] = [{
  id: 'ruler-label-reserved',
  broken: both => reserved(both).length > 0,
  says: both => `'externalLabels' must not have ${quoted(reserved(both))}, which rulers or their receiver set themselves to tell copies apart; take another name.`,
}, {
  id: 'ruler-drops-alertname',
  broken: both => dropped(both).length > 0,
  says: () => '\'alertLabelDrop\' must not have \'alertname\': Alertmanager would take different alerts with equal labels for one. Leave it out.',
}, {
  id: 'tenant-without-header',
  broken: ({ ruler, target }) => ruler.tenant !== undefined && target !== undefined && target.tenantHeader === undefined,
  says: ({ ruler }) => `'tenant' is '${ruler.tenant}', but the receiver knows no header for it; state its 'tenantHeader', or leave the tenant out.`,
}, {
  id: 'replica-label-on-series',
  severity: Severity.WARNING,
  broken: ({ ruler, target }) => ruler.replicas > 1 && target !== undefined && (ruler.tenant !== undefined || !target.tenantHeader || !target.tenantLabel),
  says: ({ ruler }) => `Rulers are told apart by the label '${RULE_REPLICA}' of each series that they record, for ${ruler.tenant === undefined ? 'the receiver knows no tenants' : `all are the tenant '${ruler.tenant}'`}: `
    + `the compactor can never merge them, and the bucket keeps ${ruler.replicas} copies of each for ever. Queries are merged all the same.`,
}];

/** A rule that looks at the ruler alone. */
const ofRuler = (rule: Rule<RulerSettings>): Rule<RulerAndTarget> =>
  ({ ...rule, broken: ({ ruler }) => rule.broken(ruler), says: ({ ruler }) => rule.says(ruler) });

const own = ({ ruler }: RulerAndTarget): string[] => Object.keys(ruler.externalLabels ?? {});

export const RULER_RULES: Rule<RulerAndTarget>[] = [
  ...PROGRAM_RULES.map(ofRuler),
  ...STORAGE_RULES,
  ...LABEL_RULES,
  limitRule('requestSamplesLimit'),
  limitRule('requestSeriesLimit'),
  ofRuler(uncountedLimits('ruler-limit-not-held', ['storeRequestSeriesLimit', 'storeRequestSamplesLimit'])),
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
