import { metricOf } from './metric';
import type { Testbed } from './testbed';
import type { Disturbance } from './without-loss';
import { progress, sleep } from '../harness/progress';
import { until } from '../harness/wait';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const TWINS = ['a', 'b'];
const RING_PORT = 10902;
const SENDER_PORT = 9090;

/** As the docs of `replicaShards` and of `members` say. */
export const RESHARDINGS: Readonly<Record<string, Disturbance>> = {
  'senders 2 → 4 → 2': async testbed => {
    await reshard(testbed, 2, 4);
    await reshard(testbed, 4, 2);
  },
  'ring 3 → 5 → 3': async testbed => {
    await testbed.change({ ring: { members: 3, ingestors: 5 } });
    await testbed.untilSettled();
    await setMembers(testbed, 5, 5);
    await sleep(2 * MINUTE);
    await setMembers(testbed, 3, 5);
    await sleep(MINUTE);
    await testbed.change({ ring: { members: 3, ingestors: 3 } });
  },
};

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
  await testbed.untilSettled();
}
