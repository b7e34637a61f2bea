import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Container, KeyToPath, PodSpec, Volume } from 'kubernetes-types/core/v1';
import type { Manifest } from '../examples';
import { containersOf } from '../pods';

/** What stands in for the values of Secrets, which no YAML of ours has. */
export const DUMMY_SECRET = 'dummy-secret';

const SERVICE_ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The ConfigMap that Kubernetes itself puts into every namespace. */
const ROOT_CA: Manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kube-root-ca.crt' }, data: { 'ca.crt': DUMMY_SECRET } };

/** Finds an object of the pod's namespace. */
export type Lookup = (kind: string, name: string) => Manifest | undefined;

/** The content of a file of a ConfigMap, as the pod finds it on this machine. */
export type Localize = (file: string, text: string) => string;

/** The volumes of a pod as folders of this machine. */
export class PodFiles {
  /** The ConfigMaps that the pod mounts. */
  public readonly configMaps: Manifest[] = [];
  private readonly byVolume = new Map<string, string>();
  private readonly mounts = new Map<string, string>();
  private readonly secretFolders: string[] = [];

  /**
   * @param root - an empty folder
   * @throws when a ConfigMap that the pod needs is not among the objects.
   */
  constructor(private readonly root: string, pod: PodSpec, private readonly lookup: Lookup, private readonly localize: Localize) {
    for (const volume of pod.volumes ?? []) this.byVolume.set(volume.name, this.newFolder('volumes', volume.name));
    for (const container of containersOf(pod)) this.mount(container);
    if (this.hasToken(pod)) this.addServiceAccount();
    // Last: the files name paths inside the pod, and by now it is known where these are.
    for (const volume of pod.volumes ?? []) this.fill(this.byVolume.get(volume.name)!, volume);
    // The kubelet makes the folder of a subPath that is not there.
    for (const target of this.mounts.values()) {
      if (!fs.existsSync(target)) fs.mkdirSync(target, { recursive: true });
    }
  }

  /** A text with each path inside the pod replaced by the one on this machine. */
  public rewrite(text: string): string {
    const paths = [...this.mounts.keys()].sort((a, b) => b.length - a.length).map(mount => mount.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    if (paths.length === 0) return text;
    return text.replace(new RegExp(`(?<![\\w/.-])(${paths.join('|')})(?=[/"'\\s,}\\])]|$)`, 'g'), found => this.mounts.get(found)!);
  }

  /** Makes the files of Secrets that a text names: their keys are not to be seen in YAML. */
  public addSecretFiles(text: string): void {
    for (const folder of this.secretFolders) {
      for (const [file] of text.matchAll(new RegExp(`${folder}/[\\w./-]+`, 'g'))) {
        if (!fs.existsSync(file)) this.write(file, DUMMY_SECRET);
      }
    }
  }

  private newFolder(...names: string[]): string {
    const folder = path.join(this.root, ...names);
    fs.mkdirSync(folder, { recursive: true });
    return folder;
  }

  private write(file: string, content: string): void {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
  }

  private mount(container: Container): void {
    for (const { name, mountPath, subPath } of container.volumeMounts ?? []) {
      const folder = this.byVolume.get(name);
      if (folder === undefined) throw new Error(`container '${container.name}' mounts the volume '${name}', which the pod does not have`);
      const known = this.mounts.get(mountPath);
      const target = path.join(folder, subPath ?? '');
      if (known !== undefined && known !== target) throw new Error(`two containers mount different volumes at ${mountPath}; this check cannot tell them apart`);
      this.mounts.set(mountPath.replace(/(.)\/$/, '$1'), target);
    }
  }

  private hasToken(pod: PodSpec): boolean {
    const account = this.lookup('ServiceAccount', pod.serviceAccountName ?? 'default');
    return pod.automountServiceAccountToken ?? account?.automountServiceAccountToken as boolean | undefined ?? true;
  }

  private addServiceAccount(): void {
    const folder = this.newFolder('service-account');
    for (const file of ['token', 'ca.crt', 'namespace']) this.write(path.join(folder, file), DUMMY_SECRET);
    this.mounts.set(SERVICE_ACCOUNT_FOLDER, folder);
  }

  private fill(folder: string, volume: Volume): void {
    const { configMap, secret, downwardAPI, projected } = volume;
    if (configMap) this.addConfigMap(folder, configMap.name!, configMap.items, configMap.optional);
    if (secret) this.addSecret(folder, secret.items);
    for (const item of downwardAPI?.items ?? []) this.write(path.join(folder, item.path), DUMMY_SECRET);
    for (const source of projected?.sources ?? []) {
      if (source.configMap) this.addConfigMap(folder, source.configMap.name!, source.configMap.items, source.configMap.optional);
      if (source.secret) this.addSecret(folder, source.secret.items);
      if (source.serviceAccountToken) this.write(path.join(folder, source.serviceAccountToken.path), DUMMY_SECRET);
      for (const item of source.downwardAPI?.items ?? []) this.write(path.join(folder, item.path), DUMMY_SECRET);
    }
  }

  private addConfigMap(folder: string, name: string, items: readonly KeyToPath[] | undefined, optional: boolean | undefined): void {
    const configMap = name === ROOT_CA.metadata.name ? ROOT_CA : this.lookup('ConfigMap', name);
    const data = configMap?.data as Record<string, string> | undefined;
    if (configMap) this.configMaps.push(configMap);
    if (!data && !optional) throw new Error(`it mounts the ConfigMap '${name}', which is not in the example`);
    for (const { key, path: file } of items ?? Object.keys(data ?? {}).map(entry => ({ key: entry, path: entry }))) {
      if (data?.[key] === undefined) throw new Error(`it mounts the key '${key}' of the ConfigMap '${name}', which has no such key`);
      this.write(path.join(folder, file), this.localize(key, this.rewrite(data[key])));
    }
  }

  private addSecret(folder: string, items: readonly KeyToPath[] | undefined): void {
    this.secretFolders.push(folder);
    for (const { path: file } of items ?? []) this.write(path.join(folder, file), DUMMY_SECRET);
  }
}
