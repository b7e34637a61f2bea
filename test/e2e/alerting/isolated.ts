import { RULER } from './parts';
import { RECEIVER_NAME, RECEIVER_PORT } from './receiver/objects';
import type { AlertingTestbed } from './testbed';
import type { Notebook } from '../harness/results';
import { deniesByDefault, refusesPrivileged } from '../scenarios/isolation';
import { reachable } from '../scenarios/probe';

/** Programs of the parts that alert and that take what is pushed. */
const NEW_PARTS = ['alertmanager', 'pushgateway', 'pushgateway-client'];

/** Pod Security and default deny hold for the parts that alert, and for those that take what is pushed. */
export async function isIsolated(testbed: AlertingTestbed, notebook: Notebook): Promise<void> {
  const { cluster, namespace, receiverNamespace, objects } = testbed;
  await refusesPrivileged(cluster, namespace);
  const { items } = await cluster.core.listNamespacedPod({ namespace });
  const admitted = items.filter(({ metadata }) => NEW_PARTS.includes(metadata?.labels?.['app.kubernetes.io/name'] ?? '') || metadata?.labels?.['app.kubernetes.io/component'] === RULER.component);
  notebook.figure('pods of the new parts, admitted by restricted', admitted.length, '');
  notebook.figure('ports that nobody else reaches', await deniesByDefault(cluster, { namespace, outside: receiverNamespace, objects }), '');
  const [receiver] = await reachable(cluster, namespace, [{ host: `${RECEIVER_NAME}.${receiverNamespace}.svc.cluster.local`, port: RECEIVER_PORT }]);
  if (receiver) throw new Error('A pod beside the Alertmanagers reaches the webhook receiver, so that its own policy is not in force.');
}
