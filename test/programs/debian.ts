import { spawnSync } from 'node:child_process';

const MILLISECONDS = 300_000;

function aptGet(...args: string[]): boolean {
  // Its messages go to standard error: standard output is for the answers.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', args, { stdio: ['ignore', process.stderr, process.stderr], timeout: MILLISECONDS, env }).status === 0;
}

/** Installs Debian packages, with newer lists where the present ones do not do. Gives whether that went well. */
export function installPackages(names: readonly string[]): boolean {
  const install = () => aptGet('install', '--yes', '--no-install-recommends', ...names);
  return install() || aptGet('update') && install();
}
