import { roundUp } from './arithmetic';
import { CPU_FLOOR, GIB, MIB } from './constants';
import { FigureUnit } from './figure';
import { planClaim, planCpu, planMemory } from './resources';
import { calc, Given, Planned, Sheet } from './sheet';

/*
 * Measured on loopback with Pushgateway 1.11.3, groups of 500 series with five labels, on a busy machine of two cores. By series held:
 * 1,000: 25 MiB resident, a push in 18 ms, a scrape of 0.3 MB; 10,000: 43 MiB, 35 ms, 1.2 MB; 25,000: 80 MiB, 190 ms, 2.9 MB;
 * 50,000: 139 MiB, 130 ms, 5.9 MB; 100,000: 313 MiB, 330 ms, 11.8 MB; its file has 130 bytes a series.
 */
const SOURCE = 'measured on loopback, Pushgateway 1.11.3; derivation, to be calibrated on the bench';
/** Series that one shard holds: each push is judged against all of them, which must not take much of a second, and all are one scrape. */
const SERIES_PER_SHARD = 25_000;
/** With one of two shards away, half of the jobs are heard. */
const FEWEST_SHARDS = 2;
/** Bytes that the program takes before its load. */
const IDLE_MEMORY = 20 * MIB;
/** Bytes in memory for each series, with the copies of a push that is judged and of a scrape. */
const SERIES_MEMORY = 3072;
/** Bytes of the file for each series. */
const SERIES_FILE = 130;
/** The file is written beside the old one, which it then replaces; the rest is room for labels that are longer. */
const FILE_COPIES = 4;
/** Core-seconds of one push for each series that the shard holds. */
const PUSH_CPU = 4e-6;
/** Pushes a second to one shard: a hundred jobs of each minute, all in one second of it, are spread over some seconds by their pauses. */
const PUSHES_A_SECOND = 1;

/** What the plan goes by. */
interface PushedLoad {
  /** Series of all groups. */
  readonly series: number;
}

/** Figures of a Pushgateway; each bears the name of its prop. */
type PushgatewayKey = 'shards' | 'cpuRequest' | 'memoryRequest' | 'memoryLimit' | 'storageSize';

export type PushgatewayPlan = Planned<PushgatewayKey>;

/** Plans the shards that hold pushed series, each series in one of them. */
export function planPushgateway({ series }: PushedLoad, given: Given<PushgatewayKey>, part = 'pushgateway'): PushgatewayPlan {
  const sheet = new Sheet<PushgatewayKey>(part, given);
  const shards = sheet.figure('shards', {
    unit: FigureUnit.COUNT,
    value: Math.max(FEWEST_SHARDS, Math.ceil(series / SERIES_PER_SHARD)),
    how: calc`max(${{ FEWEST_SHARDS }}, ceil(${{ series }} ÷ ${{ SERIES_PER_SHARD }}))`,
    reason: 'Each push is judged against all series of its shard, and while a shard is away only its own jobs wait.',
    source: SOURCE,
  });
  // Jobs are spread by a hash, so that shards differ.
  const perShard = roundUp(2 * series / (shards + 1), 1);
  const share = calc`ceil(2 × ${{ series }} ÷ (${{ shards }} + 1))`;
  const cpuRequest = planCpu(sheet, 'cpuRequest', {
    value: PUSHES_A_SECOND * PUSH_CPU * perShard + CPU_FLOOR,
    how: calc`${{ PUSHES_A_SECOND }} × ${{ PUSH_CPU }} × ${share} + ${{ CPU_FLOOR }}`,
    reason: 'A push, a scrape and the writing of the file each go over all series of the shard.',
    source: SOURCE,
  });
  const memory = planMemory(sheet, given, { request: 'memoryRequest', limit: 'memoryLimit' }, {
    value: IDLE_MEMORY + SERIES_MEMORY * perShard,
    how: calc`${{ IDLE_MEMORY }} + ${{ SERIES_MEMORY }} × ${share}`,
    reason: 'All series are in memory.',
    source: SOURCE,
  }, {
    value: 2 * (IDLE_MEMORY + SERIES_MEMORY * perShard),
    how: calc`2 × (${{ IDLE_MEMORY }} + ${{ SERIES_MEMORY }} × ${share})`,
    reason: 'Several pushes and scrapes at once each have a copy, and jobs may push more than was said.',
    source: SOURCE,
  });
  const storageSize = planClaim(sheet, 'storageSize', GIB, {
    value: FILE_COPIES * SERIES_FILE * perShard,
    how: calc`${{ FILE_COPIES }} × ${{ SERIES_FILE }} × ${share}`,
    reason: 'The file of a shard is written anew as a whole, beside the old one.',
    source: SOURCE,
  });
  return { shards, cpuRequest, memoryRequest: memory.request, memoryLimit: memory.limit, storageSize, figures: sheet.figures };
}
