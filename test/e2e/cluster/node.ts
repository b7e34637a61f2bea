import * as fs from 'node:fs';
import * as path from 'node:path';
import { execute } from './command';
import { Image, PAUSE_IMAGE } from './images';
import { Machine, machineCgroup } from './machine';
import { ClusterNode, DNS_ADDRESS, POD_RANGE } from './network';
import { Credentials, kubeconfig } from './pki';

/** What the machine of a node runs, beside Debian's containerd. */
export const NODE_PROGRAMS = ['kubelet', 'kube-proxy'];

/**
 * Where the volumes of the StorageClass `small` lie: a file system of its own, so that it can be filled without harm to anything else.
 * Its size leaves room for the blocks of a few tenants: the first file of chunks of each is made with 512 MiB at once
 * (Prometheus 3.14, tsdb/chunks/chunks.go).
 */
export const SMALL_VOLUMES = { folder: '/var/local-path-small', gibibytes: 8 };

const SOCKET = '/run/containerd/containerd.sock';
const IMPORT_MILLISECONDS = 300_000;

const CONTAINERD_CONFIG = `
version = 2
oom_score = 0
[plugins."io.containerd.internal.v1.opt"]
  # Not in /opt, which is the real machine's.
  path = "/var/lib/containerd/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${PAUSE_IMAGE}"
  # Where lowering a score is not permitted, as in some virtual machines, containers would not start.
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "/var/lib/cni/net.d"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
`;

/** Not a bridge: traffic between two pods of a node is routed, so that it passes where policies are enforced. */
const networkConfig = ({ podRange }: ClusterNode) => ({
  cniVersion: '0.4.0',
  name: 'rig',
  plugins: [
    {
      type: 'ptp',
      ipMasq: false,
      ipam: { type: 'host-local', ranges: [[{ subnet: podRange }]], routes: [{ dst: '0.0.0.0/0' }] },
    },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
});

const kubeletConfig = ({ name, address }: ClusterNode) => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  address,
  healthzBindAddress: '127.0.0.1',
  authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: '/var/lib/kubelet/ca.crt' } },
  authorization: { mode: 'Webhook' },
  // Signed by the cluster's authority, as in managed clusters, so that whoever scrapes can verify it.
  tlsCertFile: '/var/lib/kubelet/kubelet.crt',
  tlsPrivateKeyFile: '/var/lib/kubelet/kubelet.key',
  containerRuntimeEndpoint: `unix://${SOCKET}`,
  cgroupDriver: 'cgroupfs',
  // Its own: kubelets that share one end each other's pods.
  cgroupRoot: machineCgroup(name),
  failCgroupV1: false,
  failSwapOn: false,
  // What a process without CAP_SYS_RESOURCE can have.
  maxOpenFiles: 20_000,
  oomScoreAdj: 0,
  clusterDNS: [DNS_ADDRESS],
  clusterDomain: 'cluster.local',
  resolvConf: '/var/lib/kubelet/resolv.conf',
  volumePluginDir: '/var/lib/kubelet/volume-plugins',
  // All nodes share a disk: a share of it says nothing. Images come by import, so that none may be removed for its age.
  evictionHard: { 'memory.available': '100Mi', 'nodefs.available': '1Gi', 'imagefs.available': '1Gi' },
  imageGCHighThresholdPercent: 100,
  imageGCLowThresholdPercent: 99,
  // The lease is renewed at a quarter of this: in time for the controller manager's short patience, even on a busy machine.
  nodeLeaseDurationSeconds: 12,
  nodeStatusUpdateFrequency: '4s',
});

/** On a disk, not in memory: what a pod writes there must not count as its memory. */
async function makeSmallVolumes(machine: Machine): Promise<void> {
  const { folder, gibibytes } = SMALL_VOLUMES;
  await machine.run('sh', ['-ec', `
    mkdir ${folder}
    truncate --size ${gibibytes}G ${folder}.img
    mkfs.ext4 -q -m 0 -O ^has_journal ${folder}.img
    mount -o loop ${folder}.img ${folder}`]);
}

/** Starts containerd. */
export async function startContainerd(machine: Machine, node: ClusterNode): Promise<void> {
  machine.write('/var/lib/containerd/config.toml', CONTAINERD_CONFIG);
  machine.write('/var/lib/cni/net.d/10-rig.conflist', JSON.stringify(networkConfig(node)));
  await makeSmallVolumes(machine);
  await machine.start('containerd', 'containerd', ['--config=/var/lib/containerd/config.toml']);
}

/** Imports those of the images that the node does not have yet, once containerd answers. Gives how many. */
export async function importImages(machine: Machine, images: readonly Image[]): Promise<number> {
  const record = path.join(machine.folder, 'lib', 'containerd', 'imported');
  const imported = fs.existsSync(record) ? fs.readFileSync(record, 'utf8').split('\n') : [];
  const missing = images.filter(({ archive }) => !imported.includes(archive));
  const ctr = (...args: string[]) => execute('ctr', [`--address=${machine.outside(SOCKET)}`, '--namespace=k8s.io', ...args], IMPORT_MILLISECONDS);
  // The client waits for the server by itself.
  await ctr('--connect-timeout=20s', 'version');
  for (const { archive } of missing) {
    // Unpacked when the first container wants it: a node runs few of the images.
    await ctr('images', 'import', '--no-unpack', archive);
    fs.appendFileSync(record, `${archive}\n`);
  }
  return missing.length;
}

/** Starts the kubelet and kube-proxy, once containerd answers. */
export async function startKubelet(machine: Machine, node: ClusterNode, authority: string, kubelet: Credentials, proxy: Credentials): Promise<void> {
  machine.write('/var/lib/kubelet/config.yaml', JSON.stringify(kubeletConfig(node), undefined, 2));
  machine.write('/var/lib/kubelet/kubeconfig', kubeconfig(authority, kubelet));
  machine.write('/var/lib/kubelet/ca.crt', authority);
  machine.write('/var/lib/kubelet/kubelet.crt', kubelet.certificate);
  machine.write('/var/lib/kubelet/kubelet.key', kubelet.key);
  // No DNS of the outside: an address in which nobody answers.
  machine.write('/var/lib/kubelet/resolv.conf', `nameserver ${node.address}\n`);
  machine.write('/var/lib/kube-proxy/kubeconfig', kubeconfig(authority, proxy));
  await machine.start('kubelet', '/run/programs/kubelet', [
    '--config=/var/lib/kubelet/config.yaml', '--kubeconfig=/var/lib/kubelet/kubeconfig', `--node-ip=${node.address}`,
    `--node-labels=topology.kubernetes.io/zone=${node.zone}`,
  ]);
  await machine.start('kube-proxy', '/run/programs/kube-proxy', [
    '--kubeconfig=/var/lib/kube-proxy/kubeconfig', '--proxy-mode=iptables', `--cluster-cidr=${POD_RANGE}`, `--bind-address=${node.address}`,
    // The table of connections belongs to the real machine.
    '--conntrack-max-per-core=0', '--metrics-bind-address=127.0.0.1:10249', '--healthz-bind-address=127.0.0.1:10256',
  ]);
}
