import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { createCgroup, membershipFiles, processesIn } from './cgroups';
import { execute } from './command';
import { isRunning, record, recordedProcesses, stateFolder } from './state';
import { programPath } from '../../programs/build';
import { poll } from '../../programs/process';

const BOOT_MILLISECONDS = 60_000;
const NAMESPACES = ['--pid', '--mount', '--net', '--uts', '--ipc'];

/** Arguments of `sh` that join a cgroup before all else, and then do what a script says with the arguments that follow. */
function inCgroup(cgroup: string, script: string, args: readonly string[]): string[] {
  const join = membershipFiles(cgroup).map(file => `echo 0 >'${file}'`);
  return ['-ec', [...join, 'set +e', script].join('\n'), 'sh', ...args];
}

const SUPERVISOR = `
exec </dev/null >>"$1" 2>&1
shift
while :; do
  "$@"
  echo "rig: $1 ended with exit code $?, and is started again"
  sleep 1
done`;

/** Arguments of `sh` that run a program in a cgroup, and run it again when it has ended, as systemd and the kubelet would. */
export function supervise(cgroup: string, log: string, command: string, args: readonly string[]): string[] {
  return inCgroup(cgroup, SUPERVISOR, [log, command, ...args]);
}

/**
 * What stands for a computer of its own: a set of Linux namespaces with a first process, on the real machine's files but for /var and /run.
 * Once the first process is killed, the kernel ends all others and drops the mounts and the network with them.
 */
export class Machine {
  /**
   * Boots a machine.
   *
   * @param programs built programs that it needs; they are in `/run/programs` there
   * @throws when it does not come up; the message has what it printed.
   */
  public static async boot(name: string, programs: readonly string[]): Promise<Machine> {
    createCgroup(systemCgroup(name));
    const folder = machineFolder(name);
    for (const made of ['lib', 'log', 'tmp']) fs.mkdirSync(path.join(folder, made), { recursive: true });
    fs.symlinkSync('/run', path.join(folder, 'run'));
    const log = path.join(folder, 'log', 'init.log');
    const output = fs.openSync(log, 'a');
    const command = ['unshare', ...NAMESPACES, '--fork', '--kill-child', '--mount-proc', 'sh', path.join(__dirname, 'machine-init.sh')];
    const child = spawn('sh', inCgroup(systemCgroup(name), 'exec "$@"', command), {
      detached: true,
      stdio: ['ignore', output, output],
      env: {
        PATH: process.env.PATH,
        NAME: name,
        VAR: folder,
        PROGRAMS: programs.map(program => `${program}=${programPath(program)}`).join('\n'),
      },
    });
    fs.closeSync(output);
    record(name, child.pid!);
    child.unref();
    const machine = new Machine(name);
    if (await poll(async () => machine.isReady || undefined, BOOT_MILLISECONDS)) return machine;
    throw new Error(`The machine '${name}' did not boot in ${BOOT_MILLISECONDS / 1000} s. It printed: ${fs.readFileSync(log, 'utf8').trim() || 'nothing'}`);
  }

  /**
   * A machine that has been booted.
   *
   * @throws when it does not run.
   */
  public static running(name: string): Machine {
    const machine = new Machine(name);
    if (machine.isReady) return machine;
    throw new Error(`The machine '${name}' of the rig in ${stateFolder()} does not run. Boot the rig with 'npm run e2e:cluster -- up'.`);
  }

  private constructor(public readonly name: string) {}

  /** The folder of the real machine that is `/var` there. */
  public get folder(): string {
    return machineFolder(this.name);
  }

  /** Id of its first process, as the real machine counts. */
  public get pid(): number {
    const recorded = recordedProcesses().get(this.name);
    if (!recorded || !isRunning(recorded)) throw new Error(`The machine '${this.name}' of the rig has ended.`);
    return Number(fs.readFileSync(`/proc/${recorded.pid}/task/${recorded.pid}/children`, 'utf8'));
  }

  /** The path at which the real machine sees one of its files, those of its own mounts included. */
  public outside(file: string): string {
    return `/proc/${this.pid}/root${file}`;
  }

  /** Runs a command there to its end and gives what it printed. */
  public run(command: string, args: readonly string[]): Promise<string> {
    return execute('nsenter', [`--target=${this.pid}`, ...NAMESPACES, '--', command, ...args]);
  }

  /** Starts a program that goes on when this process ends, and that is started again whenever it ends. It prints to `/var/log/<name>.log`. */
  public async start(name: string, command: string, args: readonly string[]): Promise<void> {
    await this.run('setsid', ['--fork', 'sh', ...supervise(systemCgroup(this.name), `/var/log/${name}.log`, command, args)]);
  }

  /** Writes a file of its `/var`. */
  public write(file: string, content: string): void {
    const outside = path.join(this.folder, path.relative('/var', file));
    fs.mkdirSync(path.dirname(outside), { recursive: true });
    fs.writeFileSync(outside, content, { mode: 0o600 });
  }

  private get isReady(): boolean {
    try {
      return fs.existsSync(this.outside('/run/ready'));
    } catch {
      return false;
    }
  }
}

const machineFolder = (name: string) => path.join(stateFolder(), name);

/** The cgroup of all that the rig runs. Each machine has one below it. */
export function rigCgroup(): string {
  return `/${path.basename(stateFolder())}`;
}

/** The cgroup of a machine. */
export function machineCgroup(name: string): string {
  return `${rigCgroup()}/${name}`;
}

/** The cgroup of a machine's own programs, beside those of its pods. */
export function systemCgroup(name: string): string {
  return `${machineCgroup(name)}/system`;
}

/** Whether the first process of a machine runs whose files are in a state folder. */
export function hasMachines(folder: string): boolean {
  return processesIn(rigCgroup()).some(pid => {
    try {
      return fs.readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`VAR=${folder}/`);
    } catch {
      // It has ended meanwhile.
      return false;
    }
  });
}
