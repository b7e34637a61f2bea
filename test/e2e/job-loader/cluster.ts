import * as fs from 'node:fs';
import * as path from 'node:path';
import { ControlPlane } from '../../programs/cluster/control-plane';
import { customDefinitions, waitForDefinitions } from '../../programs/cluster/definitions';
import type { Manifest } from '../../programs/examples';
import { temporaryFolder } from '../../programs/process';

export const GROUP = 'monitoring.coreos.com';
const KINDS: readonly (readonly [string, string])[] = [['ServiceMonitor', 'v1'], ['PodMonitor', 'v1'], ['Probe', 'v1'], ['ScrapeConfig', 'v1alpha1']];

/** A Kubernetes API with the kinds of the Prometheus Operator, and nothing that acts on its objects. */
export class Cluster {
  public static async start(): Promise<Cluster> {
    const plane = await ControlPlane.start();
    const cluster = new Cluster(plane);
    const definitions = await customDefinitions(KINDS.map(([kind, version]) => ({ apiVersion: `${GROUP}/${version}`, kind, metadata: { name: kind } })));
    await cluster.apply(...definitions);
    await waitForDefinitions(plane.client, definitions);
    return cluster;
  }

  private constructor(private readonly plane: ControlPlane) {}

  public async apply(...manifests: Manifest[]): Promise<void> {
    for (const manifest of manifests) {
      const { status, body } = await this.plane.client.apply(manifest, false);
      if (status >= 300) throw new Error(`${manifest.kind} ${manifest.metadata.name}: ${status} ${body}`);
    }
  }

  public namespace(name: string): Promise<void> {
    return this.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }

  public object(kind: string, namespace: string, name: string, spec: object, labels: Record<string, string> = {}): Promise<void> {
    const version = KINDS.find(([known]) => known === kind)![1];
    return this.apply({ apiVersion: `${GROUP}/${version}`, kind, metadata: { namespace, name, labels }, spec });
  }

  public async remove(plural: string, namespace: string, name: string): Promise<void> {
    await this.plane.client.request('DELETE', `/apis/${GROUP}/v1/namespaces/${namespace}/${plural}/${name}`);
  }

  /** Somebody who may do what a ServiceAccount may, and no more. */
  public kubeconfig(serviceAccount: string): string {
    const { port, certificate, token } = this.plane.client.server;
    const folder = temporaryFolder();
    fs.writeFileSync(path.join(folder, 'ca.crt'), certificate);
    const file = path.join(folder, 'kubeconfig');
    const user = { 'token': token, 'as': `system:serviceaccount:${serviceAccount}`, 'as-groups': ['system:serviceaccounts', 'system:authenticated'] };
    fs.writeFileSync(file, JSON.stringify({
      'apiVersion': 'v1',
      'kind': 'Config',
      'clusters': [{ name: 'api', cluster: { 'server': `https://127.0.0.1:${port}`, 'certificate-authority': path.join(folder, 'ca.crt') } }],
      'users': [{ name: 'account', user }],
      'contexts': [{ name: 'it', context: { cluster: 'api', user: 'account' } }],
      'current-context': 'it',
    }));
    return file;
  }

  public stop(): Promise<void> {
    return this.plane.stop();
  }
}
