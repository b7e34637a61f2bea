import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { hierarchies } from './cgroups';
import { execute } from './command';
import { stateFolder } from './state';
import { installPackages } from '../../programs/debian';

/** Debian's packages, by a file that each is known by. */
const PACKAGES: Readonly<Record<string, string>> = {
  'busybox-static': '/bin/busybox',
  'conntrack': '/usr/sbin/conntrack',
  'containerd': '/usr/bin/containerd',
  'containernetworking-plugins': '/usr/lib/cni/ptp',
  'e2fsprogs': '/usr/sbin/mkfs.ext4',
  'etcd-server': '/usr/bin/etcd',
  'ethtool': '/usr/sbin/ethtool',
  'iproute2': '/usr/bin/ip',
  'iptables': '/usr/sbin/iptables',
  'nftables': '/usr/sbin/nft',
  'openssl': '/usr/bin/openssl',
  'runc': '/usr/sbin/runc',
  'socat': '/usr/bin/socat',
  'util-linux': '/usr/bin/nsenter',
};

/** What the kernel must be able to do, by a command that tries it in a network namespace of its own. */
const KERNEL: Readonly<Record<string, string>> = {
  'bridges': 'ip link add try type bridge',
  'pairs of virtual interfaces (veth)': 'ip link add try type veth peer name other',
  'nftables': 'nft add table inet try',
  'address translation by iptables': 'iptables --table nat --append OUTPUT --match comment --comment try --jump RETURN',
  'connection tracking': 'iptables --append OUTPUT --match conntrack --ctstate ESTABLISHED --jump RETURN',
  'random choice by iptables': 'iptables --append OUTPUT --match statistic --mode random --probability 0.5 --jump RETURN',
};

const CONTROLLERS = ['cpu', 'memory', 'pids'];

/** Names of the packages whose files are missing. */
export function missingPackages(exists: (file: string) => boolean = fs.existsSync): string[] {
  return Object.keys(PACKAGES).filter(name => !exists(PACKAGES[name]));
}

function ensurePackages(): void {
  const missing = missingPackages();
  if (missing.length === 0) return;
  installPackages(missing);
  const still = missingPackages();
  if (still.length === 0) return;
  throw new Error(`The rig needs the Debian packages ${still.join(', ')}, and 'apt-get install' could not install them; what it said is above. Install them by hand; they belong at ${still.map(name => PACKAGES[name]).join(', ')}.`);
}

function checkCgroups(): string[] {
  const { version, all } = hierarchies();
  const available = version === 2 ? fs.readFileSync(`${all[0].folder}/cgroup.controllers`, 'utf8').split(/\s+/) : all.flatMap(({ controllers }) => controllers);
  const missing = CONTROLLERS.filter(controller => !available.includes(controller));
  return missing.length > 0 ? [`The cgroup controllers ${missing.join(', ')} are not mounted. Mount cgroups of version 2 at /sys/fs/cgroup, or those of version 1 below it.`] : [];
}

async function checkKernel(): Promise<string[]> {
  const tried = await Promise.all(Object.entries(KERNEL).map(async ([what, command]) => {
    const refused = await execute('unshare', ['--net', 'sh', '-c', command]).then(() => undefined, (error: Error) => error.message);
    return refused ? [`The kernel has no ${what}, or does not let us: ${refused}. Load the module, or take another kernel.`] : [];
  }));
  const overlay = fs.readFileSync('/proc/filesystems', 'utf8').includes('\toverlay') || spawnSync('modprobe', ['overlay'], { stdio: 'ignore' }).status === 0;
  return [...tried.flat(), ...overlay ? [] : ['The kernel has no overlay file system, on which containers are stored. Load the module, or take another kernel.']];
}

async function checkOpenssl(): Promise<string[]> {
  const version = await execute('openssl', ['version']);
  return /^OpenSSL ([3-9]|\d\d)/.test(version) ? [] : [`OpenSSL 3 or newer is needed, and there is ${version.trim()}. Take Debian 12 or newer.`];
}

/**
 * Sees to it that this is Linux and we are root.
 *
 * @throws when not.
 */
export function ensureRoot(): void {
  const otherwise = 'or run the tests on a cluster of your own by setting KUBECONFIG';
  if (process.platform !== 'linux') throw new Error(`The rig needs Linux, and this is '${process.platform}'. Use a virtual machine, ${otherwise}.`);
  if (process.getuid?.() !== 0) throw new Error(`The rig must run as root: it makes namespaces, cgroups and ${stateFolder()}. Run it with sudo, ${otherwise}.`);
}

/**
 * Makes sure that this machine has what the rig needs; installs the packages that are missing.
 *
 * @throws when something is missing that cannot be installed; the message names all of it.
 */
export async function ensurePrerequisites(): Promise<void> {
  ensurePackages();
  const found = [...checkCgroups(), ...await checkKernel(), ...await checkOpenssl()];
  if (found.length > 0) throw new Error(found.join('\n'));
}
