import * as fs from 'node:fs';
import * as path from 'node:path';

/** A mounted tree of cgroups: one for each controller or pair of them in version 1, a single one in version 2. */
export interface Hierarchy {
  /** Where it is mounted. */
  readonly folder: string;
  /** Its controllers in version 1; in version 2 each cgroup names its own. */
  readonly controllers: readonly string[];
}

/** The cgroups of a machine. */
export interface Hierarchies {
  readonly version: 1 | 2;
  readonly all: readonly Hierarchy[];
}

/** What a cgroup and those below it have used. */
export interface Usage {
  /** CPU time since the cgroup was made, in seconds. */
  readonly cpuSeconds: number;
  /** Memory that cannot be taken back at once, as the kubelet counts it for evictions: all but inactive file pages. In bytes. */
  readonly workingSetBytes: number;
  /** Memory that is of no file. In bytes. */
  readonly rssBytes: number;
}

const CONTROLLERS = ['blkio', 'cpu', 'cpuacct', 'cpuset', 'devices', 'freezer', 'hugetlb', 'memory', 'net_cls', 'net_prio', 'perf_event', 'pids'];

/** Reads the hierarchies from a `/proc/<pid>/mountinfo`. */
export function parseHierarchies(mountinfo: string): Hierarchies {
  const mounts = mountinfo.split('\n').flatMap(line => {
    const match = /^\d+ \d+ \S+ \S+ (\S+) .* - (cgroup2?) \S+ (\S+)$/.exec(line);
    return match ? [{ folder: match[1], type: match[2], options: match[3].split(',') }] : [];
  });
  // The kubelet and runc judge by what is mounted at this very place.
  const unified = mounts.find(mount => mount.type === 'cgroup2' && mount.folder === '/sys/fs/cgroup');
  if (unified) return { version: 2, all: [{ folder: unified.folder, controllers: [] }] };
  // Beside version 1 there may be a tree of version 2 without controllers, in which runc makes cgroups too.
  const folders = new Map(mounts.map(({ folder, options }) => [folder, options.filter(option => CONTROLLERS.includes(option))]));
  return { version: 1, all: [...folders].map(([folder, controllers]) => ({ folder, controllers })) };
}

let cached: Hierarchies | undefined;

/** The hierarchies of this machine. */
export function hierarchies(): Hierarchies {
  return cached ??= parseHierarchies(fs.readFileSync('/proc/self/mountinfo', 'utf8'));
}

/** The folder of a cgroup in the hierarchy of a controller. */
function folderOf(controller: string, cgroup: string): string {
  const { version, all } = hierarchies();
  const hierarchy = version === 2 ? all[0] : all.find(({ controllers }) => controllers.includes(controller));
  if (!hierarchy) throw new Error(`The cgroup controller '${controller}' is not mounted.`);
  return path.join(hierarchy.folder, cgroup);
}

/** A new cpuset of version 1 has no CPU and no memory node, and takes no process until it has. */
function inheritCpuset(folder: string): void {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    fs.writeFileSync(path.join(folder, file), fs.readFileSync(path.join(path.dirname(folder), file)));
  }
}

/** In version 2 a cgroup has only the controllers that its parent hands on. */
function handOnControllers(parent: string): void {
  const controllers = fs.readFileSync(path.join(parent, 'cgroup.controllers'), 'utf8').split(/\s+/).filter(Boolean);
  fs.writeFileSync(path.join(parent, 'cgroup.subtree_control'), controllers.map(controller => `+${controller}`).join(' '));
}

/** Makes a cgroup, and those above it that are missing, in every hierarchy. */
export function createCgroup(cgroup: string): void {
  const { version, all } = hierarchies();
  for (const { folder: root, controllers } of all) {
    let folder = root;
    for (const name of cgroup.split('/').filter(Boolean)) {
      if (version === 2) handOnControllers(folder);
      folder = path.join(folder, name);
      if (fs.existsSync(folder)) continue;
      fs.mkdirSync(folder);
      if (controllers.includes('cpuset')) inheritCpuset(folder);
    }
  }
}

/** Gives a cgroup a multiple of the CPU time that its neighbours of default weight get when there is not enough for all. */
export function weighCpu(cgroup: string, factor: number): void {
  const [file, defaultWeight] = hierarchies().version === 2 ? ['cpu.weight', 100] : ['cpu.shares', 1024];
  fs.writeFileSync(path.join(folderOf('cpu', cgroup), file), String(defaultWeight * factor));
}

/** The files that a process writes its id to when it joins a cgroup. */
export function membershipFiles(cgroup: string): string[] {
  return hierarchies().all.map(({ folder }) => path.join(folder, cgroup, 'cgroup.procs'));
}

function withDescendants(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  const children = fs.readdirSync(folder, { withFileTypes: true }).filter(entry => entry.isDirectory());
  return [folder, ...children.flatMap(child => withDescendants(path.join(folder, child.name)))];
}

/** Ids of the processes in a cgroup and below it, in whichever hierarchy. */
export function processesIn(cgroup: string): number[] {
  const folders = hierarchies().all.flatMap(({ folder }) => withDescendants(path.join(folder, cgroup)));
  const ids = folders.flatMap(folder => fs.readFileSync(path.join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean));
  // A process of a pid namespace that cannot be seen from here is shown as 0.
  return [...new Set(ids.map(Number))].filter(id => id > 0);
}

/** Whether a cgroup exists, in whichever hierarchy. */
export function cgroupExists(cgroup: string): boolean {
  return hierarchies().all.some(({ folder }) => fs.existsSync(path.join(folder, cgroup)));
}

/**
 * Removes a cgroup and those below it.
 *
 * @throws when a process is still in one of them.
 */
export function removeCgroup(cgroup: string): void {
  for (const { folder } of hierarchies().all) {
    // A cgroup is removed as an empty folder although it shows files.
    for (const descendant of withDescendants(path.join(folder, cgroup)).reverse()) fs.rmdirSync(descendant);
  }
}

/** Names of the cgroups directly below one. */
export function childrenOf(cgroup: string): string[] {
  const folder = folderOf('memory', cgroup);
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder, { withFileTypes: true }).filter(entry => entry.isDirectory()).map(entry => entry.name);
}

function statistics(file: string): Map<string, number> {
  return new Map(fs.readFileSync(file, 'utf8').split('\n').filter(Boolean).map(line => line.split(' ')).map(([key, value]) => [key, Number(value)]));
}

/**
 * What a cgroup has used.
 *
 * @throws when there is no such cgroup.
 */
export function usageOf(cgroup: string): Usage {
  const memory = folderOf('memory', cgroup);
  const detail = statistics(path.join(memory, 'memory.stat'));
  const read = (folder: string, file: string) => Number(fs.readFileSync(path.join(folder, file), 'utf8'));
  if (hierarchies().version === 2) {
    return {
      cpuSeconds: statistics(path.join(memory, 'cpu.stat')).get('usage_usec')! / 1e6,
      workingSetBytes: read(memory, 'memory.current') - detail.get('inactive_file')!,
      rssBytes: detail.get('anon')!,
    };
  }
  return {
    cpuSeconds: read(folderOf('cpuacct', cgroup), 'cpuacct.usage') / 1e9,
    workingSetBytes: read(memory, 'memory.usage_in_bytes') - detail.get('total_inactive_file')!,
    rssBytes: detail.get('total_rss')!,
  };
}
