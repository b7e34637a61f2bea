import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { imageReference, ProgramName } from '../../../src/core/images';
import { cacheFolder, ensureBuilt, makeInto, programPath } from '../../programs/build';
import { moduleOf, PLATFORM_PROGRAMS } from '../../programs/modules';
import { sourceFolder } from '../../programs/source';

/** An image in an archive that `ctr -n k8s.io images import` takes. */
export interface Image {
  /** The public reference, fully qualified, as the CRI looks for it, for instance `docker.io/library/busybox:1.35.0`. */
  readonly reference: string;
  /** Path of the archive. */
  readonly archive: string;
}

/** What an image holds and how it starts; the input of our image-maker. */
export interface ImageDescription {
  readonly reference: string;
  /** User that the image names; root where it names none. */
  readonly user?: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment: readonly string[];
  readonly workingDirectory?: string;
  /** Parents are made where they are left out, for root and with mode 0755. `owner` is user and group. */
  readonly directories: ReadonlyArray<{ readonly path: string; readonly mode: number; readonly owner?: number }>;
  readonly files: readonly ImageFile[];
  readonly links?: ReadonlyArray<{ readonly path: string; readonly target: string }>;
}

/** A file of an image: a copy of a file of this machine, or a text. */
export interface ImageFile {
  readonly path: string;
  readonly from?: string;
  readonly text?: string;
  readonly mode: number;
  /** Whether who runs it may listen on ports below 1024, if the pod's capabilities have NET_BIND_SERVICE. */
  readonly netBindService?: boolean;
}

/** The container that holds a pod's namespaces; containerd's `sandbox_image`. The tag is kubeadm's: Kubernetes 1.34, cmd/kubeadm/app/constants. */
export const PAUSE_IMAGE = 'registry.k8s.io/pause:3.10.1';

/** DNS of the cluster. */
export const COREDNS_IMAGE = `docker.io/coredns/coredns:${moduleOf('coredns').version}`;

/** Makes the volumes of the default StorageClass. */
export const LOCAL_PATH_PROVISIONER_IMAGE = `docker.io/rancher/local-path-provisioner:v${moduleOf('local-path-provisioner').version}`;

const MACHINE_BUSYBOX = '/bin/busybox';

function busybox(option?: string): string {
  try {
    return execFileSync(MACHINE_BUSYBOX, option ? [option] : [], { encoding: 'utf8' });
  } catch (error) {
    throw new Error(`Cannot run ${MACHINE_BUSYBOX} (${(error as Error).message}), from which the images take their shell. `
      + "Install a statically linked one, on Debian and Ubuntu with 'sudo apt-get install busybox-static'.");
  }
}

/**
 * A shell with mkdir, rm and the like, for the pods that make and remove the folders of volumes.
 * It is the machine's own, under the public name of the same version.
 *
 * @throws when the machine has no busybox.
 */
export function busyboxImage(): string {
  return `docker.io/library/busybox:${/^BusyBox v([\d.]+)/.exec(busybox())![1]}`;
}

/**
 * Node, for the load generator and the continuous test: a cluster with a way out pulls the public one.
 * Pods give their `command` (`['node', ...]`), for only the public image has an entrypoint script.
 */
export const NODE_IMAGE = imageReference(ProgramName.CONTINUOUS_TEST);

const EXECUTABLE = 0o755;
const READABLE = 0o644;
/** What most images have. */
export const BASE = {
  environment: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
  directories: [{ path: '/tmp', mode: 0o1777 }],
};

/** A program of an image. */
export const executable = (at: string, from: string): ImageFile => ({ path: at, from, mode: EXECUTABLE });

/** Names a user, and a group like it, beside root. */
function account(name: string, id: number): ImageFile[] {
  return [
    { path: '/etc/passwd', text: `root:x:0:0:root:/root:/bin/sh\n${name}:x:${id}:${id}:${name}:/home:/bin/false\n`, mode: READABLE },
    { path: '/etc/group', text: `root:x:0:\n${name}:x:${id}:\n`, mode: READABLE },
  ];
}

const NOBODY = 65534;

/** The platform's images of one static program each, as their Dockerfiles have them but for the CA certificates, and for the shell that is put beside it below. */
const PLATFORM: readonly ImageDescription[] = [
  {
    ...BASE,
    reference: imageReference(ProgramName.THANOS),
    user: '1001',
    entrypoint: ['/bin/thanos'],
    files: [executable('/bin/thanos', programPath('thanos')), ...account('thanos', 1001)],
  },
  {
    ...BASE,
    reference: imageReference(ProgramName.PROMETHEUS),
    // By name, as the public one, so that a pod that does not say a numeric user is refused here too.
    user: 'nobody',
    entrypoint: ['/bin/prometheus'],
    command: ['--config.file=/etc/prometheus/prometheus.yml', '--storage.tsdb.path=/prometheus'],
    workingDirectory: '/prometheus',
    directories: [...BASE.directories, { path: '/prometheus', mode: 0o775, owner: NOBODY }, { path: '/etc/prometheus', mode: 0o755, owner: NOBODY }],
    files: [executable('/bin/prometheus', programPath('prometheus')), executable('/bin/promtool', programPath('promtool')), ...account('nobody', NOBODY)],
  },
  {
    ...BASE,
    reference: imageReference(ProgramName.CONFIG_RELOADER),
    user: 'nobody',
    entrypoint: ['/bin/prometheus-config-reloader'],
    files: [executable('/bin/prometheus-config-reloader', programPath('prometheus-config-reloader')), ...account('nobody', NOBODY)],
  },
  {
    ...BASE,
    reference: imageReference(ProgramName.ALERTMANAGER),
    user: 'nobody',
    entrypoint: ['/bin/alertmanager'],
    command: ['--config.file=/etc/alertmanager/alertmanager.yml', '--storage.path=/alertmanager'],
    workingDirectory: '/alertmanager',
    directories: [...BASE.directories, { path: '/alertmanager', mode: 0o775, owner: NOBODY }, { path: '/etc/alertmanager', mode: 0o755, owner: NOBODY }],
    files: [executable('/bin/alertmanager', programPath('alertmanager')), executable('/bin/amtool', programPath('amtool')), ...account('nobody', NOBODY)],
  },
  {
    ...BASE,
    reference: imageReference(ProgramName.PUSHGATEWAY),
    user: String(NOBODY),
    entrypoint: ['/bin/pushgateway'],
    workingDirectory: '/pushgateway',
    directories: [...BASE.directories, { path: '/pushgateway', mode: 0o755, owner: NOBODY }],
    files: [executable('/bin/pushgateway', programPath('pushgateway')), ...account('nobody', NOBODY)],
  },
];

/** Unlike the others of the platform from nothing: it has no shell, and no folder for temporary files. */
const TARGET_ALLOCATOR: ImageDescription = {
  ...BASE,
  reference: imageReference(ProgramName.TARGET_ALLOCATOR),
  user: '65532:65532',
  entrypoint: ['./main'],
  workingDirectory: '/',
  directories: [],
  files: [executable('/main', programPath('target-allocator'))],
};

/** What makes the cluster itself work. */
const CLUSTER: readonly ImageDescription[] = [
  { ...BASE, reference: PAUSE_IMAGE, user: '65535:65535', entrypoint: ['/pause'], files: [executable('/pause', programPath('pause'))] },
  {
    ...BASE,
    reference: COREDNS_IMAGE,
    user: 'nonroot:nonroot',
    entrypoint: ['/coredns'],
    workingDirectory: '/',
    files: [{ ...executable('/coredns', programPath('coredns')), netBindService: true }, ...account('nonroot', 65532)],
  },
  {
    ...BASE,
    reference: LOCAL_PATH_PROVISIONER_IMAGE,
    command: ['local-path-provisioner'],
    files: [executable('/usr/bin/local-path-provisioner', programPath('local-path-provisioner'))],
  },
];

/** A shell and all that busybox has beside it. */
function shell(): Pick<ImageDescription, 'files' | 'links'> {
  const applets = busybox('--list').trim().split('\n').filter(applet => applet !== 'busybox');
  return {
    files: [executable('/bin/busybox', MACHINE_BUSYBOX)],
    links: applets.map(applet => ({ path: `/bin/${applet}`, target: 'busybox' })),
  };
}

/**
 * An image that is made from busybox, as those of Thanos, of Prometheus' projects and of the config-reloader are. The pods of whoever evaluates
 * rules count on it: an init container of such an image copies the judge of rules out of it, by `cp`.
 */
function onBusybox(description: ImageDescription): ImageDescription {
  const { files, links } = shell();
  return { ...description, files: [...files, ...description.files], links };
}

/** Its public image starts by a script of the upstream, on the shell of Alpine. */
async function versityGateway(): Promise<ImageDescription> {
  const { files, links } = shell();
  const entrypoint = '/usr/local/bin/docker-entrypoint.sh';
  return {
    ...BASE,
    reference: imageReference(ProgramName.VERSITY_GATEWAY),
    entrypoint: [entrypoint],
    files: [
      ...files,
      executable('/usr/local/bin/versitygw', programPath('versitygw')),
      executable(entrypoint, path.join(await sourceFolder('versitygw'), 'docker-entrypoint.sh')),
    ],
    links,
  };
}

/** Paths of the shared libraries in the output of `ldd`, with the loader's own. */
export function librariesIn(lddOutput: string): string[] {
  return [...lddOutput.matchAll(/(\/\S+) \(0x/g)].map(([, library]) => library);
}

async function node(): Promise<ImageDescription> {
  const executablePath = programPath('node');
  const { stdout } = await promisify(execFile)('ldd', [executablePath]);
  const libraries = librariesIn(stdout);
  return {
    ...BASE,
    reference: NODE_IMAGE,
    command: ['node'],
    files: [executable('/usr/local/bin/node', executablePath), ...libraries.map(library => executable(library, library)), ...account('node', 1000)],
  };
}

/** The images of programs that we build, without what some of them take of the machine. */
export const PROGRAM_IMAGES = [...PLATFORM, TARGET_ALLOCATOR, ...CLUSTER];

async function describeImages(): Promise<readonly ImageDescription[]> {
  const busyboxOnly = { ...BASE, ...shell(), reference: busyboxImage(), command: ['sh'] };
  return [...PLATFORM.map(onBusybox), TARGET_ALLOCATOR, ...CLUSTER, await versityGateway(), await node(), busyboxOnly];
}

const PROGRAMS = [...PLATFORM_PROGRAMS, 'coredns', 'local-path-provisioner', 'pause'];
const MAKER = 'image-maker';

/** The folder of images in the cache. */
const imagesFolder = () => path.join(cacheFolder(), 'images');

/** Name of an image's archive, another one for any change of the description, of a file that is copied, or of the image-maker. */
function archiveName(description: ImageDescription): string {
  const hash = createHash('sha256').update(programPath(MAKER)).update(JSON.stringify(description));
  for (const { from } of description.files) {
    if (!from) continue;
    // Not the content, which is most of a gigabyte: the path of a program that we have built names its content.
    const { size, mtimeMs } = fs.statSync(from);
    hash.update(`${size} ${mtimeMs}\0`);
  }
  return `${description.reference.replace(/^.*\//, '').replace(':', '-')}-${hash.digest('hex').slice(0, 16)}.tar`;
}

/** Makes those images that are not in the cache yet; the programs in them have been built. */
export async function makeImages(descriptions: readonly ImageDescription[]): Promise<Image[]> {
  await ensureBuilt([MAKER]);
  const images = descriptions.map(description => ({ description, archive: archiveName(description) }));
  const missing = images.filter(({ archive }) => !fs.existsSync(path.join(imagesFolder(), archive)));
  if (missing.length > 0) {
    console.error(`making ${missing.length} images (once)`);
    await makeInto(imagesFolder(), missing.map(({ archive }) => archive), async partial => {
      const making = promisify(execFile)(programPath(MAKER));
      making.child.stdin!.end(JSON.stringify(missing.map(({ description, archive }) => ({ ...description, output: path.join(partial, archive) }))));
      await making;
    });
  }
  return images.map(({ description, archive }) => ({ reference: description.reference, archive: path.join(imagesFolder(), archive) }));
}

/**
 * Makes those of the rig's images that are not in the cache yet, and the programs in them.
 *
 * @throws when Go or a program of the machine that an image needs is missing, or a build fails.
 */
export async function ensureImages(): Promise<Image[]> {
  await ensureBuilt(PROGRAMS);
  return makeImages(await describeImages());
}

const CONTROL = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet', 'kube-proxy'];
const MACHINE = ['etcd', 'containerd', 'runc', 'nft'];
/** Programs of ours have no version, and this one of others tells none. */
const WITHOUT_VERSION = ['pause', 'target-allocator'];

async function printedVersion(command: string): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(command, [path.basename(command) === 'coredns' ? '-version' : '--version']);
  return (stdout.trim() || stderr.trim()).split('\n')[0];
}

/**
 * What each program of the rig and of the platform on it prints as its version, first line, by the program's name.
 *
 * @throws when one is neither in the cache nor on the PATH.
 */
export async function programVersions(): Promise<Readonly<Record<string, string>>> {
  const built = [...PROGRAMS, ...CONTROL].filter(program => !WITHOUT_VERSION.includes(program)).map(program => [program, programPath(program)]);
  const commands = [...built, ...MACHINE.map(program => [program, program])];
  const lines = await Promise.all(commands.map(async ([program, command]) => [program, await printedVersion(command)] as const));
  return { ...Object.fromEntries(lines), busybox: busybox().split('\n')[0] };
}
