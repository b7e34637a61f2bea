import type { SenderSettings } from './sharded-prometheus-props';
import { REPLICA_LABEL } from './twins';
import type { RemoteWriteEndpoint } from '../core/endpoint';
import { quoted } from '../core/fields';
import { Rule, ruleOver } from '../core/findings';
import { durationText, seconds } from '../core/units';
import { requestLimitRule, reservedLabelRule, seriesLabelRule, TENANT_RULE, Writer } from '../core/writer-rules';

/** Senders, and what is known of where they write. */
interface SenderAndTarget {
  readonly sender: SenderSettings;
  readonly target: RemoteWriteEndpoint;
}

/** Without an out-of-order window, a sample that is as much older than the newest of its tenant is refused: half of a TSDB's block. */
const LATE_WITHOUT_WINDOW = 3600;

const lateness = ({ outOfOrderTimeWindow }: RemoteWriteEndpoint): number => seconds(outOfOrderTimeWindow!) || LATE_WITHOUT_WINDOW;

const shardLabels = ({ sender }: SenderAndTarget): string[] =>
  Object.keys(sender.externalLabels ?? {}).filter(name => /(^|_)(shard|ordinal)(_|$)/i.test(name));

const tenantHeaders = ({ sender, target }: SenderAndTarget): string[] =>
  Object.keys(sender.remoteWriteHeaders ?? {}).filter(name => name.toLowerCase() === target.tenantHeader?.toLowerCase());

const writer = ({ sender, target }: SenderAndTarget): Writer => ({ ...sender, target });

export const REMOTE_WRITE_RULES: Rule<SenderAndTarget>[] = [
  ruleOver(writer, requestLimitRule('batch-beyond-samples-limit', 'requestSamplesLimit')),
  ruleOver(writer, requestLimitRule('batch-beyond-series-limit', 'requestSeriesLimit')),
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
  ruleOver(writer, reservedLabelRule('external-label-reserved', 'the senders', REPLICA_LABEL)),
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
  ruleOver(writer, TENANT_RULE),
  ruleOver(writer, seriesLabelRule('Twins', REPLICA_LABEL)),
];
