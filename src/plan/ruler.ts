import { ceil, roundUp } from './arithmetic';
import * as c from './constants';
import { FigureUnit } from './figure';
import { planClaim, planCpu, planMemory } from './resources';
import { calc, Given, Planned, Sheet } from './sheet';

/** Figures of a ruler; those that `ThanosRuler` has a prop for bear the prop's name. */
type RulerKey =
  | 'replicas'
  | 'plannedRules'
  | 'rulesOfShard'
  | 'rulerSeries'
  | 'ruleConcurrentEvaluation'
  | 'storageSize'
  | 'cpuRequest'
  | 'memoryRequest'
  | 'memoryLimit';

export type RulerPlan = Planned<RulerKey>;

/** What a ruler is planned by. */
export interface RulerInputs {
  /** Rules that the app itself gives it. */
  readonly ownRules: number;
  /** Seconds between two evaluations. */
  readonly evaluationInterval: number;
  /** Parts into which the groups are divided. */
  readonly shards: number;
  /** Whether it keeps blocks, in place of a log of what is to be written. */
  readonly stateful: boolean;
  /** Seconds that it keeps blocks. */
  readonly tsdbRetention: number;
}

type Ruler = Sheet<RulerKey>;

/** Plans one pod of a ruler. */
export function planRuler(inputs: RulerInputs, given: Given<RulerKey>, part = 'ruler'): RulerPlan {
  const sheet = new Sheet<RulerKey>(part, given);
  const work = planWork(sheet, inputs);
  const storageSize = inputs.stateful ? planBlocks(sheet, inputs, work) : planLog(sheet, inputs, work);
  const pod = planPod(sheet, given, inputs, work);
  return { ...work, storageSize, ...pod, figures: sheet.figures };
}

function planWork(sheet: Ruler, { ownRules, shards }: RulerInputs) {
  const { RULER_REPLICAS, RULES_FLOOR, RULES_HEADROOM, SHARD_SKEW, SERIES_PER_RULE } = c;
  const replicas = sheet.figure('replicas', {
    unit: FigureUnit.COUNT,
    value: RULER_REPLICAS,
    how: calc`${{ RULER_REPLICAS }}`,
    reason: 'Rules are evaluated, and alerts sent, while one ruler is replaced or away.',
    source: c.SOURCE.rule,
  });
  const plannedRules = sheet.figure('plannedRules', {
    unit: FigureUnit.COUNT,
    value: Math.max(RULES_FLOOR, RULES_HEADROOM * ownRules),
    how: calc`max(${{ RULES_FLOOR }}, ${{ RULES_HEADROOM }} × ${{ ownRules }})`,
    reason: 'The rules of the app, and as many that others put into ConfigMaps.',
    source: c.SOURCE.derivation,
  });
  const rulesOfShard = sheet.figure('rulesOfShard', {
    unit: FigureUnit.COUNT,
    value: shards === 1 ? plannedRules : ceil(SHARD_SKEW * plannedRules / shards),
    how: shards === 1 ? calc`${{ plannedRules }}` : calc`ceil(${{ SHARD_SKEW }} × ${{ plannedRules }} ÷ ${{ shards }})`,
    reason: 'A group goes to one shard as a whole, so shards are not equal.',
    source: c.SOURCE.derivation,
  });
  const rulerSeries = sheet.figure('rulerSeries', {
    unit: FigureUnit.SERIES,
    value: rulesOfShard * SERIES_PER_RULE,
    how: calc`${{ rulesOfShard }} × ${{ SERIES_PER_RULE }}`,
    reason: 'What rules record, and the state of alerts that wait or fire.',
    source: c.SOURCE.derivation,
  });
  return { replicas, plannedRules, rulesOfShard, rulerSeries };
}

type Work = ReturnType<typeof planWork>;

function planLog(sheet: Ruler, { evaluationInterval }: RulerInputs, { rulerSeries }: Work): number {
  const { RULER_WAL_TIME, WAL_BYTES_PER_SAMPLE, WAL_HEADROOM, WAL_VOLUME_FLOOR, VOLUME_STEP } = c;
  return sheet.figure('storageSize', {
    unit: FigureUnit.BYTES,
    value: roundUp(Math.max(WAL_VOLUME_FLOOR, rulerSeries / evaluationInterval * RULER_WAL_TIME * WAL_BYTES_PER_SAMPLE * WAL_HEADROOM), VOLUME_STEP),
    how: calc`roundUp(max(${{ WAL_VOLUME_FLOOR }}, ${{ rulerSeries }} ÷ ${{ evaluationInterval }} × ${{ RULER_WAL_TIME }} × ${{ WAL_BYTES_PER_SAMPLE }} × ${{ WAL_HEADROOM }}), ${{ VOLUME_STEP }})`,
    reason: 'What is not written yet stays in the WAL for up to four hours, and two more until the next truncation.',
    source: c.SOURCE.agentDb,
  });
}

function planBlocks(sheet: Ruler, { evaluationInterval, tsdbRetention }: RulerInputs, { rulerSeries }: Work): number {
  const { HEAD_SPAN, HEAD_WAL_BYTES_PER_SAMPLE, RULER_BLOCK_BYTES_PER_SAMPLE, TSDB_HEADROOM, TSDB_VOLUME_FLOOR } = c;
  return planClaim(sheet, 'storageSize', TSDB_VOLUME_FLOOR, {
    value: TSDB_HEADROOM * rulerSeries / evaluationInterval * (HEAD_SPAN * HEAD_WAL_BYTES_PER_SAMPLE + tsdbRetention * RULER_BLOCK_BYTES_PER_SAMPLE),
    how: calc`${{ TSDB_HEADROOM }} × ${{ rulerSeries }} ÷ ${{ evaluationInterval }} × (${{ HEAD_SPAN }} × ${{ HEAD_WAL_BYTES_PER_SAMPLE }} + ${{ tsdbRetention }} × ${{ RULER_BLOCK_BYTES_PER_SAMPLE }})`,
    reason: 'The write-ahead log of the head, and blocks as long as they are kept.',
    source: c.SOURCE.derivation,
  });
}

function planPod(sheet: Ruler, given: Given<RulerKey>, { stateful, evaluationInterval }: RulerInputs, { rulesOfShard, rulerSeries }: Work) {
  const { EVALUATION_LATENCY, CONCURRENCY_HEADROOM, RULE_CONCURRENCY_FLOOR, CPU_PER_EVALUATION, PROCESS_MEMORY, RULER_HEADROOM } = c;
  const bytesPerSeries = stateful ? c.RULER_HEAD_BYTES_PER_SERIES : c.RULER_AGENT_BYTES_PER_SERIES;
  const ruleConcurrentEvaluation = sheet.figure('ruleConcurrentEvaluation', {
    unit: FigureUnit.COUNT,
    value: Math.max(RULE_CONCURRENCY_FLOOR, ceil(CONCURRENCY_HEADROOM * rulesOfShard * EVALUATION_LATENCY / evaluationInterval)),
    how: calc`max(${{ RULE_CONCURRENCY_FLOOR }}, ceil(${{ CONCURRENCY_HEADROOM }} × ${{ rulesOfShard }} × ${{ EVALUATION_LATENCY }} ÷ ${{ evaluationInterval }}))`,
    reason: 'Groups run side by side, the rules of one after the other; those that do not read each other need not, so that a large group ends within its interval.',
    source: c.SOURCE.rule,
  });
  const cpuRequest = planCpu(sheet, 'cpuRequest', {
    value: rulesOfShard * CPU_PER_EVALUATION / evaluationInterval,
    how: calc`${{ rulesOfShard }} × ${{ CPU_PER_EVALUATION }} ÷ ${{ evaluationInterval }}`,
    reason: 'Asking, reading answers and storing them; the queries themselves are evaluated in Query.',
    source: c.SOURCE.ruleBench,
  });
  const memory = planMemory(sheet, given, { request: 'memoryRequest', limit: 'memoryLimit' }, {
    value: PROCESS_MEMORY + rulerSeries * bytesPerSeries,
    how: calc`${{ PROCESS_MEMORY }} + ${{ rulerSeries }} × ${{ bytesPerSeries }}`,
    reason: 'The series that rules make, with the rules and the alerts that they belong to.',
    source: c.SOURCE.ruleBench,
  }, {
    value: 2 * PROCESS_MEMORY + RULER_HEADROOM * rulerSeries * bytesPerSeries,
    how: calc`2 × ${{ PROCESS_MEMORY }} + ${{ RULER_HEADROOM }} × ${{ rulerSeries }} × ${{ bytesPerSeries }}`,
    reason: 'In the worst outage every alert is active for every series at once, and answers are large.',
    source: c.SOURCE.derivation,
  });
  return { ruleConcurrentEvaluation, cpuRequest, memoryRequest: memory.request, memoryLimit: memory.limit };
}
