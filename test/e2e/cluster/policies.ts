import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { createCgroup } from './cgroups';
import { Machine, rigCgroup, supervise } from './machine';
import { ClusterNode } from './network';
import { kubeconfigPath, record, stateFolder } from './state';

/** Name of the process that enforces NetworkPolicies. */
export const POLICIES = 'network-policies';

const TEST = path.join(__dirname, '..', '..');

/** Starts what enforces NetworkPolicies, on the real machine, from where it reaches the network of every node. */
export function startPolicies(nodes: ReadonlyMap<ClusterNode, Machine>): void {
  const cgroup = `${rigCgroup()}/${POLICIES}`;
  createCgroup(cgroup);
  const child = spawn('sh', supervise(cgroup, path.join(stateFolder(), `${POLICIES}.log`), process.execPath, [
    require.resolve('ts-node/dist/bin'), '--transpile-only', `--project=${path.join(TEST, 'tsconfig.json')}`,
    path.join(__dirname, 'network-policies.ts'), `--kubeconfig=${kubeconfigPath()}`,
    ...[...nodes].flatMap(([{ name }, machine]) => ['--node', `${name}=/proc/${machine.pid}/ns/net`]),
  ]), { detached: true, stdio: 'ignore', env: { PATH: process.env.PATH, HOME: stateFolder() } });
  record(POLICIES, child.pid!);
  child.unref();
}
