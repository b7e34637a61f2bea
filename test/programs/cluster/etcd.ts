import { spawnSync } from 'node:child_process';
import { installPackages } from '../debian';

function isInstalled(): boolean {
  return spawnSync('etcd', ['--version'], { stdio: 'ignore' }).status === 0;
}

/**
 * Makes sure that there is an etcd, which Go's module proxy does not offer as a program that builds.
 *
 * @throws when there is none and it cannot be installed.
 */
export function ensureEtcd(): void {
  if (isInstalled()) return;
  if (process.getuid?.() === 0 && installPackages(['etcd-server']) && isInstalled()) return;
  throw new Error("There is no 'etcd' on the PATH, and a kube-apiserver needs one. Install it, on Debian and Ubuntu with 'sudo apt-get install etcd-server'.");
}
