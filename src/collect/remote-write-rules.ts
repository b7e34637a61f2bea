import type { SenderSettings } from './sharded-prometheus-props';
import { REPLICA_LABEL } from './twins';
import type { RemoteWriteEndpoint } from '../core/endpoint';
import { Rule, Severity } from '../core/findings';
import { durationText, seconds } from '../core/units';

/** Senders, and what is known of where they write. */
export interface SenderAndTarget {
  readonly sender: SenderSettings;
  readonly target: RemoteWriteEndpoint;
}

/** How far a limit of the receiver must stand above the largest batch. */
const BATCH_HEADROOM = 1.1;

/** Without an out-of-order window, a sample that is as much older than the newest of its tenant is refused: half of a TSDB's block. */
const LATE_WITHOUT_WINDOW = 3600;

function batchRule(id: string, prop: 'requestSamplesLimit' | 'requestSeriesLimit'): Rule<SenderAndTarget> {
  const needed = ({ maxSamplesPerSend }: SenderSettings) => Math.ceil(BATCH_HEADROOM * maxSamplesPerSend);
  return {
    id,
    broken: ({ sender, target }) => (target[prop] ?? 0) > 0 && target[prop]! < needed(sender),
    says: ({ sender, target }) => `The receiver's '${prop}' (${target[prop]}) must be at least ${needed(sender)}, ${BATCH_HEADROOM} times 'maxSamplesPerSend' (${sender.maxSamplesPerSend}): `
      + 'a larger request is answered 413, and its samples are lost. Raise the limit, or lower \'maxSamplesPerSend\'.',
  };
}

const lateness = ({ outOfOrderTimeWindow }: RemoteWriteEndpoint): number => seconds(outOfOrderTimeWindow!) || LATE_WITHOUT_WINDOW;

const reserved = ({ sender, target }: SenderAndTarget): string[] =>
  Object.keys(sender.externalLabels ?? {}).filter(name => [REPLICA_LABEL, target.tenantLabel, target.replicaLabel].includes(name));

const shardLabels = ({ sender }: SenderAndTarget): string[] =>
  Object.keys(sender.externalLabels ?? {}).filter(name => /(^|_)(shard|ordinal)(_|$)/i.test(name));

const tenantHeaders = ({ sender, target }: SenderAndTarget): string[] =>
  Object.keys(sender.remoteWriteHeaders ?? {}).filter(name => name.toLowerCase() === target.tenantHeader?.toLowerCase());

const quoted = (names: string[]): string => names.map(name => `'${name}'`).join(', ');

export const REMOTE_WRITE_RULES: Rule<SenderAndTarget>[] = [
  batchRule('batch-beyond-samples-limit', 'requestSamplesLimit'),
  batchRule('batch-beyond-series-limit', 'requestSeriesLimit'),
  {
    id: 'out-of-order-window-below-outage',
    broken: ({ sender, target }) => target.outOfOrderTimeWindow !== undefined && lateness(target) < sender.outage,
    says: ({ sender, target }) => `The receiver takes samples that are up to ${durationText(lateness(target))} late, but senders hold them back for the workload's outage, ${durationText(sender.outage)}: `
      + 'what is older is refused and lost. Raise the receiver\'s \'outOfOrderTimeWindow\', or plan for a shorter outage.',
  },
  {
    id: 'two-copies-without-twins',
    broken: ({ sender, target }) => target.replicationFactor === 2 && sender.replicas === 1,
    says: () => 'The receiver\'s \'replicationFactor\' is 2, which answers as soon as one copy is written, and that is only sensible under twin senders, but \'replicas\' is 1. '
      + 'Use 2 replicas, or a replication factor of 3.',
  },
  {
    id: 'external-label-reserved',
    broken: both => reserved(both).length > 0,
    says: both => `'externalLabels' must not have ${quoted(reserved(both))}, which the senders or their receiver set themselves to tell copies apart; take another name.`,
  },
  {
    id: 'external-label-of-shard',
    broken: both => shardLabels(both).length > 0,
    says: both => `'externalLabels' must not have ${quoted(shardLabels(both))}: a label that names the shard makes a new series of each old one whenever targets move to another shard. Leave it out.`,
  },
  {
    id: 'header-of-tenant',
    broken: both => tenantHeaders(both).length > 0,
    says: both => `'remoteWriteHeaders' must not have ${quoted(tenantHeaders(both))}, the header in which the receiver looks for the tenant; set 'tenant', or leave it out.`,
  },
  {
    id: 'tenant-without-header',
    broken: ({ sender, target }) => sender.tenant !== undefined && target.tenantHeader === undefined,
    says: ({ sender }) => `'tenant' is '${sender.tenant}', but the receiver knows no header for it; state its 'tenantHeader', or leave the tenant out.`,
  },
  {
    id: 'replica-label-on-series',
    severity: Severity.WARNING,
    broken: ({ sender }) => sender.replicas > 1 && sender.replicaLabel?.on === 'series',
    says: ({ sender }) => `Twins are told apart by the label '${REPLICA_LABEL}' of each series, for ${sender.tenant === undefined ? 'the receiver knows no tenants' : `all are the tenant '${sender.tenant}'`}: `
      + `the compactor can never merge them, and the bucket keeps ${sender.replicas} copies of each series for ever. Queries are merged all the same.`,
  },
];
