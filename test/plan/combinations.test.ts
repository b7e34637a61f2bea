import { planAll } from './plan-all';
import { planCombinations, quorum } from '../../src/plan/combinations';

const { load, ring } = planAll({ activeSeries: 1_000_000 });

test('compares heads, pods and failures', () => {
  const rows = planCombinations(load, ring).map(row =>
    [row.senderReplicas, row.replicationFactor, row.headsPerSeries, row.ingestors, row.writeQuorum, row.writeFailuresTolerated, row.chosen]);
  expect(rows).toEqual([
    [2, 5, 10, 11, 3, 2, false],
    [2, 3, 6, 7, 2, 1, true],
    [2, 2, 4, 5, 1, 1, false],
    [1, 5, 5, 6, 3, 2, false],
    [1, 3, 3, 4, 2, 1, false],
    [1, 2, 2, 3, 1, 1, false],
    [1, 1, 1, 1, 1, 0, false],
  ]);
});

test.each([
  [2, 3, "A sender that restarts leaves no gap, as its twin has the samples. Writes go on with 1 of a ring's ingestors away. Until a sample is uploaded, up to 5 h, it is sure to be on 2 disks only for each sender."],
  [2, 2, "A sender that restarts leaves no gap, as its twin has the samples. Writes go on with 1 of a ring's ingestors away. Until a sample is uploaded, up to 5 h, it is sure to be on one disk only for each sender."],
  [1, 1, 'A sender that restarts leaves a gap of its start, and of the whole backlog if the ring was away. Writes stop while one ingestor is away. Until a sample is uploaded, up to 5 h, it is sure to be on one disk only.'],
])('says what %d senders with replication factor %d can lose', (senderReplicas, replicationFactor, loses) => {
  const found = planCombinations(load, ring).find(row => row.senderReplicas === senderReplicas && row.replicationFactor === replicationFactor);
  expect(found?.loses).toBe(loses);
});

test('a choice of the user comes first if it is not among them', () => {
  const rows = planCombinations(load, { senderReplicas: 3, replicationFactor: 3 });
  expect(rows.map(row => row.chosen)).toEqual([true, ...Array(7).fill(false)]);
  expect(rows[0].headsPerSeries).toBe(9);
});

test.each([[1, 1], [2, 1], [3, 2], [4, 3], [5, 3]])('replication factor %d has a write quorum of %d', (factor, expected) => {
  expect(quorum(factor)).toBe(expected);
});
