import * as rig from '../cluster/faults';
import { hasState, kubeconfigPath } from '../cluster/state';

/** What can be done to the rig and to no other cluster: cut links, kill processes, fill disks. */
export type Faults = typeof rig;

/** The rig's faults; undefined where KUBECONFIG names another cluster. */
export const faultsAtHand = (): Faults | undefined => hasState() && process.env.KUBECONFIG === kubeconfigPath() ? rig : undefined;
