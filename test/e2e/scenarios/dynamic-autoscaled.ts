import { CustomObjectsApi } from '@kubernetes/client-node';
import { Duration } from 'cdk8s';
import { TWINS } from './dynamic-load';
import { measured, type SenderWatch } from './dynamic-measure';
import type { Spread } from './dynamic-spread';
import { type DynamicOptions, type DynamicTestbed, SENDERS } from './dynamic-testbed';
import { scale } from './scale';
import { GENERATOR_NAME } from '../generator/objects';
import { orNothing } from '../harness/apply';
import type { Cluster } from '../harness/cluster';
import { progress, sleep } from '../harness/progress';
import { type Notebook, NotHere } from '../harness/results';
import { until, untilReady } from '../harness/wait';
import { PLATFORM_NAME } from '../platforms/small';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const FEW = 2;
const MANY = 4;
const QUIET_PODS = 3;
const BUSY_PODS = 9;
const KEDA = { group: 'keda.sh', version: 'v1alpha1', plural: 'scaledobjects' };
/** The load is taken over five minutes, senders go one each five minutes, and `b` later than `a`. */
const LONGEST = 30 * MINUTE;
/** Over which the load is taken. */
const RATE = 5 * MINUTE;

/** Windows of a test; what a sender is to carry lies between the load of few targets and that of many, of which each fills half a minute's scrapes. */
export const AUTOSCALED: DynamicOptions = {
  shards: FEW,
  pods: QUIET_PODS,
  targets: 20,
  series: 20,
  interval: 5,
  ownInterval: 30,
  autoscaling: {
    minReplicaCount: 1,
    maxReplicaCount: MANY,
    seriesPerSender: 10_000,
    scaleUpStabilization: Duration.seconds(15),
    scaleDownStabilization: Duration.seconds(60),
    twinDelay: Duration.seconds(90),
    pollingInterval: Duration.seconds(10),
  },
};

type Scenario = (testbed: DynamicTestbed, notebook: Notebook) => Promise<void>;

/** By name; each goes on where the one before ended. */
export const AUTOSCALING_SCENARIOS: Readonly<Record<string, Scenario>> = {
  'KEDA: senders 2 → 4 as the load rises': async (testbed, notebook) => {
    await untilAccepted(testbed);
    await measured(testbed, notebook, async (_, watch) => {
      notebook.figure('load of few targets', await loadOf(testbed), 'series');
      await setTargets(testbed, BUSY_PODS);
      await untilScaled(testbed, watch, notebook, MANY);
      notebook.figure('load of many targets', await loadOf(testbed), 'series');
    });
  },
  'KEDA: the load cannot be asked for 5 minutes': (testbed, notebook) => measured(testbed, notebook, async () => {
    const { cluster, namespace } = testbed;
    const query = `${PLATFORM_NAME}-query`;
    await scaleDeployment(testbed, query, 0);
    const failed: string[] = [];
    for (const end = Date.now() + 5 * MINUTE; Date.now() < end; await sleep(5 * SECOND)) {
      for (const twin of TWINS) {
        const wanted = await wantedOf(testbed, twin);
        if (wanted !== MANY) failed.push(`'${twin}' was set to ${wanted}`);
      }
    }
    notebook.note(`Conditions of the ScaledObject of 'a' then: ${await conditionsOf(testbed, 'a')}.`);
    await scaleDeployment(testbed, query, 2);
    await untilReady(cluster, namespace);
    if (failed.length > 0) throw new Error(`Without a load that can be asked, the number must stay ${MANY}, but ${[...new Set(failed)].join(', ')}.`);
  }),
  'KEDA: senders 4 → 2 as the load falls': (testbed, notebook) => measured(testbed, notebook, async (_, watch) => {
    await setTargets(testbed, QUIET_PODS);
    await untilScaled(testbed, watch, notebook, FEW);
    notebook.figure('load of few targets', await loadOf(testbed), 'series');
  }),
};

/** @throws NotHere where there is no KEDA */
export async function needsKeda(cluster: Cluster): Promise<void> {
  const found = await orNothing(cluster.config.makeApiClient(CustomObjectsApi).listClusterCustomObject(KEDA));
  if (!found) throw new NotHere('The cluster has no KEDA. On the rig: npm run e2e:cluster -- addon keda');
}

/** Before the first five minutes are over, the load seems lower than it is. */
async function untilAccepted(testbed: DynamicTestbed): Promise<void> {
  for (const twin of TWINS) {
    await until(`ScaledObject of '${twin}' that KEDA has accepted and goes by`, async () => {
      const conditions = await conditionsOf(testbed, twin);
      return conditions.includes('Ready=True') && conditions.includes('Active=True') ? true : undefined;
    });
    progress(`KEDA has accepted the ScaledObject of '${twin}': ${await conditionsOf(testbed, twin)}`);
  }
  await sleep(RATE);
  for (const twin of TWINS) await until(`${FEW} senders '${twin}'`, async () => ((await wantedOf(testbed, twin)) === FEW ? true : undefined), { timeout: LONGEST });
  await testbed.untilSettled();
}

async function conditionsOf({ cluster, namespace }: DynamicTestbed, twin: string): Promise<string> {
  const object = await cluster.config.makeApiClient(CustomObjectsApi).getNamespacedCustomObject({ ...KEDA, namespace, name: `${SENDERS}-${twin}` });
  const { status } = object as { status?: { conditions?: { type: string; status: string }[] } };
  return (status?.conditions ?? []).map(({ type, status: is }) => `${type}=${is}`).join(', ');
}

async function setTargets(testbed: DynamicTestbed, pods: number): Promise<void> {
  await scale(testbed.cluster, testbed.loadNamespace, GENERATOR_NAME, pods);
  testbed.generatorPods = pods;
  await untilReady(testbed.cluster, testbed.loadNamespace);
}

/** Follows both replicas to a number of senders, which each takes in steps of KEDA's choice. */
async function untilScaled(testbed: DynamicTestbed, watch: SenderWatch, notebook: Notebook, shards: number): Promise<void> {
  const begin = Date.now();
  const follow = async (twin: string): Promise<void> => {
    let [number, spread]: [number, Spread] = [await wantedOf(testbed, twin), await testbed.spread(twin)];
    while (number !== shards) {
      const last = number;
      number = await until(`other number of senders '${twin}' than ${last}`, async () => {
        const wanted = await wantedOf(testbed, twin);
        return wanted === last ? undefined : wanted;
      }, { timeout: LONGEST, every: 2 * SECOND });
      const since = Date.now();
      notebook.figure(`'${twin}' ${last} → ${number} after`, (since - begin) / SECOND, 's');
      spread = await watch.untilSpread(twin, number, spread, since);
    }
  };
  await Promise.all(TWINS.map(follow));
}

async function wantedOf({ cluster, namespace }: DynamicTestbed, twin: string): Promise<number> {
  const { spec } = await cluster.apps.readNamespacedStatefulSet({ namespace, name: `${SENDERS}-${twin}` });
  return spec?.replicas ?? NaN;
}

async function loadOf({ query, namespace, options }: DynamicTestbed): Promise<number> {
  const pods = `namespace="${namespace}",pod=~"${SENDERS}-a-[0-9]+"`;
  return await query.value(`sum(rate(prometheus_agent_samples_appended_total{${pods}}[5m])) * ${options.ownInterval}`) ?? NaN;
}

async function scaleDeployment({ cluster, namespace }: DynamicTestbed, name: string, replicas: number): Promise<void> {
  await cluster.apps.patchNamespacedDeploymentScale({ namespace, name, body: [{ op: 'replace', path: '/spec/replicas', value: replicas }] });
}
