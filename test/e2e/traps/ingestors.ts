import { blocksIn } from './blocks';
import { Flags, Lab } from './lab';
import { askNumber } from './process';
import { headSeries, INGESTOR, ONE_INGESTOR, startQuery, withRing } from './shapes';
import { Family, Seen } from './trap';
import { someSeries, write } from './wire';

const SERIES = 1200;

/** One member is killed, then samples are written, then another one is lost with its volume. */
async function twoLosses(replicationFactor: number): Promise<Seen> {
  return withRing({ ring: { members: 3, replicationFactor } }, async ({ lab, url, ingestors }) => {
    const [first, second, third] = ingestors;
    await first.started.stop();
    const { status } = await write(url, someSeries(SERIES));
    await second.started.stop();
    const query = await startQuery(lab, 1, { flags: { 'store.response-timeout': '2s' } });
    const found = await askNumber(query.url(), 'count(trap)');
    return { text: `the write was answered ${status}, and after the loss of a second member ${found} of ${SERIES} series were left (${await headSeries(third)} in the last head)`, harm: status === 200 && found < SERIES };
  });
}

async function stopIngestor(graceMilliseconds: number): Promise<Seen> {
  return Lab.with({}, async lab => {
    const ingestor = await lab.start(INGESTOR);
    await write(`http://${await lab.address(INGESTOR, 0, 19291)}`, someSeries(SERIES));
    await ingestor.started.stop(graceMilliseconds);
    const uploaded = blocksIn(lab.bucket).reduce((sum, block) => sum + block.series, 0);
    return { text: `${uploaded} of ${SERIES} series were in the bucket when it had stopped`, harm: uploaded < SERIES };
  });
}

/** A series that has samples of now, and a sender that brings some that are 80 minutes old. */
async function lateSeries(flags: Flags): Promise<Seen> {
  return withRing({ ...ONE_INGESTOR, ingestors: 1, ingestorFlags: flags }, async ({ url }) => {
    await write(url, someSeries(SERIES));
    const old = Date.now() - 80 * 60_000;
    const same = await write(url, someSeries(SERIES, [old]));
    const other = await write(url, someSeries(SERIES, [old], { other: 'yes' }));
    return { text: `samples that were 80 minutes late were answered ${same.status}, those of further series ${other.status}`, harm: same.status !== 200 };
  });
}

async function future(flags: Flags): Promise<Seen> {
  return withRing({ ...ONE_INGESTOR, ingestors: 1, ingestorFlags: flags }, async ({ url }) => {
    const { status } = await write(url, someSeries(1, [Date.now() + 48 * 3_600_000], { clock: 'wrong' }));
    const others = await write(url, someSeries(SERIES));
    return { text: `the sample of the day after tomorrow was answered ${status}, and those of now ${others.status}`, harm: others.status !== 200 };
  });
}

/** What a graceful stop leaves on the volume only: the newest sample of each series, and all that came late. */
async function lateSamples(volume: 'lost' | 'kept'): Promise<Seen> {
  return Lab.with({}, async lab => {
    const ingestor = await lab.start(INGESTOR);
    const url = `http://${await lab.address(INGESTOR, 0, 19291)}`;
    const now = Date.now();
    const minutes = (ago: number): number => now - ago * 60_000;
    await write(url, someSeries(SERIES, [minutes(2), minutes(1), now]));
    await write(url, someSeries(SERIES, [minutes(50), minutes(40), minutes(30)]));
    await ingestor.started.stop(30_000);
    const uploaded = blocksIn(lab.bucket).reduce((sum, block) => sum + block.samples, 0);
    if (volume === 'lost') return { text: `of ${6 * SERIES} samples, half of them late, a graceful stop brought ${uploaded} into the bucket`, harm: uploaded < 6 * SERIES };
    await lab.start(INGESTOR);
    const query = await startQuery(lab, 1);
    const found = await askNumber(query.url(), 'sum(count_over_time(trap[2h]))');
    return { text: `of ${6 * SERIES} samples, half of them late, Query found ${found} when the pod was back on its volume`, harm: found < 6 * SERIES };
  });
}

/** What one ingestor takes, and what becomes of it. */
export const INGESTORS: Family = {
  name: 'ingestors',
  traps: [{
    name: 'replication-factor-2',
    rule: 'Replication factor 2 has a write quorum of 1: what is written while a member is away has one durable copy.',
    source: 'Thanos 0.42.4, pkg/receive/handler.go, writeQuorum',
    how: 'replication factor 2; one member killed, samples written, another one lost',
    ours: 'the default is 3; 2 without twin senders is an error (two-copies-without-twins)',
    broken: () => twoLosses(2),
    right: () => twoLosses(3),
  }, {
    name: 'grace-too-short-for-the-flush',
    rule: 'A stopping ingestor flushes and uploads its head; killed before that, its samples are on its volume only.',
    source: 'Thanos 0.42.4, cmd/thanos/receive.go; CHANGELOG of 0.42.3',
    how: 'the ingestor killed in the place of a grace period',
    ours: 'terminationGracePeriodSeconds 900, and a PersistentVolumeClaim',
    broken: () => stopIngestor(0),
    right: () => stopIngestor(30_000),
  }, {
    name: 'flush-leaves-late-samples',
    rule: 'The flush of a stopping ingestor leaves out samples that came late and the newest of each series: they are on its volume until the head is compacted, '
      + 'every two hours when its oldest sample is older than three. An ingestor that leaves for good must run on for five hours, or keep its volume.',
    source: 'Thanos 0.42.4, pkg/receive/multitsdb.go, flushHead and startPeriodicHeadCompaction',
    how: 'the volume of an ingestor lost after a graceful stop',
    ours: 'PersistentVolumeClaims that are kept when the ring shrinks',
    broken: () => lateSamples('lost'),
    right: () => lateSamples('kept'),
  }, {
    name: 'late-without-window',
    rule: 'Without an out-of-order window Receive refuses what is more than an hour behind the newest sample of the tenant, as after an outage.',
    source: 'Prometheus docs, out_of_order_time_window; tsdb/head.go, appendableMinValidTime',
    how: '--tsdb.out-of-order.time-window=0s',
    ours: 'the outage and half as much again; less than the outage is an error (out-of-order-window-below-outage)',
    broken: () => lateSeries({ 'tsdb.out-of-order.time-window': '0s' }),
    right: () => lateSeries({}),
  }, {
    name: 'window-below-the-outage',
    rule: 'Samples of a series that is already further ahead are refused beyond the window.',
    source: 'Prometheus docs, out_of_order_time_window',
    how: '--tsdb.out-of-order.time-window=30m with samples that are 80 minutes late',
    ours: 'as above',
    broken: () => lateSeries({ 'tsdb.out-of-order.time-window': '30m' }),
    right: () => lateSeries({}),
  }, {
    name: 'one-clock-in-the-future',
    rule: 'A sample far in the future moves the tenant\'s head there, and all others are refused as too old, unless --tsdb.too-far-in-future.time-window is set.',
    source: 'Thanos docs, Receive, flags',
    how: '--tsdb.too-far-in-future.time-window=0s, and one sample of the day after tomorrow',
    ours: '10 minutes',
    broken: () => future({ 'tsdb.too-far-in-future.time-window': '0s' }),
    right: () => future({}),
  }],
};
