import { planAll, podNeeds } from './plan-all';
import { CapacityPlan } from '../../src/plan/capacity-plan';
import { planCombinations } from '../../src/plan/combinations';
import { Figure, FigureUnit } from '../../src/plan/figure';
import { planRing } from '../../src/plan/ring';
import { planSenders } from '../../src/plan/senders';
import { planTotal } from '../../src/plan/total';
import { Workload } from '../../src/plan/workload';

const { load, ring, figures } = planAll({ activeSeries: 1_000_000 });
const plan = CapacityPlan._of({ figures, combinations: planCombinations(load, ring), findings: ['The embedded object store is one pod.'] });

/** A plan of one part that stands alone, one figure of it set by hand. */
const small = CapacityPlan._of({ figures: planSenders(Workload.of({ activeSeries: 1_000_000 })._load, ring, { maxShards: 5 }).figures.filter(figure => ['maxShards', 'drainTime'].includes(figure.name)) });

test('gives one figure', () => {
  expect(plan.figure('senders', 'maxSamplesPerSend')).toMatchObject({ value: 2000, unit: FigureUnit.SAMPLES, byHand: false });
});

test.each([
  ['sendrs', 'maxShards', "The plan has no part 'sendrs'; its parts are senders."],
  ['senders', 'drain', "The plan has no figure 'drain' of 'senders'; that part has maxShards, drainTime."],
])('says what it has in place of %s.%s', (part, name, message) => {
  expect(() => small.figure(part, name)).toThrow(message);
});

test('points at the part that has a figure', () => {
  expect(() => plan.figure('senders', 'rings')).toThrow(/ Did you mean the one of ring\?$/);
});

test('prints a table for the terminal', () => {
  expect(small.toTable()).toBe(`senders
┌──────────────────────────────┬────────────────┬──────────────────────────────────────────────────────────┬──────────────────────────────────────────────┐
│ figure                       │ value          │ formula                                                  │ reason                                       │
├──────────────────────────────┼────────────────┼──────────────────────────────────────────────────────────┼──────────────────────────────────────────────┤
│ maxShards                    │ 5 by hand      │ max(minShards, ceil(samplesPerSecond × latencyUnderLoad  │ After a few minutes of outage every queue    │
│                              │ (plan: 16)     │ ÷ maxSamplesPerSend × (1 + (outage + RESHARD_DELAY) ÷    │ runs at this bound, so it is what catches up │
│                              │                │ max(drain − RESHARD_DELAY, drain ÷ 2))))                 │ in time and what the ring has to bear.       │
│                              │                │ = max(3, ceil(33,333.3 × 0.3 ÷ 2,000 × (1 + (3,600 + 30) │                                              │
│                              │                │ ÷ max(1,800 − 30, 1,800 ÷ 2))))                          │                                              │
│ drainTime                    │ never          │ RESHARD_DELAY + max(0, samplesPerSecond × outage −       │ How long after the longest outage a sender   │
│                              │                │ RESHARD_DELAY × (minShards × maxSamplesPerSend ÷         │ is behind, and its newest samples late.      │
│                              │                │ latencyUnderLoad − samplesPerSecond)) ÷ (maxShards ×     │                                              │
│                              │                │ maxSamplesPerSend ÷ latencyUnderLoad − samplesPerSecond) │                                              │
│                              │                │ = 30 + max(0, 33,333.3 × 3,600 − 30 × (3 × 2,000 ÷ 0.3 − │                                              │
│                              │                │ 33,333.3)) ÷ (5 × 2,000 ÷ 0.3 − 33,333.3)                │                                              │
└──────────────────────────────┴────────────────┴──────────────────────────────────────────────────────────┴──────────────────────────────────────────────┘

findings
None.
`);
});

test('prints Markdown', () => {
  expect(small.toMarkdown()).toBe(`# Capacity plan

## senders

| figure | value | formula | reason | source |
| --- | --- | --- | --- | --- |
| \`maxShards\` | 5 by hand (plan: 16) | max(minShards, ceil(samplesPerSecond × latencyUnderLoad ÷ maxSamplesPerSend × (1 + (outage + RESHARD_DELAY) ÷ max(drain − RESHARD_DELAY, drain ÷ 2))))<br>= max(3, ceil(33,333.3 × 0.3 ÷ 2,000 × (1 + (3,600 + 30) ÷ max(1,800 − 30, 1,800 ÷ 2)))) | After a few minutes of outage every queue runs at this bound, so it is what catches up in time and what the ring has to bear. | Prometheus 3.14, storage/remote/queue_manager.go; docs/calibration.json |
| \`drainTime\` | never | RESHARD_DELAY + max(0, samplesPerSecond × outage − RESHARD_DELAY × (minShards × maxSamplesPerSend ÷ latencyUnderLoad − samplesPerSecond)) ÷ (maxShards × maxSamplesPerSend ÷ latencyUnderLoad − samplesPerSecond)<br>= 30 + max(0, 33,333.3 × 3,600 − 30 × (3 × 2,000 ÷ 0.3 − 33,333.3)) ÷ (5 × 2,000 ÷ 0.3 − 33,333.3) | How long after the longest outage a sender is behind, and its newest samples late. | Prometheus 3.14, storage/remote/queue_manager.go; docs/calibration.json |

## Findings

None.
`);
});

test('prints every part, the combinations and the findings', () => {
  const markdown = plan.toMarkdown();
  expect(figures.filter(({ part, name }) => !markdown.includes(`## ${part}\n`) || !markdown.includes(`| \`${name}\` |`))).toEqual([]);
  const { combinations, findings } = plan;
  for (const text of [markdown, CapacityPlan._of({ figures: [], combinations, findings }).toTable()]) {
    expect(text).toContain('what it can lose');
    expect(text).toContain('The embedded object store is one pod.');
  }
});

test('what is drawn below a finding is code in Markdown', () => {
  const findings = ['warning rate-of-gauge at rules: \'rate\' is for counters.\n    rate(queue_length[5m])\n         ^^^^^^^^^^^^', 'note x at y: Z.'];
  const drawn = CapacityPlan._of({ figures: [], findings });
  expect(drawn.toMarkdown()).toBe('# Capacity plan\n\n## Findings\n\n- warning rate-of-gauge at rules: \'rate\' is for counters.\n\n      rate(queue_length[5m])\n           ^^^^^^^^^^^^\n- note x at y: Z.\n');
  expect(drawn.toTable()).toBe(`findings\n${findings.join('\n')}\n`);
});

test('JSON holds every figure with all that explains it, the same each time', () => {
  const json: { figures: Figure[]; combinations: unknown[]; rules: unknown[]; findings: string[] } = JSON.parse(plan.toJson());
  expect(Object.keys(json)).toEqual(['figures', 'combinations', 'rules', 'prerequisites', 'findings']);
  expect(json.figures).toHaveLength(figures.length);
  expect(json.figures.find(figure => figure.name === 'walTruncateFrequency')).toEqual({
    part: 'senders',
    name: 'walTruncateFrequency',
    unit: 's',
    planned: 7200,
    value: 7200,
    byHand: false,
    formula: 'WAL_PERIODS_PER_OUTAGE × outage',
    numbers: '2 × 3,600',
    reason: 'Each truncation deletes the lower two thirds of the WAL, sent or not, so only half a period is sure to outlast an outage.',
    source: 'Prometheus 3.14, tsdb/agent/db.go',
  });
  expect(CapacityPlan._of(plan).toJson()).toBe(plan.toJson());
});

test('a time that never ends is null in JSON', () => {
  expect(JSON.parse(small.toJson()).figures[1].value).toBeNull();
});

test('does not follow later changes of what it was made from', () => {
  const mine = [...figures];
  const made = CapacityPlan._of({ figures: mine });
  mine.pop();
  expect(made.figures).toHaveLength(figures.length);
});

test('adds up what all pods request', () => {
  const priced = planAll({ activeSeries: 10_000, prices: { vcpuMonth: 20, memoryGibMonth: 3 } });
  const total = planTotal(priced.load, Object.values(podNeeds(priced)), priced.bucket.monthlyCost);
  expect(total.pods).toBe(15);
  expect(total.cpuRequests).toBeCloseTo(0.8, 6);
  expect(total.monthlyPodCost).toBeCloseTo(total.cpuRequests * 20 + total.memoryRequests / 2 ** 30 * 3, 6);
  expect(total.monthlyCost).toBeCloseTo(total.monthlyPodCost + priced.bucket.monthlyCost, 6);
});

test('zones make members a multiple of them', () => {
  expect(planRing(load, { senderReplicas: 2, zones: 3 }, {}).members).toBe(9);
  expect(planRing(load, { senderReplicas: 1 }, { replicationFactor: 1 }).members).toBe(1);
});
