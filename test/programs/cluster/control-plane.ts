import { generateKeyPairSync, randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { programPath } from '../build';
import { Started, freePorts, poll, temporaryFolder } from '../process';
import { ApiClient } from './api-client';
import { ensureEtcd } from './etcd';

const READY_MILLISECONDS = 60_000;

function startEtcd(folder: string, [client, peer]: readonly number[]): Started {
  return new Started('etcd', [
    '--name=check', `--data-dir=${folder}/etcd`, '--unsafe-no-fsync', '--log-level=error',
    `--listen-client-urls=http://127.0.0.1:${client}`, `--advertise-client-urls=http://127.0.0.1:${client}`,
    `--listen-peer-urls=http://127.0.0.1:${peer}`, `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
    `--initial-cluster=check=http://127.0.0.1:${peer}`,
  ]);
}

function writePrivately(file: string, content: string): string {
  fs.writeFileSync(file, content, { mode: 0o600 });
  return file;
}

function startApiServer(folder: string, port: number, etcdPort: number, token: string): Started {
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const privateKey = writePrivately(path.join(folder, 'service-account.key'), keys.privateKey);
  const publicKey = writePrivately(path.join(folder, 'service-account.pub'), keys.publicKey);
  const tokens = writePrivately(path.join(folder, 'tokens.csv'), `${token},check,check,"system:masters"\n`);
  return new Started(programPath('kube-apiserver'), [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`, '--bind-address=127.0.0.1', `--secure-port=${port}`, `--cert-dir=${folder}`,
    '--service-cluster-ip-range=10.96.0.0/16', '--endpoint-reconciler-type=none', '--authorization-mode=RBAC', `--token-auth-file=${tokens}`,
    '--service-account-issuer=https://kubernetes.default.svc', `--service-account-signing-key-file=${privateKey}`, `--service-account-key-file=${publicKey}`,
    // No controller runs here to make the accounts that this plugin waits for.
    '--disable-admission-plugins=ServiceAccount',
  ]);
}

/** An etcd and a kube-apiserver on the loopback interface, with nothing of Kubernetes besides. */
export class ControlPlane {
  /**
   * Starts both, and waits until the API server is ready.
   *
   * @throws when it does not become ready; the message has what it printed.
   */
  public static async start(): Promise<ControlPlane> {
    ensureEtcd();
    const folder = temporaryFolder();
    const [port, ...etcdPorts] = await freePorts(3);
    const token = randomBytes(16).toString('hex');
    const programs = [startEtcd(folder, etcdPorts), startApiServer(folder, port, etcdPorts[0], token)];
    const client = await poll(async () => {
      const found = new ApiClient({ port, token, certificate: fs.readFileSync(path.join(folder, 'apiserver.crt'), 'utf8') });
      const ready = (await found.request('GET', '/readyz')).status === 200;
      if (!ready) found.close();
      return ready ? found : undefined;
    }, READY_MILLISECONDS);
    if (client) return new ControlPlane(client, programs);
    await Promise.all(programs.map(program => program.stop()));
    throw new Error(`The kube-apiserver was not ready after ${READY_MILLISECONDS / 1000} s. It and etcd printed:\n${programs.map(program => program.output.slice(-3000)).join('\n')}`);
  }

  private constructor(public readonly client: ApiClient, private readonly programs: readonly Started[]) {}

  /** Ends both programs. */
  public async stop(): Promise<void> {
    this.client.close();
    await Promise.all(this.programs.map(program => program.stop()));
  }
}
