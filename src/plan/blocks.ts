import * as c from './constants';
import { Load } from './load';
import { calc, Calculated } from './sheet';

/** Bytes of a sample in a block of two hours: a series' entry in the index is shared by fewer samples than in a block of two weeks. */
export function freshBytesPerSample({ bytesPerSample, scrapeInterval }: Load): Calculated {
  const { INDEX_BYTES_PER_SERIES, BLOCK_SPAN } = c;
  return {
    value: bytesPerSample + INDEX_BYTES_PER_SERIES * scrapeInterval / BLOCK_SPAN,
    how: calc`(${{ bytesPerSample }} + ${{ INDEX_BYTES_PER_SERIES }} × ${{ scrapeInterval }} ÷ ${{ BLOCK_SPAN }})`,
  };
}

/** Bytes a second that one copy of downsampled samples takes: it follows the series, whatever the scrape interval. */
export function downsampledBytesPerSecond({ totalSeries, bytesPerSample, churnPerHour }: Load, resolution: '5m' | '1h'): Calculated {
  const { SAMPLES_PER_5M, SAMPLES_PER_1H, DOWNSAMPLED_BYTES_PER_SERIES, MINUTE, HOUR } = c;
  const [samples, window] = resolution === '5m' ? [{ SAMPLES_PER_5M }, 5 * MINUTE] : [{ SAMPLES_PER_1H }, HOUR];
  return {
    value: totalSeries * (bytesPerSample * Object.values(samples)[0] / window + DOWNSAMPLED_BYTES_PER_SERIES * churnPerHour / HOUR),
    how: calc`${{ totalSeries }} × (${{ bytesPerSample }} × ${samples} ÷ ${{ window }} + ${{ DOWNSAMPLED_BYTES_PER_SERIES }} × ${{ churnPerHour }} ÷ ${{ HOUR }})`,
  };
}

/** Bytes of the indexes of all blocks that are merged into one of `span` seconds, over all streams; a series is written by so many twins. */
export function indexBytes({ totalSeries, scrapeInterval, churnPerHour }: Load, senderReplicas: number, span: Calculated): Calculated {
  const { INDEX_BYTES_PER_SERIES, INDEX_BYTES_PER_CHUNK, SAMPLES_PER_CHUNK, INDEX_FACTOR_OF_TWINS, SECOND_LEVEL_SPAN, BLOCK_SPAN, HOUR } = c;
  const perSeries = INDEX_BYTES_PER_SERIES * (1 / SECOND_LEVEL_SPAN + churnPerHour / HOUR);
  const factor: Record<string, number> = senderReplicas > 1 ? { INDEX_FACTOR_OF_TWINS } : { oneSender: 1 };
  const perChunk = INDEX_BYTES_PER_CHUNK * Object.values(factor)[0] * Math.max(1 / BLOCK_SPAN, 1 / (SAMPLES_PER_CHUNK * scrapeInterval));
  return {
    value: totalSeries * span.value * (perSeries + perChunk),
    how: calc`${{ totalSeries }} × ${span.how} × (${{ INDEX_BYTES_PER_SERIES }} × (1 ÷ ${{ SECOND_LEVEL_SPAN }} + ${{ churnPerHour }} ÷ ${{ HOUR }}) + ${{ INDEX_BYTES_PER_CHUNK }} × ${factor} × max(1 ÷ ${{ BLOCK_SPAN }}, 1 ÷ (${{ SAMPLES_PER_CHUNK }} × ${{ scrapeInterval }})))`,
  };
}
