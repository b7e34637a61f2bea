import { compactionBegins } from './compaction';
import { metricOf } from './metric';
import { drain, labelOf, nodeOfPod, uncordon } from './nodes';
import { scale } from './scale';
import type { Testbed } from './testbed';
import type { Disturbance } from './without-loss';
import type { Excuse } from '../harness/accounting';
import { sleep } from '../harness/progress';
import { NotHere } from '../harness/results';
import { until } from '../harness/wait';
import { PLATFORM_NAME } from '../platforms/small';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const ZONE_LABEL = 'topology.kubernetes.io/zone';
/** How long nodes of a zone that comes back may take to be Ready again, and routes to settle. */
const REACHABLE_AGAIN = 40 * SECOND;
const INGESTOR_PORT = 10902;
/** Records that did not get into the write-ahead log (Prometheus 3.14, tsdb/wlog/wlog.go). */
const FAILED_WRITES = 'prometheus_tsdb_wal_writes_failed_total';

/** By name; one after the other, each on a platform that has recovered from the one before. */
export const DISTURBANCES: Readonly<Record<string, Disturbance>> = {
  'kill −9 an ingestor': kill('receive-ingestor'),
  'kill −9 a router': kill('receive-router'),
  'kill −9 a sender': kill('prometheus'),
  'kill −9 a store gateway': kill('store-gateway'),
  'kill −9 the compactor in the middle of a compaction': async testbed => {
    await compactionBegins(testbed);
    await kill('compactor')(testbed, { figure() {}, note() {} });
  },
  'delete an ingestor': remove('receive-ingestor'),
  'delete a sender': remove('prometheus'),
  'delete a router': remove('receive-router'),
  'drain a node': async testbed => {
    const node = await nodeOfPod(testbed.cluster, testbed.namespace, (await testbed.pods('receive-ingestor'))[0]);
    try {
      await drain(testbed.cluster, node);
      await sleep(MINUTE);
    } finally {
      await uncordon(testbed.cluster, node);
    }
  },
  'cut a zone off for 5 minutes': async testbed => {
    const { cutZone, healZone } = rigOf(testbed);
    const node = await nodeOfPod(testbed.cluster, testbed.namespace, (await testbed.pods('receive-ingestor'))[1]);
    const zone = await labelOf(testbed.cluster, node, ZONE_LABEL);
    const targets = await testbed.targetsOn(node);
    const from = Date.now();
    await cutZone(zone);
    try {
      await sleep(5 * MINUTE);
    } finally {
      await healZone(zone);
    }
    const to = Date.now() + REACHABLE_AGAIN;
    return targets.map((target): Excuse => ({ target, from, to, reason: `in the zone ${zone}, which no sender outside could reach` }));
  },
  'stop the bucket for 10 minutes': async testbed => {
    await scale(testbed.cluster, testbed.namespace, `${PLATFORM_NAME}-bucket`, 0);
    try {
      await sleep(10 * MINUTE);
    } finally {
      await scale(testbed.cluster, testbed.namespace, `${PLATFORM_NAME}-bucket`, 1);
    }
  },
  'fill the disk of one ingestor': async (testbed, notebook) => {
    const { fillSmallVolumes, freeSmallVolumes } = rigOf(testbed);
    const [, , ingestor] = await testbed.pods('receive-ingestor');
    const zone = await labelOf(testbed.cluster, await nodeOfPod(testbed.cluster, testbed.namespace, ingestor), ZONE_LABEL);
    const failedWrites = () => metricOf(testbed, ingestor, INGESTOR_PORT, FAILED_WRITES);
    const before = await failedWrites();
    let failed = 0;
    await fillSmallVolumes(zone);
    try {
      await sleep(3 * MINUTE);
      failed = await failedWrites() - before;
    } finally {
      await freeSmallVolumes(zone);
    }
    notebook.figure('writes that failed on the full disk', failed, '');
    if (!(failed > 0)) throw new Error(`The ingestor '${ingestor}' had no write fail (${FAILED_WRITES}) in three minutes, so that nothing was shown: its disk was not full, or it was not written to.`);
  },
  'roll out a new version of every part': async testbed => {
    const podAnnotations = { 'e2e.cdk8s-thanos.dev/version': 'next' };
    await testbed.change({
      prometheus: { podAnnotations },
      ring: { router: { podAnnotations }, ingestor: { podAnnotations } },
      storeGateway: { podAnnotations },
      compactor: { podAnnotations },
      query: { podAnnotations },
      queryFrontend: { podAnnotations },
    });
    await testbed.untilSettled();
  },
};

function rigOf({ faults }: Testbed): NonNullable<Testbed['faults']> {
  if (!faults) throw new NotHere('It takes the rig (npm run e2e:cluster -- up), for it reaches into nodes.');
  return faults;
}

function kill(component: string): Disturbance {
  return async testbed => {
    const { killContainer } = rigOf(testbed);
    const [pod] = await testbed.pods(component);
    await killContainer(testbed.namespace, pod, component);
    await untilRestarted(testbed, pod, component);
  };
}

async function untilRestarted(testbed: Testbed, name: string, container: string): Promise<void> {
  await until(`restart of '${container}' in the pod '${name}'`, async () => {
    const { status } = await testbed.cluster.core.readNamespacedPod({ namespace: testbed.namespace, name });
    const current = status?.containerStatuses?.find(each => each.name === container);
    return current && current.restartCount > 0 && current.state?.running ? true : undefined;
  });
}

function remove(component: string): Disturbance {
  return async testbed => {
    const pods = await testbed.pods(component);
    await testbed.cluster.core.deleteNamespacedPod({ namespace: testbed.namespace, name: pods[pods.length - 1] });
    await sleep(5 * SECOND);
  };
}
