import * as fs from 'node:fs';
import * as path from 'node:path';
import { execute } from './command';
import { Machine } from './machine';
import { API_SERVER_ADDRESS, POD_RANGE, SERVICE_RANGE } from './network';
import { API_SERVER, CertificateAuthority, Credentials, kubeconfig, serviceAccountKeys } from './pki';
import { kubeconfigPath, pkiFolder, stateFolder } from './state';
import { programPath } from '../../programs/build';
import { poll } from '../../programs/process';

/** What the machine of the control plane runs, beside Debian's etcd. */
export const CONTROL_PLANE_PROGRAMS = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];

const FOLDER = '/var/lib/kubernetes';
const FRONT_PROXY = 'front-proxy-client';
const ETCD = 'http://127.0.0.1:2379';
const PEER = 'http://127.0.0.1:2380';
const READY_MILLISECONDS = 120_000;

/** Asks the API server as administrator. */
export function kubectl(...args: string[]): Promise<string> {
  return execute(programPath('kubectl'), [`--kubeconfig=${kubeconfigPath()}`, `--cache-dir=${stateFolder()}/kubectl`, '--request-timeout=20s', ...args]);
}

function writeCredentials(machine: Machine, name: string, { certificate, key }: Credentials): void {
  machine.write(`${FOLDER}/${name}.crt`, certificate);
  machine.write(`${FOLDER}/${name}.key`, key);
}

/** Writes the files of the control plane, and the administrator's kubeconfig. */
async function prepare(machine: Machine, authority: CertificateAuthority): Promise<void> {
  const { publicKey, privateKey } = serviceAccountKeys();
  machine.write(`${FOLDER}/service-account.pub`, publicKey);
  machine.write(`${FOLDER}/service-account.key`, privateKey);
  machine.write(`${FOLDER}/ca.crt`, authority.certificate);
  const issued = await Promise.all([
    authority.issue(API_SERVER),
    authority.issue({ commonName: 'kube-apiserver-kubelet-client', organization: 'system:masters' }),
    authority.issue({ commonName: 'kubernetes-admin', organization: 'system:masters' }),
    authority.issue({ commonName: 'system:kube-controller-manager' }),
    authority.issue({ commonName: 'system:kube-scheduler' }),
  ]);
  const [server, kubeletClient, administrator, controllerManager, scheduler] = issued;
  // An authority of its own: whoever has a certificate of it says in whose name it asks.
  const frontProxy = await CertificateAuthority.create(path.join(pkiFolder(), 'front-proxy'), 'cdk8s-thanos-rig-front-proxy');
  machine.write(`${FOLDER}/front-proxy-ca.crt`, frontProxy.certificate);
  writeCredentials(machine, FRONT_PROXY, await frontProxy.issue({ commonName: FRONT_PROXY }));
  writeCredentials(machine, 'kube-apiserver', server);
  writeCredentials(machine, 'kubelet-client', kubeletClient);
  machine.write(`${FOLDER}/kube-controller-manager.conf`, kubeconfig(authority.certificate, controllerManager));
  machine.write(`${FOLDER}/kube-scheduler.conf`, kubeconfig(authority.certificate, scheduler));
  fs.writeFileSync(kubeconfigPath(), kubeconfig(authority.certificate, administrator), { mode: 0o600 });
}

const ETCD_ARGS = [
  '--name=rig', '--data-dir=/var/lib/etcd', `--listen-client-urls=${ETCD}`, `--advertise-client-urls=${ETCD}`,
  `--listen-peer-urls=${PEER}`, `--initial-advertise-peer-urls=${PEER}`, `--initial-cluster=rig=${PEER}`,
  // Nothing of the rig outlives the machine's power.
  '--unsafe-no-fsync',
];

const API_SERVER_ARGS = [
  `--etcd-servers=${ETCD}`, `--advertise-address=${API_SERVER_ADDRESS}`, `--bind-address=${API_SERVER_ADDRESS}`, '--secure-port=6443',
  `--tls-cert-file=${FOLDER}/kube-apiserver.crt`, `--tls-private-key-file=${FOLDER}/kube-apiserver.key`, `--client-ca-file=${FOLDER}/ca.crt`,
  `--kubelet-client-certificate=${FOLDER}/kubelet-client.crt`, `--kubelet-client-key=${FOLDER}/kubelet-client.key`,
  '--kubelet-preferred-address-types=InternalIP', `--service-cluster-ip-range=${SERVICE_RANGE}`,
  '--authorization-mode=Node,RBAC', '--enable-admission-plugins=NodeRestriction', '--allow-privileged=true',
  '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
  `--service-account-signing-key-file=${FOLDER}/service-account.key`, `--service-account-key-file=${FOLDER}/service-account.pub`,
  // For APIs that pods serve, as kubeadm sets it; the API server asks the pods themselves, for there are no Services on its machine.
  `--proxy-client-cert-file=${FOLDER}/${FRONT_PROXY}.crt`, `--proxy-client-key-file=${FOLDER}/${FRONT_PROXY}.key`,
  `--requestheader-client-ca-file=${FOLDER}/front-proxy-ca.crt`, `--requestheader-allowed-names=${FRONT_PROXY}`, '--requestheader-username-headers=X-Remote-User',
  '--requestheader-group-headers=X-Remote-Group', '--requestheader-extra-headers-prefix=X-Remote-Extra-', '--enable-aggregator-routing=true',
];

const CONTROLLER_MANAGER_ARGS = [
  `--kubeconfig=${FOLDER}/kube-controller-manager.conf`, '--use-service-account-credentials=true', '--leader-elect=false', '--bind-address=127.0.0.1',
  `--service-account-private-key-file=${FOLDER}/service-account.key`, `--root-ca-file=${FOLDER}/ca.crt`, `--cert-dir=${FOLDER}/kube-controller-manager`,
  '--allocate-node-cidrs=false', `--cluster-cidr=${POD_RANGE}`,
  // A zone that is cut off is to be noticed within a test's patience; the default is 50 s.
  '--node-monitor-grace-period=20s', '--node-monitor-period=2s',
];

const SCHEDULER_ARGS = [
  `--kubeconfig=${FOLDER}/kube-scheduler.conf`, '--leader-elect=false', '--bind-address=127.0.0.1', `--cert-dir=${FOLDER}/kube-scheduler`,
];

/** Starts the control plane. It is ready once `untilReady` says so. */
export async function startControlPlane(machine: Machine, authority: CertificateAuthority): Promise<void> {
  await machine.start('etcd', 'etcd', ETCD_ARGS);
  await prepare(machine, authority);
  await machine.start('kube-apiserver', '/run/programs/kube-apiserver', API_SERVER_ARGS);
  await machine.start('kube-controller-manager', '/run/programs/kube-controller-manager', CONTROLLER_MANAGER_ARGS);
  await machine.start('kube-scheduler', '/run/programs/kube-scheduler', SCHEDULER_ARGS);
}

/** Whether the API server takes requests. */
export async function isApiServerReady(): Promise<boolean> {
  return kubectl('get', '--raw=/readyz').then(() => true, () => false);
}

/**
 * Waits until the API server takes requests.
 *
 * @throws when it does not in two minutes.
 */
export async function untilApiServerReady(machine: Machine): Promise<void> {
  if (await poll(async () => await isApiServerReady() || undefined, READY_MILLISECONDS)) return;
  throw new Error(`The API server was not ready after ${READY_MILLISECONDS / 1000} s. Its log and etcd's are in ${machine.folder}/log.`);
}
