import { spawnSync } from 'node:child_process';

function isInstalled(): boolean {
  return spawnSync('etcd', ['--version'], { stdio: 'ignore' }).status === 0;
}

function aptGet(...args: string[]): boolean {
  // Its messages go to standard error: standard output is for the answers.
  return spawnSync('apt-get', args, { stdio: ['ignore', process.stderr, process.stderr], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }).status === 0;
}

/**
 * Makes sure that there is an etcd, which Go's module proxy does not offer as a program that builds.
 *
 * @throws when there is none and it cannot be installed.
 */
export function ensureEtcd(): void {
  if (isInstalled()) return;
  const install = () => aptGet('install', '--yes', '--no-install-recommends', 'etcd-server');
  if (process.getuid?.() === 0 && (install() || aptGet('update') && install()) && isInstalled()) return;
  throw new Error("There is no 'etcd' on the PATH, and a kube-apiserver needs one. Install it, on Debian and Ubuntu with 'sudo apt-get install etcd-server'.");
}
