import { PrometheusMode, ReplicaRollout, SenderSettings, Sharding } from './sharded-prometheus-props';
import { quoted } from '../core/fields';
import { Rule, Severity } from '../core/findings';
import { PROGRAM_RULES } from '../core/program-options';
import { bytesText, durationText } from '../core/units';
import { WAL_PERIODS_PER_OUTAGE } from '../plan/constants';
import { FigureUnit } from '../plan/figure';
import { formatValue } from '../plan/format';

type Rules = Rule<SenderSettings>[];

const QUEUE_RULES: Rules = [{
  id: 'queue-shards-reversed',
  broken: s => s.minShards > s.maxShards,
  says: s => `'minShards' (${s.minShards}) must not exceed 'maxShards' (${s.maxShards}): Prometheus refuses such a queue. Lower the one or raise the other.`,
}, {
  id: 'queue-capacity-below-batch',
  broken: s => s.capacity < s.maxSamplesPerSend,
  says: s => `'capacity' (${s.capacity}) must not be below 'maxSamplesPerSend' (${s.maxSamplesPerSend}), or no request is ever full; three to ten times as much is right.`,
}, {
  id: 'queue-backoff-reversed',
  broken: s => s.minBackoff > s.maxBackoff,
  says: s => `'minBackoff' (${durationText(s.minBackoff)}) must not exceed 'maxBackoff' (${durationText(s.maxBackoff)}): Prometheus refuses such a queue.`,
}, {
  id: 'queue-never-catches-up',
  broken: s => s.drainTime === Infinity,
  says: s => `${s.maxShards} 'maxShards' with ${s.maxSamplesPerSend} 'maxSamplesPerSend' send no faster than ${Math.round(s.samplesPerSecond)} samples a second come in: `
    + 'after an outage a sender stays behind until its WAL is cut off. Raise one of them, or use more shards.',
}, {
  id: 'queue-drains-late',
  severity: Severity.WARNING,
  broken: s => s.drainTime !== Infinity && s.drainTime > s.drain * 1.01,
  says: s => `After an outage of ${durationText(s.outage)}, ${s.maxShards} 'maxShards' need ${durationText(Math.round(s.drainTime))} to catch up, and the workload allows `
    + `${durationText(s.drain)}; the receiver may refuse samples that come so late. Raise 'maxShards' or 'maxSamplesPerSend'.`,
}, {
  id: 'queue-beyond-memory',
  broken: s => s.queueMemory >= s.memoryLimit,
  says: s => `The queue takes up to ${formatValue(s.queueMemory, FigureUnit.BYTES)} with 'maxShards' ${s.maxShards} and 'capacity' ${s.capacity}, which is not below 'memoryLimit' (${bytesText(s.memoryLimit)}): `
    + 'in an outage the pod is killed, and what it held back is lost. Raise the limit, or shrink the queue.',
}, {
  id: 'sample-age-below-outage',
  broken: s => s.sampleAgeLimit !== undefined && s.sampleAgeLimit < s.outage,
  says: s => `'sampleAgeLimit' (${durationText(s.sampleAgeLimit!)}) must not be below the workload's outage (${durationText(s.outage)}), or what is held back meanwhile is thrown away; raise it, or leave it out.`,
}, {
  id: 'samples-lost-on-429',
  severity: Severity.WARNING,
  broken: s => s.retryOnHttp429 === false,
  says: () => '\'retryOnHttp429\' is false: each request that the receiver answers with 429, as it does when it is busy, loses its samples. Leave it at true.',
}];

const OUTAGE_OF_SERVERS = 3600;

const DISK_RULES: Rules = [{
  id: 'wal-shorter-than-outage',
  broken: s => s.mode === PrometheusMode.AGENT && s.walTruncateFrequency < WAL_PERIODS_PER_OUTAGE * s.outage,
  says: s => `'walTruncateFrequency' must be at least ${WAL_PERIODS_PER_OUTAGE} times the workload's outage, ${durationText(WAL_PERIODS_PER_OUTAGE * s.outage)}, but is `
    + `${durationText(s.walTruncateFrequency)}: a truncation deletes the lower two thirds of the WAL, sent or not. Raise it, or plan for a shorter outage.`,
}, {
  id: 'server-outage-too-long',
  broken: s => s.mode === PrometheusMode.SERVER && s.outage > OUTAGE_OF_SERVERS,
  says: s => `A Prometheus server survives an outage of the receiver of ${durationText(OUTAGE_OF_SERVERS)} at the most, for its WAL is truncated every 2h and no flag changes that, `
    + `but the workload's outage is ${durationText(s.outage)}. Use PrometheusMode.AGENT, or plan for a shorter outage.`,
}, {
  id: 'prop-of-other-mode',
  broken: s => propsOfOtherMode(s).length > 0,
  says: s => `${propsOfOtherMode(s).map(prop => `'${prop}'`).join(', ')} must not be given in mode '${s.mode}': only ${s.mode === PrometheusMode.AGENT
    ? 'a server evaluates rules and keeps blocks' : 'an agent cuts its WAL by the clock'}. Leave it out, or change 'mode'.`,
}];

const SERVER_PROPS = ['evaluationInterval', 'rules', 'alertSinks', 'retention', 'storageClassName'] as const;

function propsOfOtherMode(s: SenderSettings): string[] {
  return s.mode === PrometheusMode.AGENT ? SERVER_PROPS.filter(prop => s[prop] !== undefined) : s.byHand.filter(prop => prop === 'walTruncateFrequency');
}

const propsOfDynamic = (s: SenderSettings): string[] => (s.sharding === Sharding.STATIC ? s.byHand.filter(prop => prop === 'targetAllocator' || prop === 'autoscaling') : []);
const replicaNames = (s: SenderSettings): string => s.senders.map(({ name }) => name).join(', ');
const shardsOfReplicas = (s: SenderSettings): string => s.senders.map(({ name, shards }) => `${name}: ${shards}`).join(', ');
const unknownReplicas = ({ replicaShards = {}, senders }: SenderSettings): string[] =>
  Object.keys(replicaShards).filter(key => senders.every(({ name }) => name !== key));

const REPLICA_RULES: Rules = [{
  id: 'single-sender',
  severity: Severity.WARNING,
  broken: s => s.replicas === 1,
  says: () => 'With \'replicas\' 1 each restart of a sender leaves a gap in all of its series, and one during an outage of the receiver loses all that it held back: '
    + 'Prometheus never sends what was in its WAL before it started. Only a twin has those samples.',
}, {
  id: 'replica-shards-unknown',
  broken: s => unknownReplicas(s).length > 0,
  says: s => `'replicaShards' names ${quoted(unknownReplicas(s))}, but with 'replicas' ${s.replicas} there are only ${replicaNames(s)}; use these names.`,
}, {
  id: 'replicas-resharding',
  severity: Severity.WARNING,
  broken: s => new Set(s.senders.map(({ shards }) => shards)).size > 1,
  says: s => `The replicas have different numbers of shards (${shardsOfReplicas(s)}): right while resharding. When those with the new number scrape well, set it for the others; `
    + 'then set \'shards\' to it and leave \'replicaShards\' out.',
}, {
  id: 'static-shards',
  severity: Severity.NOTE,
  broken: s => s.sharding === Sharding.STATIC,
  says: s => `Targets are hashed over ${s.shards} ${s.shards === 1 ? 'shard' : 'shards'} by the configuration. 'kubectl scale' and autoscalers on these StatefulSets change the pods but not the configuration: `
    + 'targets would go unscraped. To reshard, change \'shards\', with twins first one and then the other by \'replicaShards\'. Where the load changes by the hour, Sharding.DYNAMIC lets senders come and go.',
}, {
  id: 'dynamic-shards',
  severity: Severity.NOTE,
  broken: s => s.sharding === Sharding.DYNAMIC,
  says: s => 'Target allocators spread the targets over whatever senders there are: no configuration changes when they come and go. A target that moves misses a scrape or two of one twin, so that twins must '
    + `not move together: ${s.scaling ? 'the autoscaler lets one settle before the other moves' : 'scale one, and the other when it scrapes well'}. Where the load changes by the month, Sharding.STATIC needs fewer programs.`,
}, {
  id: 'prop-of-other-sharding',
  broken: s => propsOfDynamic(s).length > 0,
  says: s => `${propsOfDynamic(s).map(prop => `'${prop}'`).join(' and ')} must not be given with static sharding, for a number of shards that stands in the configuration cannot follow the pods. `
    + 'Use \'sharding\' Sharding.DYNAMIC, or leave it out.',
}, {
  id: 'replica-shards-autoscaled',
  broken: s => s.scaling !== undefined && s.replicaShards !== undefined,
  says: () => '\'replicaShards\' must not be given with \'autoscaling\', which sets the number of each replica; leave it out.',
}, {
  id: 'twins-roll-together',
  severity: Severity.WARNING,
  broken: s => s.replicas > 1 && s.replicaRollout === ReplicaRollout.TOGETHER,
  says: () => 'An apply that changes the pods rolls all twins at the same time, so that a shard and its twin restart together and leave a gap. '
    + 'Leave \'replicaRollout\' out, and each twin stops when the one before is back. A change of the configuration alone restarts nothing.',
}];

const REST_RULES: Rules = [{
  id: 'scrape-timeout-beyond-interval',
  broken: s => s.scrapeTimeout !== undefined && s.scrapeTimeout > s.scrapeInterval,
  says: s => `'scrapeTimeout' (${durationText(s.scrapeTimeout!)}) must not exceed 'scrapeInterval' (${durationText(s.scrapeInterval)}): Prometheus refuses that. Lower the one or raise the other.`,
}, {
  id: 'grace-below-flush',
  broken: s => s.terminationGracePeriod <= s.flushDeadline,
  says: s => `'terminationGracePeriod' (${durationText(s.terminationGracePeriod)}) must be longer than 'flushDeadline' (${durationText(s.flushDeadline)}), or a stopping sender is killed while it sends `
    + 'what is queued; raise the one or lower the other.',
}, {
  id: 'cluster-label-missing',
  severity: Severity.NOTE,
  broken: s => s.externalLabels?.cluster === undefined,
  says: () => 'Series bear no label \'cluster\': with a second cluster in the same bucket, equal series of both would be merged. Set it in \'externalLabels\'.',
}];

const SERVER_RULES: Rules = [{
  id: 'remote-write-missing',
  broken: s => s.mode === PrometheusMode.AGENT && s.remoteWrite === undefined,
  says: () => '\'remoteWrite\' must be given in mode \'agent\', for an agent keeps nothing itself: a receiver of remote write, e.g. a ThanosReceiveRing. '
    + 'To keep samples in a TSDB of its own, use PrometheusMode.SERVER.',
}];

export const SENDER_RULES: Rules = [...PROGRAM_RULES, ...QUEUE_RULES, ...DISK_RULES, ...SERVER_RULES, ...REPLICA_RULES, ...REST_RULES];
