import { INGESTOR_BYTES_PER_SERIES } from './constants';
import { Load } from './load';
import { sizeRing } from './ring';

/** One choice of sender replicas and replication factor, with its price and what it can lose. */
export interface Combination {
  /** Senders that scrape each target. */
  readonly senderReplicas: number;
  /** Copies of each series that the ring keeps. */
  readonly replicationFactor: number;
  /** Heads that each active series takes in the ring: sender replicas × replication factor. */
  readonly headsPerSeries: number;
  /** Bytes of memory that all heads of the workload take, over all rings. */
  readonly headMemory: number;
  /** Ingestors over all rings. */
  readonly ingestors: number;
  /** Copies that must be written before a sender forgets a sample. */
  readonly writeQuorum: number;
  /** Ingestors of one ring that may be away while every write still succeeds. */
  readonly writeFailuresTolerated: number;
  /** What it can lose, in one sentence. */
  readonly loses: string;
  /** Whether this is the combination of the plan. */
  readonly chosen: boolean;
}

/** The combinations worth comparing, from what is kept best to what is cheapest. */
const CHOICES: readonly (readonly [number, number])[] = [[2, 5], [2, 3], [2, 2], [1, 5], [1, 3], [1, 2], [1, 1]];

/** Prices what a plan chose beside its alternatives. */
export function planCombinations(load: Load, chosen: { senderReplicas: number; replicationFactor: number }): Combination[] {
  const isChosen = ([senders, factor]: readonly [number, number]) => senders === chosen.senderReplicas && factor === chosen.replicationFactor;
  const choices = CHOICES.some(isChosen) ? CHOICES : [[chosen.senderReplicas, chosen.replicationFactor] as const, ...CHOICES];
  return choices.map(choice => {
    const [senderReplicas, replicationFactor] = choice;
    const ring = sizeRing(load, { senderReplicas }, { replicationFactor });
    const writeQuorum = quorum(replicationFactor);
    return {
      senderReplicas,
      replicationFactor,
      headsPerSeries: senderReplicas * replicationFactor,
      headMemory: ring.seriesPerIngestor * ring.members * ring.rings * INGESTOR_BYTES_PER_SERIES,
      ingestors: ring.members * ring.rings,
      writeQuorum,
      writeFailuresTolerated: replicationFactor - writeQuorum,
      loses: `${sendersLose(senderReplicas)} ${ringLoses({ senderReplicas, replicationFactor, writeQuorum })}`,
      chosen: isChosen(choice),
    };
  });
}

/** Copies that Receive must have written before it answers 200; two replicas are a special case of one. */
export function quorum(replicationFactor: number): number {
  return replicationFactor === 2 ? 1 : Math.floor(replicationFactor / 2) + 1;
}

function sendersLose(replicas: number): string {
  return replicas > 1
    ? 'A sender that restarts leaves no gap, as its twin has the samples.'
    : 'A sender that restarts leaves a gap of its start, and of the whole backlog if the ring was away.';
}

function ringLoses(combination: { senderReplicas: number; replicationFactor: number; writeQuorum: number }): string {
  const { senderReplicas, replicationFactor, writeQuorum } = combination;
  const tolerated = replicationFactor - writeQuorum;
  const writes = tolerated === 0 ? 'Writes stop while one ingestor is away.' : `Writes go on with ${tolerated} of a ring's ingestors away.`;
  const disks = writeQuorum === 1 ? 'one disk' : `${writeQuorum} disks`;
  const each = senderReplicas > 1 ? ' for each sender' : '';
  return `${writes} Until a sample is uploaded, up to 5 h, it is sure to be on ${disks} only${each}.`;
}
