import { freshBytesPerSample } from './blocks';
import * as c from './constants';
import { Load } from './load';
import { planClaim, planMemory } from './resources';
import { SenderPlan } from './senders';
import { calc, Given, Planned, Sheet } from './sheet';

/** Figures in which a Prometheus server differs from an agent, by the names of the same props. */
type ServerKey = 'storageSize' | 'memoryRequest' | 'memoryLimit';

type ServerPlan = Planned<ServerKey>;

/** Plans the TSDB of senders that are servers; all else is planned as for agents. `retention` is in seconds. */
export function planServer(load: Load, senders: SenderPlan, retention: number, given: Given<ServerKey>, part = 'senders'): ServerPlan {
  const sheet = new Sheet<ServerKey>(part, given);
  const { churnPerHour } = load;
  const fresh = freshBytesPerSample(load);
  const { seriesPerShard, samplesPerSecond, queueMemory } = senders;
  const { PROCESS_MEMORY, SERVER_BYTES_PER_SERIES, SENDER_HEADROOM, HEAD_SPAN, HOUR, HEAD_WAL_BYTES_PER_SAMPLE } = c;
  const storageSize = planClaim(sheet, 'storageSize', c.TSDB_VOLUME_FLOOR, {
    value: samplesPerSecond * (retention * fresh.value + HEAD_SPAN * HEAD_WAL_BYTES_PER_SAMPLE),
    how: calc`${{ samplesPerSecond }} × (${{ retention }} × ${fresh.how} + ${{ HEAD_SPAN }} × ${{ HEAD_WAL_BYTES_PER_SAMPLE }})`,
    reason: 'Blocks for the whole local retention, and the WAL of the head.',
    source: c.SOURCE.calibration,
  });
  const seriesMemory = SERVER_BYTES_PER_SERIES * seriesPerShard * (1 + churnPerHour * HEAD_SPAN / HOUR);
  const series = calc`${{ SERVER_BYTES_PER_SERIES }} × ${{ seriesPerShard }} × (1 + ${{ churnPerHour }} × ${{ HEAD_SPAN }} ÷ ${{ HOUR }})`;
  const memory = planMemory(sheet, given, { request: 'memoryRequest', limit: 'memoryLimit' }, {
    value: PROCESS_MEMORY + seriesMemory,
    how: calc`${{ PROCESS_MEMORY }} + ${series}`,
    reason: 'A series that is gone stays in the head until its block is cut, so churn adds to the active ones.',
    source: c.SOURCE.calibration,
  }, {
    value: 2 * PROCESS_MEMORY + SENDER_HEADROOM * seriesMemory + queueMemory,
    how: calc`2 × ${{ PROCESS_MEMORY }} + ${{ SENDER_HEADROOM }} × ${series} + ${{ queueMemory }}`,
    reason: 'Holds the full queue of an outage, a burst of new series, cutting a block, and local queries.',
    source: c.SOURCE.calibration,
  });
  return { storageSize, memoryRequest: memory.request, memoryLimit: memory.limit, figures: sheet.figures };
}
