import { judgeMerged } from './merging';
import { metricOf } from './metric';
import { BLOCK_LENGTH, type Testbed } from './testbed';
import { accountFor, type Disturbance, withoutLoss } from './without-loss';
import { progress, sleep } from '../harness/progress';
import type { Notebook } from '../harness/results';
import { until } from '../harness/wait';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const TWINS = ['a', 'b'];
const RING_PORT = 10902;
const SENDER_PORT = 9090;
/**
 * The five hours after which ingestors that left the ring may go are two and a half blocks: until a head is old enough to be cut, and until
 * the next look at it. And what does not shrink with blocks: Thanos looks for blocks to upload twice a minute, and the bed's store gateways
 * for those in the bucket once.
 */
const LEFT_FOR = 2.5 * BLOCK_LENGTH * SECOND + 2 * MINUTE;

/** As the docs of `replicaShards` say. */
export const reshardsSenders: Disturbance = async testbed => {
  await reshard(testbed, 2, 4);
  await reshard(testbed, 4, 2);
};

/**
 * As the docs of `members` say. While the ingestors that left still run, nothing may be missing. When they have gone, what only they had
 * comes from the bucket, where the compactor has merged it.
 * @throws KnownLimit when that has left something out; an error when more is missing
 */
export async function growsAndShrinks(testbed: Testbed, notebook: Notebook): Promise<void> {
  const from = Date.now();
  await withoutLoss(testbed, notebook, async () => {
    await testbed.change({ ring: { members: 3, ingestors: 5 } });
    await testbed.untilSettled();
    await setMembers(testbed, 5, 5);
    await testbed.untilSettled();
    await sleep(2 * MINUTE);
    await setMembers(testbed, 3, 5);
    const left = Date.now();
    await testbed.untilSettled();
    await sleep(Math.max(0, left + LEFT_FOR - Date.now()));
  });
  await testbed.change({ ring: { members: 3, ingestors: 3 } });
  await until('ring without the pods that left', async () => ((await testbed.pods('receive-ingestor')).length === 3 ? true : undefined));
  await testbed.untilSettled();
  const account = await accountFor(testbed, { from, to: Date.now() }, notebook);
  notebook.figure('missing when the ingestors that left have gone', account.lost, '', 0);
  notebook.figure('longest time without a sample then', account.longestGap, 's', testbed.interval / SECOND);
  judgeMerged(account, testbed.interval);
}

/** One twin after the other: while a's targets move, b has them. */
async function reshard(testbed: Testbed, from: number, to: number): Promise<void> {
  for (const replica of TWINS) {
    const begin = Date.now();
    const done = TWINS.slice(0, TWINS.indexOf(replica) + 1);
    await testbed.change({ prometheus: { shards: from, replicaShards: Object.fromEntries(done.map(each => [each, to])) } });
    await testbed.untilSettled();
    await untilReloaded(testbed, replica, begin / SECOND);
    progress(`senders ${replica} have ${to} shards`);
  }
  await testbed.change({ prometheus: { shards: to, replicaShards: undefined } });
}

/** The ConfigMap reaches pods within a minute or two, and each reloads when it has it. */
async function untilReloaded(testbed: Testbed, replica: string, since: number): Promise<void> {
  const pods = (await testbed.pods('prometheus')).filter(pod => pod.includes(`-${replica}-`));
  await Promise.all(pods.map(pod => until(`new configuration in ${pod}`, async () => {
    const reloaded = await metricOf(testbed, pod, SENDER_PORT, 'prometheus_config_last_reload_success_timestamp_seconds');
    return reloaded >= since ? true : undefined;
  })));
}

async function setMembers(testbed: Testbed, members: number, ingestors: number): Promise<void> {
  await testbed.change({ ring: { members, ingestors } });
  const routers = await testbed.pods('receive-router');
  await Promise.all(routers.map(pod => until(`ring of ${members} in ${pod}`, async () =>
    (await metricOf(testbed, pod, RING_PORT, 'thanos_receive_hashring_nodes') === members ? true : undefined))));
  progress(`the ring has ${members} members`);
}
