import { distinctZones } from './hashring';
import { RECEIVE_REPLICA, type RingSettings } from './ring-props';
import { Rule, Severity } from '../core/findings';
import { quorum } from '../plan/combinations';

const SENSIBLE_FACTORS = [1, 2, 3, 5];

const reserved = ({ externalLabels = {}, tenantLabel }: RingSettings): string[] =>
  [...new Set([RECEIVE_REPLICA, tenantLabel])].filter(label => label in externalLabels).map(label => `'${label}'`);

export const RING_RULES: Rule<RingSettings>[] = [{
  id: 'ring-replication-factor',
  broken: s => !SENSIBLE_FACTORS.includes(s.replicationFactor),
  says: s => `'replicationFactor' must be one of ${SENSIBLE_FACTORS.join(', ')}, but is ${s.replicationFactor}: an even one costs a copy `
    + `and tolerates no more than the odd one below it. Take ${s.replicationFactor === 4 ? '3, or 5 for two failures' : '3'}.`,
}, {
  id: 'ring-members-below-replication-factor',
  broken: s => s.members < s.replicationFactor,
  says: s => `'members' (${s.members}) must not be below 'replicationFactor' (${s.replicationFactor}): Thanos refuses a ring that cannot hold `
    + `each copy on a member of its own. Raise 'members' to ${s.replicationFactor} or more, or lower 'replicationFactor'.`,
}, {
  id: 'ring-members-beyond-ingestors',
  broken: s => s.members > s.ingestors,
  says: s => `'members' (${s.members}) must not exceed 'ingestors' (${s.ingestors}): writes to a member without a pod fail. `
    + `Raise 'ingestors' to ${s.members} first, and 'members' when all pods are Ready.`,
}, {
  id: 'ring-ingestors-without-series',
  severity: Severity.WARNING,
  broken: s => s.ingestors > s.members,
  says: s => `${s.ingestors - s.members} of ${s.ingestors} 'ingestors' are not 'members' of the ring (${s.members}): right while the ring grows `
    + 'or shrinks. Growing: when all pods are Ready, raise \'members\'. Shrinking: when the pods that left have uploaded their blocks, lower \'ingestors\'.',
}, {
  id: 'ring-zones-twice',
  broken: s => s.zones !== undefined && distinctZones(s.zones).length < s.zones.length,
  says: s => `'zones' must differ from each other in more than upper case, '_' and '.', for names of objects contain them, but are ${s.zones!.join(', ')}; name each zone once.`,
}, {
  id: 'ring-zone-takes-quorum',
  severity: Severity.WARNING,
  broken: s => s.zones !== undefined && s.zones.length > 1 && copiesInFullestZone(s) > s.replicationFactor - quorum(s.replicationFactor),
  says: s => `With ${s.zones!.length} 'zones' and 'replicationFactor' ${s.replicationFactor}, one zone holds ${copiesInFullestZone(s)} copies of a series, and writes `
    + `need ${quorum(s.replicationFactor)}: while that zone is away, writes wait in the senders. Use ${s.replicationFactor} zones to survive the loss of one.`,
}, {
  id: 'ring-external-label-reserved',
  broken: s => reserved(s).length > 0,
  says: s => `'externalLabels' must not have ${reserved(s).join(' and ')}: ingestors set '${RECEIVE_REPLICA}' to the name of their pod and '${s.tenantLabel}' to the tenant, `
    + 'so that copies can be told apart and merged. Take another name.',
}, {
  id: 'ring-tenant-label-reserved',
  broken: s => s.tenantLabel === RECEIVE_REPLICA,
  says: () => `'tenantLabel' must not be '${RECEIVE_REPLICA}', the label by which ingestors are told apart; take another name, or leave it out.`,
}, {
  id: 'ring-without-replication',
  severity: Severity.WARNING,
  broken: s => s.replicationFactor === 1,
  says: () => 'With \'replicationFactor\' 1 an ingestor that is away stops all writes until it is back, '
    + 'also while its node is drained, and its lost volume loses up to two hours of data. Use 3, or 2 under twin senders.',
}];

function copiesInFullestZone({ zones = [], replicationFactor }: RingSettings): number {
  return Math.ceil(replicationFactor / zones.length);
}
