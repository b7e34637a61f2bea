import * as fs from 'node:fs';
import * as path from 'node:path';
import { blocksIn } from './blocks';
import { editRing, Endpoint, RING_FILE, RingFile } from './hashring';
import { Lab } from './lab';
import { Process } from './process';
import { allHeads, INGESTOR, Ring, ROUTER, startRing, withRing } from './shapes';
import { Family, Seen, sleep } from './trap';
import { someSeries, write } from './wire';
import { poll } from '../../programs/process';

const SERIES = 1200;
const QUICK_REFRESH = { 'receive.hashrings-file-refresh-interval': '1s' };

const ofMembers = (members: number[], all: readonly string[]) => ([ring]: RingFile): RingFile =>
  [{ ...ring, endpoints: members.map(member => ({ address: all[member] })) }];

async function waitForRing(router: Process, reloads: number): Promise<void> {
  const done = await poll(async () => await router.metric('thanos_receive_hashrings_file_refreshes_total') >= reloads || undefined, 10_000);
  if (!done) throw new Error(`The router did not read its ring anew:\n${router.started.output.slice(-800)}`);
  await sleep(200);
}

async function changeRing({ lab, router }: Ring, change: (ring: RingFile) => RingFile): Promise<void> {
  const before = await router.metric('thanos_receive_hashrings_file_refreshes_total');
  await lab.rewrite(ROUTER, RING_FILE, text => JSON.stringify(change(JSON.parse(text) as RingFile), undefined, 1));
  await waitForRing(router, before + 1);
}

const addresses = (lab: Lab, count: number): Promise<string[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => lab.address(INGESTOR, index, 10901)));

const percent = (part: number, whole: number): number => Math.round(100 * part / whole);

/** Share of the series that a change of the ring moves to another ingestor. */
async function moved(options: { algorithm?: string; change: (ring: RingFile, addresses: readonly string[]) => RingFile }): Promise<number> {
  const flags = { ...QUICK_REFRESH, ...'algorithm' in options && { 'receive.hashrings-algorithm': options.algorithm } };
  const platform = { ring: { members: 3, ingestors: 4, replicationFactor: 1 } };
  return withRing({ ...platform, ingestors: 4, routerOptions: { flags } }, async ring => {
    await write(ring.url, someSeries(SERIES));
    const all = await addresses(ring.lab, 4);
    await changeRing(ring, file => options.change(file, all));
    await write(ring.url, someSeries(SERIES, [Date.now() + 1]));
    return percent(await allHeads(ring.ingestors) - SERIES, SERIES);
  });
}

async function growing(algorithm: { algorithm?: string }): Promise<Seen> {
  const share = await moved({ ...algorithm, change: ([file], all) => [{ ...file, endpoints: all.map(address => ({ address })) }] });
  return { text: `${share} % of ${SERIES} series moved when the ring grew from 3 to 4`, harm: share > 50 };
}

async function renaming(change: (address: string) => string, reverse: boolean): Promise<Seen> {
  const share = await moved({
    change: ([file]) => {
      const endpoints = file.endpoints.map(({ address }) => ({ address: change(address) }));
      return [{ ...file, endpoints: reverse ? endpoints.reverse() : endpoints }];
    },
  });
  return { text: `${share} % of ${SERIES} series moved, though the members are the same 3 processes`, harm: share > 10 };
}

/** An ingestor that is a router too; the file gives the ring ketama, and the flag decides otherwise. */
async function flushAtChange(algorithm: string | undefined): Promise<Seen> {
  return Lab.with({}, async lab => {
    const [own, other] = await addresses(lab, 2);
    const file = path.join(lab.folder(), RING_FILE);
    const ring = (endpoints: string[]): string => JSON.stringify([{ algorithm: 'ketama', endpoints }]);
    fs.writeFileSync(file, ring([own]));
    const node = await lab.start(INGESTOR, {
      flags: { ...QUICK_REFRESH, 'receive.hashrings-file': file, 'receive.local-endpoint': own, 'receive.hashrings-algorithm': algorithm },
    });
    const url = `http://${await lab.address(INGESTOR, 0, 19291)}`;
    await write(url, someSeries(SERIES));
    fs.writeFileSync(`${file}.new`, ring([own, other]));
    fs.renameSync(`${file}.new`, file);
    await waitForRing(node, 2);
    await poll(async () => blocksIn(lab.bucket).length > 0 || undefined, 4_000);
    const flushed = blocksIn(lab.bucket).reduce((sum, block) => sum + block.series, 0);
    return { text: `${flushed} of ${SERIES} series were flushed from the head and uploaded at the change`, harm: flushed === SERIES };
  });
}

async function splitAtChange(): Promise<Seen> {
  return withRing({ ring: { members: 3, ingestors: 4 }, ingestors: 4, routerOptions: { flags: QUICK_REFRESH } }, async ring => {
    await write(ring.url, someSeries(SERIES));
    const all = await addresses(ring.lab, 4);
    await changeRing(ring, ofMembers([0, 1, 2, 3], all));
    await sleep(2000);
    return { text: `${blocksIn(ring.lab.bucket).length} blocks were uploaded at the change, ${await allHeads(ring.ingestors)} copies stayed in the heads`, harm: blocksIn(ring.lab.bucket).length > 0 };
  });
}

/** Members of the ring that come and go with the readiness of their pods, as in a roll-out. */
async function rollOut(follows: boolean): Promise<Seen> {
  const members = [0, 1, 2, 3, 4];
  return withRing({ ring: { members: 5 }, ingestors: 5, routerOptions: { flags: QUICK_REFRESH } }, async ring => {
    const all = await addresses(ring.lab, 5);
    const start = Date.now();
    await write(ring.url, someSeries(SERIES, [start]));
    for (const away of members) {
      if (follows) await changeRing(ring, ofMembers(members.filter(member => member !== away), all));
      await write(ring.url, someSeries(SERIES, [start + away + 1]));
    }
    const copies = await allHeads(ring.ingestors) / SERIES;
    return { text: `each series stands in ${copies.toFixed(1)} heads after each of 5 members was away once`, harm: copies > 3.5 };
  });
}

async function zones(zoneOf: ((index: number) => string) | undefined): Promise<Seen> {
  const platform = { ring: { members: 5, replicationFactor: 5, zones: ['z1', 'z2', 'z3'] } };
  return Lab.with(platform, async lab => {
    const inZone = (endpoint: Endpoint, index: number): Endpoint => zoneOf ? { ...endpoint, az: zoneOf(index) } : endpoint;
    const files = editRing(([ring]) => [{ ...ring, endpoints: ring.endpoints.map(inZone) }]);
    const router = await lab.start(ROUTER, { files, unready: true });
    const isReady = router.ready().then(() => true, () => false);
    const cpu = (): Promise<number> => router.metric('process_cpu_seconds_total').catch(() => 0);
    const isBusy = poll(async () => await cpu() > 2 || undefined, 60_000).then(() => false);
    const ready = await Promise.race([isReady, isBusy]);
    return { text: `the router was ${ready ? 'ready' : 'not ready'} and had used ${(await cpu()).toFixed(1)} s of CPU`, harm: !ready && await cpu() > 2 };
  });
}

async function withoutQuorum(options: { replicationFactor?: number; members: number; down: number }): Promise<Seen> {
  const { members, down, replicationFactor = 3 } = options;
  const ring = { members, ingestors: members, replicationFactor: replicationFactor === 4 ? 3 : replicationFactor };
  const routerOptions = { flags: { 'receive.replication-factor': String(replicationFactor) } };
  return withRing({ ring, ingestors: members, routerOptions }, async ({ url, ingestors }) => {
    ingestors.slice(0, down).forEach(ingestor => ingestor.started.kill());
    await Promise.all(ingestors.slice(0, down).map(ingestor => ingestor.started.ended));
    const whole = (await write(url, someSeries(500))).status;
    const single = await Promise.all(someSeries(60).map(async series => (await write(url, [series])).status));
    const failed = single.filter(status => status !== 200).length;
    return {
      text: `with ${down} of ${members} members away at replication factor ${replicationFactor}, a request of 500 series was answered ${whole}, and of 60 requests of one series ${failed} failed`,
      harm: whole !== 200,
    };
  });
}

async function grow(podsFirst: boolean): Promise<Seen> {
  return withRing({ ring: { members: 3, ingestors: 5 }, ingestors: podsFirst ? 5 : 3, routerOptions: { flags: QUICK_REFRESH } }, async ring => {
    const all = await addresses(ring.lab, 5);
    await changeRing(ring, ofMembers([0, 1, 2, 3, 4], all));
    const { status } = await write(ring.url, someSeries(SERIES));
    return { text: `the write after the ring grew from 3 to 5 was answered ${status}`, harm: status !== 200 };
  });
}

/** A router that forwards to itself. */
async function ownRing(itself: boolean): Promise<Seen> {
  return Lab.with({}, async lab => {
    const own = await lab.address(ROUTER, 0, 10901);
    const files = editRing(([ring]) => [{ ...ring, endpoints: ring.endpoints.map((endpoint, index) => itself && index === 0 ? { address: own } : endpoint) }]);
    const { router, url } = await startRing(lab, { routerOptions: { files, env: { GOMAXPROCS: '1' } } });
    const written = write(url, someSeries(1));
    await sleep(1500);
    const forwards = await router.metric('thanos_receive_forward_requests_total').catch(() => NaN);
    const calls = await router.metric('grpc_server_started_total', { grpc_method: 'RemoteWrite' }).catch(() => NaN);
    await router.started.stop();
    await written.catch(() => undefined);
    return { text: `one request of one series made ${forwards} forwards and ${calls} calls to the router itself in 1.5 s`, harm: calls > 50 };
  });
}

const THANOS_RECEIVE = 'Thanos docs, Receive';
const HASHRING = 'Thanos 0.42.4, pkg/receive/hashring.go';

/** The ring of ingestors. */
export const RING: Family = {
  name: 'ring',
  traps: [{
    name: 'hashmod-moves-the-ring',
    rule: 'Routers must be given --receive.hashrings-algorithm=ketama: with the flag\'s default, hashmod, a ring that grows moves nearly all series.',
    source: `${THANOS_RECEIVE}; ${HASHRING}`,
    how: '--receive.hashrings-algorithm left out of the router',
    ours: 'always printed; another value in extraArgs is an error (flag-fixed)',
    broken: () => growing({ algorithm: undefined }),
    right: () => growing({}),
  }, {
    name: 'flag-decides-the-flush',
    rule: 'Where routers and ingestors are one, the flag and not the file\'s "algorithm" decides whether a change of the ring flushes every head.',
    source: 'Thanos 0.42.4, cmd/thanos/receive.go',
    how: 'an ingestor with a ring of its own whose file says ketama, without --receive.hashrings-algorithm',
    ours: 'routers and ingestors are apart, so that no ingestor knows the ring',
    broken: () => flushAtChange(undefined),
    right: splitAtChange,
  }, {
    name: 'zones-too-uneven',
    rule: 'Over the zones, the sum of min(members of the zone, members of the smallest + 1) must reach the replication factor, or the router looks for a further zone for ever.',
    source: `${HASHRING}, calculateSectionReplicas`,
    how: 'zones of 1, 1 and 3 members at replication factor 5',
    ours: 'members are dealt out evenly over the zones',
    broken: () => zones(index => ['z1', 'z2', 'z3', 'z3', 'z3'][index]),
    right: () => zones(undefined),
  }, {
    name: 'endpoint-text-is-hashed',
    rule: 'Ketama hashes the text of an endpoint: another name for the same ingestor moves its series.',
    source: `${HASHRING}, newKetamaHashring`,
    how: '"127.0.0.1" in the ring file replaced by "localhost"',
    ours: 'the full name of each pod, which only a rename of the ring changes; the order in the file is of no account',
    broken: () => renaming(address => address.replace('127.0.0.1', 'localhost'), false),
    right: () => renaming(address => address, true),
  }, {
    name: 'ring-follows-readiness',
    rule: 'A ring that loses a member whenever a pod is not ready gives its series to the others: a roll-out adds a third to all heads, and ingestors without that memory fall one after the other.',
    source: 'thanos-receive-controller, pull request 89',
    how: 'each of five members taken out of the ring file once, and put back',
    ours: 'a static ring: members change by an edit only',
    broken: () => rollOut(true),
    right: () => rollOut(false),
  }, {
    name: 'two-members-away',
    rule: 'A request fails when one of its series lacks a quorum: with two members away nearly all writes do, so disruptions must be bounded over the whole ring.',
    source: `${THANOS_RECEIVE}; Thanos 0.42.4, pkg/receive/handler.go`,
    how: 'two of five members killed, as without a PodDisruptionBudget',
    ours: 'one PodDisruptionBudget over all zones of a ring, maxUnavailable = replication factor − quorum',
    broken: () => withoutQuorum({ members: 5, down: 2 }),
    right: () => withoutQuorum({ members: 5, down: 1 }),
  }, {
    name: 'replication-factor-4',
    rule: 'Replication factor 4 needs a quorum of 3, and so tolerates one failure, as 3 does; 5 tolerates two.',
    source: 'Thanos 0.42.4, pkg/receive/handler.go, writeQuorum',
    how: '--receive.replication-factor=4, two of five members killed',
    ours: '4 is an error (ring-replication-factor)',
    broken: () => withoutQuorum({ replicationFactor: 4, members: 5, down: 2 }),
    right: () => withoutQuorum({ replicationFactor: 5, members: 5, down: 2 }),
  }, {
    name: 'members-before-pods',
    rule: 'Pods must be there before they become members: writes to a member without a pod fail.',
    source: 'derivation from the quorum',
    how: 'a ring of 3 grown to 5 members of which two do not run',
    ours: '\'ingestors\' and \'members\' are two props; more members than ingestors is an error (ring-members-beyond-ingestors)',
    broken: () => grow(false),
    right: () => grow(true),
  }, {
    name: 'router-in-its-own-ring',
    rule: 'A router must not stand in its own ring: it forwards to itself without end.',
    source: 'Thanos 0.42.4, pkg/receive/handler.go',
    how: 'the first endpoint of the ring file replaced by the router',
    ours: 'the ring is made of the ingestors\' pods; a ring file in extraArgs is an error (flag-fixed)',
    broken: () => ownRing(true),
    right: () => ownRing(false),
  }],
};
