import * as fs from 'node:fs';
import * as path from 'node:path';

/** Where the rig keeps all that it makes: `CDK8S_THANOS_RIG`, else `/var/lib/cdk8s-thanos-rig`. */
export function stateFolder(): string {
  return path.resolve(process.env.CDK8S_THANOS_RIG || '/var/lib/cdk8s-thanos-rig');
}

/** The administrator's kubeconfig. It works from the real machine. */
export function kubeconfigPath(): string {
  return path.join(stateFolder(), 'kubeconfig');
}

/** Where the cluster's certificate authority keeps its files. */
export function pkiFolder(): string {
  return path.join(stateFolder(), 'pki');
}

/** A process, told from a later one of the same id by when it began. */
export interface RecordedProcess {
  readonly pid: number;
  /** The id of the machine's boot, and the clock ticks from then to the start of the process. */
  readonly started: string;
}

const BOOT = () => fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

/** The start of a process out of its `/proc/<pid>/stat`, in clock ticks since boot; undefined for one that has ended and waits to be reaped. */
export function startTimeIn(stat: string): string | undefined {
  // The second field is the program's name in parentheses; it may have spaces and parentheses of its own.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

function startOf(pid: number): string | undefined {
  try {
    const ticks = startTimeIn(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'));
    return ticks && `${BOOT()}/${ticks}`;
  } catch {
    return undefined;
  }
}

/** Whether a recorded process still runs. */
export function isRunning({ pid, started }: RecordedProcess): boolean {
  return startOf(pid) === started;
}

/** Ends a recorded process at once, if it is still that one. */
export function kill(recorded: RecordedProcess): void {
  if (isRunning(recorded)) process.kill(recorded.pid, 'SIGKILL');
}

const recordsPath = () => path.join(stateFolder(), 'processes.json');
const partialPath = () => `${stateFolder()}.partial`;
const lockPath = () => `${stateFolder()}.lock`;

/** The recorded processes, by name; empty when there is no rig. */
export function recordedProcesses(): ReadonlyMap<string, RecordedProcess> {
  if (!fs.existsSync(recordsPath())) return new Map();
  return new Map(Object.entries(JSON.parse(fs.readFileSync(recordsPath(), 'utf8')) as Record<string, RecordedProcess>));
}

/** Whether there is anything of a rig in the state folder. */
export function hasState(): boolean {
  return fs.existsSync(recordsPath());
}

function writeRecords(records: ReadonlyMap<string, RecordedProcess>): void {
  // Renamed into place: an interrupt leaves the old or the new records, never half of them.
  const partial = partialPath();
  fs.writeFileSync(partial, JSON.stringify(Object.fromEntries(records), undefined, 2));
  fs.renameSync(partial, recordsPath());
}

/**
 * Makes the state folder of a new rig.
 *
 * @throws when the folder has something in it that is not a rig's.
 */
export function createState(): void {
  const folder = stateFolder();
  if (fs.existsSync(folder) && fs.readdirSync(folder).length > 0 && !hasState()) {
    throw new Error(`The state folder ${folder} is not empty and is no rig's, so that nothing may be removed from it. Set CDK8S_THANOS_RIG to a folder that is empty or does not exist.`);
  }
  claimState();
}

/** Takes the state folder for a rig's, whatever is in it. */
export function claimState(): void {
  fs.mkdirSync(stateFolder(), { recursive: true, mode: 0o755 });
  writeRecords(recordedProcesses());
}

/** Records a process that has just been started. */
export function record(name: string, pid: number): void {
  const started = startOf(pid);
  if (started === undefined) throw new Error(`The process '${name}' (${pid}) ended as soon as it was started.`);
  writeRecords(new Map([...recordedProcesses(), [name, { pid, started }]]));
}

/** Removes the state folder of a rig that has been taken down. */
export function removeState(): void {
  if (!hasState()) return;
  const remove = (file: string) => fs.rmSync(file, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  // The records last: what an interrupt leaves is still known as a rig's.
  for (const name of fs.readdirSync(stateFolder())) {
    if (path.join(stateFolder(), name) !== recordsPath()) remove(path.join(stateFolder(), name));
  }
  remove(stateFolder());
}

function lockHolder(): RecordedProcess | undefined {
  try {
    return JSON.parse(fs.readFileSync(lockPath(), 'utf8')) as RecordedProcess;
  } catch {
    return undefined;
  }
}

/**
 * Does what changes the rig, while nobody else does.
 *
 * @throws when another process is changing it.
 */
export async function exclusively<T>(work: () => Promise<T>): Promise<T> {
  fs.mkdirSync(path.dirname(lockPath()), { recursive: true });
  const holder = lockHolder();
  if (holder && isRunning(holder)) {
    throw new Error(`Another process (${holder.pid}) is changing the rig in ${stateFolder()}. Wait until it has ended, or end it.`);
  }
  fs.rmSync(lockPath(), { force: true });
  fs.writeFileSync(lockPath(), JSON.stringify({ pid: process.pid, started: startOf(process.pid) }), { flag: 'wx' });
  const unlock = () => fs.rmSync(lockPath(), { force: true });
  process.once('exit', unlock);
  try {
    return await work();
  } finally {
    unlock();
    process.off('exit', unlock);
  }
}
