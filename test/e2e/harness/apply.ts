import { randomBytes } from 'node:crypto';
import { ApiException, HttpMethod, type KubernetesObject, KubernetesObjectApi, PatchStrategy } from '@kubernetes/client-node';
import type { Cluster } from './cluster';
import { missingSecrets } from './objects';
import { progress, sleep } from './progress';
import { until } from './wait';

const MANAGER = 'cdk8s-thanos-e2e';
/** Marks what this suite made, so that it never touches a namespace of somebody else. */
const OWN = { 'app.kubernetes.io/managed-by': MANAGER };
const RESTRICTED = Object.fromEntries(['enforce', 'warn', 'audit'].map(mode => [`pod-security.kubernetes.io/${mode}`, 'restricted']));
const HALF_A_SECOND = 500;

/** An object that the API server refused. */
export interface Refusal {
  /** Kind, namespace and name. */
  readonly object: string;
  /** Status of HTTP; 0 where there was no answer. */
  readonly code: number;
  /** What the server says. */
  readonly message: string;
}

/** The API server refused some of the objects; it has taken the others. */
export class Refused extends Error {
  constructor(public readonly refusals: readonly Refusal[], objects: number) {
    super(`The API server refuses ${refusals.length} of ${objects} objects.\n${refusals.map(({ object, message }) => `${object}: ${message}`).join('\n')}`);
  }
}

/** Sends objects as they are: the library's own `patch` drops fields that it does not know, and does not ask for strict validation. */
class Applier extends KubernetesObjectApi {
  public async apply(object: KubernetesObject, manager: string): Promise<void> {
    const request = this.configuration.baseServer.makeRequestContext(await this.specUriPath(object, 'patch'), HttpMethod.PATCH);
    request.setHeaderParam('Content-Type', PatchStrategy.ServerSideApply);
    request.setQueryParam('fieldManager', manager);
    request.setQueryParam('fieldValidation', 'Strict');
    request.setQueryParam('force', 'true');
    request.setBody(JSON.stringify(object));
    await this.requestPromise(request);
  }
}

const nameOf = ({ kind, metadata }: KubernetesObject): string => `${kind} ${metadata?.namespace ? `${metadata.namespace}/` : ''}${metadata?.name}`;

/**
 * Makes a namespace that enforces Pod Security `restricted`, unless it is there already.
 * @throws when it is there and not of this suite
 */
export async function createNamespace(cluster: Cluster, name: string): Promise<void> {
  const present = await orNothing(cluster.core.readNamespace({ name }));
  if (present && present.metadata?.labels?.['app.kubernetes.io/managed-by'] !== MANAGER) {
    throw new Error(`The namespace '${name}' exists and was not made by this suite, which would delete it in the end. Delete it, or choose another cluster.`);
  }
  const applier = cluster.config.makeApiClient(Applier);
  await applier.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { ...OWN, ...RESTRICTED } } }, `${MANAGER}-namespace`);
}

/**
 * Applies objects on the server's side, as they are, in their order, and before them the Secrets that they refer to and that their
 * README leaves to the user. What an earlier call applied and this one changes is changed.
 * @throws Refused with the server's message, for all objects that it refuses
 */
export async function apply(cluster: Cluster, objects: readonly KubernetesObject[]): Promise<void> {
  const applier = cluster.config.makeApiClient(Applier);
  const isNamespace = ({ kind }: KubernetesObject) => kind === 'Namespace';
  const refused: Refusal[] = [];
  for (const object of [...objects.filter(isNamespace), ...await newSecrets(cluster, objects), ...objects.filter(each => !isNamespace(each))]) {
    await applier.apply(object, MANAGER).catch(error =>
      refused.push({ object: nameOf(object), code: error instanceof ApiException ? error.code : 0, message: reason(error) }));
  }
  if (refused.length > 0) throw new Refused(refused, objects.length);
  progress(`applied ${objects.length} objects`);
}

/** Those that are not in the cluster yet: pods that run know the old key. */
async function newSecrets(cluster: Cluster, objects: readonly KubernetesObject[]): Promise<KubernetesObject[]> {
  const made: KubernetesObject[] = [];
  for (const { name, namespace, keys } of missingSecrets(objects)) {
    if (await orNothing(cluster.core.readNamespacedSecret({ name, namespace }))) continue;
    const stringData = Object.fromEntries(keys.map(key => [key, randomBytes(20).toString('hex')]));
    made.push({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData } as KubernetesObject);
  }
  return made;
}

/** Deletes objects; those that are not there are passed over. */
export async function remove(cluster: Cluster, objects: readonly KubernetesObject[]): Promise<void> {
  const api = KubernetesObjectApi.makeApiClient(cluster.config);
  for (const object of objects) await orNothing(api.delete(object));
}

/**
 * Deletes namespaces of this suite, and those of the objects that lie outside of them, and waits until they and their volumes are gone.
 * Pods get a second to stop: what they would flush is deleted too.
 */
export async function cleanUp(cluster: Cluster, namespaces: readonly string[], objects: readonly KubernetesObject[]): Promise<void> {
  await remove(cluster, objects.filter(({ kind, metadata }) => kind !== 'Namespace' && !namespaces.includes(metadata?.namespace ?? '')));
  for (const name of namespaces) {
    const namespace = await orNothing(cluster.core.readNamespace({ name }));
    if (namespace?.metadata?.labels?.['app.kubernetes.io/managed-by'] === MANAGER) await orNothing(cluster.core.deleteNamespace({ name }));
  }
  for (const name of namespaces) {
    while (await orNothing(cluster.core.readNamespace({ name }))) {
      await orNothing(cluster.core.deleteCollectionNamespacedPod({ namespace: name, gracePeriodSeconds: 1 }));
      await sleep(HALF_A_SECOND);
    }
    progress(`namespace ${name} is gone`);
  }
  await until('cluster without volumes of these namespaces', async () => {
    const { items } = await cluster.core.listPersistentVolume();
    const left = items.filter(({ spec }) => namespaces.includes(spec?.claimRef?.namespace ?? '') && spec?.persistentVolumeReclaimPolicy === 'Delete');
    return left.length === 0 || undefined;
  });
}

/** What a request returns; undefined where there is no such thing. */
export async function orNothing<T>(request: Promise<T>): Promise<T | undefined> {
  return request.catch(error => {
    if (error instanceof ApiException && error.code === 404) return undefined;
    throw error;
  });
}

/** What the API server says, without the headers that the library puts around it. */
function reason(error: unknown): string {
  if (!(error instanceof ApiException)) return String(error);
  const body: unknown = typeof error.body === 'string' ? JSON.parse(error.body) : error.body;
  return (body as { message?: string }).message ?? String(error.code);
}
