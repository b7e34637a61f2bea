import { Size } from 'cdk8s';
import type { Testbed } from './testbed';
import type { Disturbance } from './without-loss';
import { orNothing, Refused } from '../harness/apply';
import { restarts } from '../harness/pods';
import { sleep } from '../harness/progress';
import { until, untilReady } from '../harness/wait';
import { PLATFORM_NAME } from '../platforms/small';

const SECOND = 1000;
const GIB = 1024 ** 3;
const COMPONENT = 'receive-ingestor';
const NAME = `${PLATFORM_NAME}-${COMPONENT}`;
const UNPROCESSABLE = 422;
/** How long a StatefulSet that does not like the pods that it takes over would need to begin to replace them. */
const WATCHED = 20 * SECOND;

/** As the README says, but for the claims themselves: their StatefulSet makes way for one with larger claims, which takes its pods over. */
export const enlargesClaims: Disturbance = async (testbed, notebook) => {
  const { cluster, namespace } = testbed;
  const gibibytes = 2 * testbed.platform.stack.plan.figure('ring', 'ingestorStorageSize').value / GIB;
  const before = await identities(testbed);
  await refusesLargerClaims(testbed, Size.gibibytes(gibibytes));
  await cluster.apps.deleteNamespacedStatefulSet({ namespace, name: NAME, propagationPolicy: 'Orphan' });
  await until('namespace without the StatefulSet', async () => (await orNothing(cluster.apps.readNamespacedStatefulSet({ namespace, name: NAME })) ? undefined : true));
  const begin = Date.now();
  await testbed.change({});
  await untilReady(cluster, namespace);
  notebook.figure('taken over after', (Date.now() - begin) / SECOND, 's');
  await sleep(WATCHED);
  const after = await identities(testbed);
  const { spec } = await cluster.apps.readNamespacedStatefulSet({ namespace, name: NAME });
  const claimed = spec?.volumeClaimTemplates?.[0].spec?.resources?.requests?.storage;
  notebook.figure('pods taken over', after.pods.length, '', before.pods.length);
  notebook.figure('new size of claims', gibibytes, 'GiB');
  notebook.note('The claims that are there keep their size: to enlarge them is up to their storage class, and that of the rig cannot.');
  if (JSON.stringify(after) !== JSON.stringify(before)) throw new Error(`The pods were ${JSON.stringify(before)}, and are ${JSON.stringify(after)}.`);
  if (claimed !== `${gibibytes}Gi`) throw new Error(`The StatefulSet claims ${claimed}, not ${gibibytes}Gi.`);
};

/** @throws when the API server lets the claims of a StatefulSet change, or refuses anything else */
async function refusesLargerClaims(testbed: Testbed, storageSize: Size): Promise<void> {
  const refusal = await testbed.change({ ring: { storageSize } }).then(() => undefined, (error: Error) => error);
  const refusals = refusal instanceof Refused ? refusal.refusals : [];
  const expected = refusals.length === 1 && refusals[0].object.endsWith(`/${NAME}`) && refusals[0].code === UNPROCESSABLE && /forbidden/i.test(refusals[0].message);
  if (!expected) throw new Error(`The API server should refuse the StatefulSet '${NAME}' alone, with ${UNPROCESSABLE}: ${refusal?.message ?? 'it took everything'}`);
}

/** The pods as they must stay. */
async function identities({ cluster, namespace }: Testbed): Promise<{ pods: (string | undefined)[]; restarts: Record<string, number> }> {
  const { items } = await cluster.core.listNamespacedPod({ namespace, labelSelector: `app.kubernetes.io/component=${COMPONENT}` });
  return { pods: items.map(({ metadata }) => metadata?.uid).sort(), restarts: restarts(items) };
}
