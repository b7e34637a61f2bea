import { audit } from './audit';
import type { PrometheusApi, Series } from './query';
import { type Life, serialAt, valueOf } from '../generator/series';

const START = Date.UTC(2026, 10, 1);
const INTERVAL = 5000;
const SERIES = 150;
const MINUTES = 30;

const TIMES = Array.from({ length: MINUTES * 12 + 40 }, (_, slot) => START - 100_000 + slot * INTERVAL + 1000);
const LIFE: Life = {
  load: { series: SERIES, churning: 0, churnEvery: 600, fillers: 0 },
  started: START - 200_000,
  now: START + MINUTES * 60_000 + 60_000,
  answers: TIMES.map(time => ({ serial: serialAt(time), sender: '10.0.0.1', userAgent: 'Prometheus/3' })),
};
const ledger = { read: async () => undefined, all: { 'generator-0': [LIFE] } };

/** Answers as Query does: what lies after `from`, up to `to`. */
function query(keep: (index: number, time: number) => boolean): { api: Pick<PrometheusApi, 'samples'>; asked: string[] } {
  const asked: string[] = [];
  const samples = async (selector: string, from: number, to: number): Promise<Series[]> => {
    asked.push(selector);
    const group = Number(/group="(\d+)"/.exec(selector)![1]);
    return Array.from({ length: SERIES }, (_, index) => index).filter(index => Math.floor(index / 100) === group).map(index => {
      const times = TIMES.filter(time => time > from && time <= to && keep(index, time));
      return { labels: { index: String(index) }, times, values: times.map(time => valueOf(index, serialAt(time))) };
    }).filter(({ times }) => times.length > 0);
  };
  return { api: { samples }, asked };
}

const options = { ledger, namespace: 'load', interval: INTERVAL, window: { from: START, to: START + MINUTES * 60_000 } };

test('every series of every group is asked for, in pieces that Query can hold', async () => {
  const { api, asked } = query(() => true);
  expect(await audit({ ...options, query: api })).toMatchObject({ expected: SERIES * MINUTES * 12, lost: 0, wrong: 0, duplicates: 0, unremembered: 0 });
  expect(asked).toHaveLength(6);
  expect(new Set(asked)).toEqual(new Set(['generator_value{namespace="load",pod="generator-0",group="0"}', 'generator_value{namespace="load",pod="generator-0",group="1"}']));
});

test('a series that Query does not know is lost', async () => {
  const { api } = query(index => index !== 120);
  expect(await audit({ ...options, query: api })).toMatchObject({ expected: SERIES * MINUTES * 12, lost: MINUTES * 12 });
});
