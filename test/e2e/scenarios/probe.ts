import type { V1Pod } from '@kubernetes/client-node';
import { NODE_IMAGE } from '../cluster/images';
import { orNothing } from '../harness/apply';
import type { Cluster } from '../harness/cluster';
import { logsOf } from '../harness/logs';
import { until } from '../harness/wait';

/** An address that somebody tries to reach by TCP. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

const NAME = 'probe';
const PATIENCE_SECONDS = 3;
/** Runs in the pod: says of each target whether a connection came about. */
const SCRIPT = `
  const net = require('node:net');
  const reach = ({ host, port }) => new Promise(resolve => {
    const socket = net.connect({ host, port, timeout: ${PATIENCE_SECONDS * 1000} });
    const end = reached => { socket.destroy(); resolve(reached); };
    socket.on('connect', () => end(true)).on('timeout', () => end(false)).on('error', () => end(false));
  });
  // Policies of a new pod are in force a moment after its start.
  setTimeout(() => Promise.all(JSON.parse(process.env.TARGETS).map(reach)).then(all => console.log(JSON.stringify(all))), 3000);`;

/** Tries from a new pod of a namespace, of nobody's component, which targets it reaches. */
export async function reachable(cluster: Cluster, namespace: string, targets: readonly Target[]): Promise<boolean[]> {
  await orNothing(cluster.core.deleteNamespacedPod({ namespace, name: NAME, gracePeriodSeconds: 0 }));
  await until('namespace without the pod of an earlier probe', async () => (await orNothing(cluster.core.readNamespacedPod({ namespace, name: NAME })) ? undefined : true));
  await cluster.core.createNamespacedPod({ namespace, body: pod(targets) });
  try {
    await until('answer of the probe', async () => {
      const { status } = await cluster.core.readNamespacedPod({ namespace, name: NAME });
      if (status?.phase === 'Failed') throw new Error(await logsOf(cluster, namespace, NAME, NAME));
      return status?.phase === 'Succeeded' ? true : undefined;
    });
    return JSON.parse(await logsOf(cluster, namespace, NAME, NAME)) as boolean[];
  } finally {
    await orNothing(cluster.core.deleteNamespacedPod({ namespace, name: NAME, gracePeriodSeconds: 0 }));
  }
}

function pod(targets: readonly Target[]): V1Pod {
  return {
    metadata: { name: NAME, labels: { 'app.kubernetes.io/name': NAME } },
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [{
        name: NAME,
        image: NODE_IMAGE,
        imagePullPolicy: 'IfNotPresent',
        command: ['node', '--eval', SCRIPT],
        env: [{ name: 'TARGETS', value: JSON.stringify(targets) }],
        resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '128Mi' } },
        securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
      }],
    },
  };
}
